// The chosen mark in numbers: the way to change it without drawing.
import { make } from "../made";
import { press, type Speak } from "./bar";
import { type Point, round, type Shape } from "./geometry.ts";
import type { Figure } from "./paint";

export interface PanelActs {
  settle(figure: Figure, shape: Shape): boolean;
  corner(index: number): void;
  addCorner(): void;
  dropCorner(): void;
  remove(): void;
}

const BOX = ["x", "y", "w", "h"] as const;
type Field = (typeof BOX)[number];

export class Panel {
  readonly element: HTMLElement;
  /** A place for what an island adds about the chosen mark. */
  readonly more = make("div", { class: "drawing-group" });
  private readonly inputs = new Map<Field, HTMLInputElement>();
  private readonly corners: HTMLElement;
  private readonly which = make("output", { class: "drawing-percent" });
  private readonly name = make("p", { class: "drawing-chosen" });
  private figure: Figure | null = null;
  private corner: number | null = null;
  private readonly acts: PanelActs;

  constructor(say: Speak, acts: PanelActs) {
    this.acts = acts;
    const numbers = make("div", { class: "drawing-numbers" });
    for (const field of BOX) {
      const input = make("input", { type: "number", step: "0.1", inputmode: "decimal" });
      numbers.append(make("label", {}, say(`number_${field}`), input));
      this.inputs.set(field, input);
      input.addEventListener("change", () => this.write());
      input.addEventListener("keydown", (event) => this.key(event, input));
    }
    this.corners = make(
      "div", { class: "drawing-group", role: "group", "aria-label": say("corners") },
      press("‹", () => this.step(-1), "", { "aria-label": say("corner_before"), class: "button quiet drawing-sign" }), this.which,
      press("›", () => this.step(1), "", { "aria-label": say("corner_after"), class: "button quiet drawing-sign" }),
      press(say("corner_add"), () => acts.addCorner()), press(say("corner_drop"), () => acts.dropCorner()),
    );
    const remove = press(say("remove"), () => acts.remove(), "Del", { class: "button danger" });
    this.element = make("div", { class: "drawing-panel", role: "group", "aria-label": say("panel") }, this.name, this.more, this.corners, numbers, make("div", { class: "drawing-group" }, remove));
    this.element.hidden = true;
  }

  show(figure: Figure | null, corner: number | null, isReadOnly: boolean): void {
    [this.figure, this.corner] = [figure, corner];
    this.element.hidden = figure === null || isReadOnly;
    if (figure === null) return;
    this.name.textContent = figure.name;
    const { shape } = figure;
    const isLine = "points" in shape;
    this.corners.hidden = !isLine;
    if (isLine) this.which.textContent = `${corner === null ? "–" : corner + 1} / ${shape.points.length}`;
    const values = this.values(shape);
    for (const [field, input] of this.inputs) {
      const value = values[field];
      (input.parentElement as HTMLElement).hidden = value === undefined;
      if (value !== undefined) input.value = String(value);
    }
  }

  private values(shape: Shape): Readonly<Partial<Record<Field, number>>> {
    if (shape.kind === "rect") return { x: shape.x, y: shape.y, w: shape.w, h: shape.h };
    if (shape.kind === "point") return { x: shape.x, y: shape.y };
    const point = this.corner === null ? undefined : shape.points[this.corner];
    return point === undefined ? {} : { x: point.x, y: point.y };
  }

  private step(by: number): void {
    const shape = this.figure?.shape;
    if (shape === undefined || !("points" in shape)) return;
    const from = this.corner ?? (by > 0 ? -1 : 0);
    this.acts.corner((from + by + shape.points.length) % shape.points.length);
  }

  /** Arrows in a field: by one pixel, with Shift by ten. */
  private key(event: KeyboardEvent, input: HTMLInputElement): void {
    const sign = { ArrowUp: 1, ArrowDown: -1 }[event.code];
    if (event.code === "Enter") event.preventDefault();
    else if (sign === undefined) return;
    event.preventDefault();
    if (sign !== undefined) input.value = String(round(Number(input.value) + sign * (event.shiftKey ? 10 : 1)));
    this.write();
  }

  private write(): void {
    const { figure } = this;
    if (figure === null) return;
    const number = (field: Field): number => round(Number(this.inputs.get(field)?.value));
    const point: Point = { x: number("x"), y: number("y") };
    const { shape } = figure;
    const next: Shape =
      shape.kind === "rect" ? { kind: "rect", ...point, w: number("w"), h: number("h") }
      : shape.kind === "point" ? { kind: "point", ...point }
      : { kind: shape.kind, points: shape.points.map((one, index) => (index === this.corner ? point : one)) };
    if (!this.acts.settle(figure, next)) this.show(figure, this.corner, false);
  }
}
