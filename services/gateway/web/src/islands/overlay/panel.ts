// The chosen mark in numbers: the way to change it without drawing.
import { make } from "../made";
import { press, type Speak } from "./bar";
import { type Field, type Ground, round, type Shape, typed } from "./geometry.ts";
import type { Figure } from "./paint";

export interface PanelActs {
  /** The picture that the figure lies in. */
  ground(figure: Figure): Ground;
  settle(figure: Figure, shape: Shape): void;
  corner(index: number): void;
  addCorner(): void;
  dropCorner(): void;
  remove(): void;
}

const BOX: readonly Field[] = ["x", "y", "w", "h"];

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
      input.addEventListener("change", () => this.write(field, input));
      input.addEventListener("keydown", (event) => this.key(event, field, input));
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
      if (value !== undefined) input.value = String(round(value));
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
  private key(event: KeyboardEvent, field: Field, input: HTMLInputElement): void {
    const sign = { ArrowUp: 1, ArrowDown: -1 }[event.code];
    if (event.code === "Enter") event.preventDefault();
    else if (sign === undefined) return;
    event.preventDefault();
    if (sign !== undefined) input.value = String(round(Number(input.value) + sign * (event.shiftKey ? 10 : 1)));
    this.write(field, input);
  }

  /** Takes what was typed; what is no number changes nothing. */
  private write(field: Field, input: HTMLInputElement): void {
    const { figure, corner } = this;
    if (figure === null) return;
    const value = input.value.trim() === "" ? NaN : Number(input.value);
    const next = Number.isFinite(value) ? typed(figure.shape, field, round(value), corner, this.acts.ground(figure)) : figure.shape;
    this.acts.settle(figure, next);
    // What stands in the fields is what the mark is now.
    if (this.figure !== null) this.show(this.figure, this.corner, false);
  }
}
