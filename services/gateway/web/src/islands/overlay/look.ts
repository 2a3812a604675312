// How marks of a label look: a colour, a pattern, and a halo that keeps both visible on any picture.
import type { ControlView, LabelView, Mark } from "../contract";

export interface Look {
  readonly color: string;
  readonly pattern: LabelView["pattern"];
}

const PALETTE = ["#0b50d0", "#c2410c", "#047857", "#9d174d", "#6d28d9", "#a16207", "#0e7490", "#b91c1c"];
const DASHES: Readonly<Record<LabelView["pattern"], string>> = { solid: "", double: "", dashed: "10 6", dotted: "2 5" };
const SVG = "http://www.w3.org/2000/svg";

export function lookOf(labels: readonly LabelView[], value: string | undefined): Look {
  const at = labels.findIndex((label) => label.value === value);
  const label = labels[at];
  const own = PALETTE[Math.max(at, 0) % PALETTE.length] as string;
  return { color: /^#[0-9a-f]{6}$/i.test(label?.color ?? "") ? (label as LabelView).color : own, pattern: label?.pattern ?? "solid" };
}

export const lookOfMark = (mark: Mark, control: ControlView | undefined): Look => lookOf(control?.labels ?? [], mark.label);

/** White around dark colours, near black around light ones. */
export function haloOf(color: string): string {
  const part = (at: number): number => (Number.parseInt(color.slice(at, at + 2), 16) / 255) ** 2.2;
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5) > 0.35 ? "#10151f" : "#ffffff";
}

export function svg(name: string, attributes: Readonly<Record<string, string | number>> = {}): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** The strokes of a line, from below: halo, colour, and what makes two lines of one. Widths are screen pixels. */
export function strokesOf(look: Look, isChosen: boolean): readonly { stroke: string; width: number; dash: string }[] {
  const halo = haloOf(look.color);
  const [wide, line] = isChosen ? [8, 4.5] : [5.5, 3];
  const strokes = [{ stroke: halo, width: look.pattern === "double" ? wide + 1 : wide, dash: "" }];
  strokes.push({ stroke: look.color, width: look.pattern === "double" ? line + 2 : line, dash: DASHES[look.pattern] });
  if (look.pattern === "double") strokes.push({ stroke: halo, width: line - 1.5, dash: "" });
  return strokes;
}

/** A little sample of a look, for buttons and lists. */
export function swatch(look: Look): SVGElement {
  const made = svg("svg", { class: "swatch", width: 34, height: 16, viewBox: "0 0 34 16", "aria-hidden": "true" });
  for (const { stroke, width, dash } of strokesOf(look, false)) {
    made.append(svg("path", { d: "M3 8H31", stroke, "stroke-width": width, "stroke-dasharray": dash || "none", fill: "none" }));
  }
  return made;
}
