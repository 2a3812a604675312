// Draws figures into SVG: each is drawn anew only when it has changed, and what is under the hand lies in a layer of its own.
import { type Point, pointsOf, type Shape } from "./geometry.ts";
import type { Handle } from "./handles.ts";
import { type Look, strokesOf, svg } from "./look";
import { toScreen, type View } from "./viewport.ts";

/** One shape as it is shown now. */
export interface Figure {
  readonly id: string;
  readonly shape: Shape;
  readonly look: Look;
  /** What it is, in words: label, kind, where. */
  readonly name: string;
  /** The least width and height of a box of its control. */
  readonly least: number;
  /** Drawn more faintly: behind something in this frame. */
  readonly isFaint?: boolean;
}

const DOT_WIDTH = 12;

export function pathOf(shape: Shape, isOpen = false): string {
  const [first, ...rest] = pointsOf(shape);
  if (first === undefined) return "";
  const lines = rest.map(({ x, y }) => `L${x} ${y}`).join("");
  return `M${first.x} ${first.y}${rest.length ? lines : "h0"}${shape.kind === "polyline" || shape.kind === "point" || isOpen ? "" : "Z"}`;
}

function linesOf(shape: Shape, look: Look, isChosen: boolean, isOpen = false): SVGElement[] {
  const d = pathOf(shape, isOpen);
  const isDot = shape.kind === "point";
  const cap = isDot && look.pattern !== "dashed" && look.pattern !== "double" ? "round" : isDot ? "square" : "butt";
  const strokes = strokesOf(isDot && look.pattern === "dotted" ? { ...look, pattern: "double" } : look, isChosen);
  return strokes.map(({ stroke, width, dash }) =>
    svg("path", {
      d, stroke, fill: "none", "vector-effect": "non-scaling-stroke", "stroke-linejoin": "round", "stroke-linecap": isDot ? cap : dash === "2 5" ? "round" : "butt",
      "stroke-width": isDot ? width + DOT_WIDTH : width, "stroke-dasharray": isDot ? "none" : dash || "none",
    }));
}

function areaOf(shape: Shape, look: Look): SVGElement {
  const isFilled = shape.kind === "rect" || shape.kind === "polygon";
  return svg("path", { class: "area", d: pathOf(shape), fill: isFilled ? look.color : "none", "fill-opacity": 0.14, stroke: "transparent", "stroke-width": 12, "vector-effect": "non-scaling-stroke" });
}

export class Painter {
  readonly marks = svg("svg", { class: "easel-layer easel-marks" });
  readonly hand = svg("svg", { class: "easel-layer easel-hand" });
  private readonly root = svg("g");
  private readonly drawn = new Map<string, { readonly place: SVGElement; figure: Figure }>();
  private view: View = { scale: 1, x: 0, y: 0 };

  constructor() {
    this.marks.append(this.root);
  }

  /** Shows the figures in their order; the chosen one is shown by the hand's layer. */
  figures(figures: readonly Figure[], chosen: string | null): void {
    const left = new Set(this.drawn.keys());
    let before: Element | null = null;
    for (const figure of figures) {
      left.delete(figure.id);
      const place = this.place(figure);
      const isChosen = figure.id === chosen;
      if (place.classList.contains("chosen") !== isChosen || !place.hasAttribute("aria-pressed")) {
        place.classList.toggle("chosen", isChosen);
        place.setAttribute("aria-pressed", String(isChosen));
      }
      const expected: ChildNode | null = before === null ? this.root.firstChild : before.nextSibling;
      if (expected !== place) this.root.insertBefore(place, expected);
      before = place;
    }
    for (const id of left) {
      this.drawn.get(id)?.place.remove();
      this.drawn.delete(id);
    }
  }

  /** The element of a figure, which takes the focus. */
  elementOf(id: string): SVGElement | null {
    return this.drawn.get(id)?.place ?? null;
  }

  look(view: View): void {
    this.view = view;
    this.root.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
  }

  /** What is under the hand: a shape, its handles (with their names) and where the keyboard's cross is. */
  underHand(shape: Shape | null, look: Look, handles: readonly Handle[], names: (handle: Handle) => string, isOpen: boolean, cross: Point | null, corner: number | null): void {
    const { x, y, scale } = this.view;
    const group = svg("g", { transform: `translate(${x} ${y}) scale(${scale})` });
    if (shape !== null) {
      if (!isOpen) group.append(areaOf(shape, look));
      group.append(...linesOf(shape, look, true, isOpen));
    }
    const focused = document.activeElement?.getAttribute("data-handle");
    const held = handles.map((handle) => this.handle(handle, names(handle), look, corner));
    this.hand.replaceChildren(group, ...held, ...(cross === null ? [] : [this.cross(cross)]));
    if (focused) this.handleElement(focused)?.focus({ preventScroll: true });
  }

  handleElement(id: string): SVGElement | null {
    return this.hand.querySelector<SVGElement>(`[data-handle="${id}"]`);
  }

  private place(figure: Figure): SVGElement {
    const known = this.drawn.get(figure.id);
    if (known?.figure === figure) return known.place;
    const place = known?.place ?? svg("g", { "data-mark": figure.id, role: "button", tabindex: -1 });
    const before = known?.figure;
    if (before === undefined || before.shape !== figure.shape || before.look.color !== figure.look.color || before.look.pattern !== figure.look.pattern || before.isFaint !== figure.isFaint) {
      place.replaceChildren(areaOf(figure.shape, figure.look), ...linesOf(figure.shape, figure.look, false));
      place.setAttribute("opacity", figure.isFaint ? "0.55" : "1");
    }
    if (before?.name !== figure.name) place.setAttribute("aria-label", figure.name);
    this.drawn.set(figure.id, { place, figure });
    return place;
  }

  private handle(handle: Handle, name: string, look: Look, corner: number | null): SVGElement {
    const at = toScreen(this.view, handle);
    const place = svg("g", { "data-handle": handle.id, role: "button", tabindex: -1, "aria-label": name, transform: `translate(${at.x} ${at.y})` });
    const size = handle.is === "middle" ? 4 : 6.5;
    const isCorner = corner !== null && handle.id === String(corner);
    place.append(svg("circle", { r: 22, fill: "transparent" }));
    place.append(svg("circle", { r: isCorner ? 9 : size, fill: isCorner ? look.color : "#ffffff", stroke: isCorner ? "#ffffff" : look.color, "stroke-width": 2.5 }));
    if (isCorner) place.append(svg("circle", { r: 11, fill: "none", stroke: "#10151f", "stroke-width": 1.5 }));
    return place;
  }

  private cross(point: Point): SVGElement {
    const { x, y } = toScreen(this.view, point);
    const d = `M${x - 20} ${y}H${x - 4}M${x + 4} ${y}H${x + 20}M${x} ${y - 20}V${y - 4}M${x} ${y + 4}V${y + 20}`;
    const place = svg("g", { class: "cross" });
    place.append(svg("path", { d, stroke: "#ffffff", "stroke-width": 5 }), svg("path", { d, stroke: "#10151f", "stroke-width": 2 }));
    return place;
  }
}
