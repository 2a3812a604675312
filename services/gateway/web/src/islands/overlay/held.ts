// The figure in hand: which one is chosen, which corner of it, what is being drawn; and the changes that buttons and keys make.
import type { Easel } from "./easel";
import { type Fault, faultOf, type Ground, grown, isSameShape, moved, type Path, type Point, rectOf, type Shape } from "./geometry.ts";
import { type Handle, handlesOf, pulled, withCorner, withoutCorner } from "./handles.ts";
import type { Look } from "./look";
import type { Figure } from "./paint";
import { roomyHandles } from "./reach.ts";

export type Tool = "select" | "rect" | "polygon" | "polyline" | "point";

export interface HandEvents {
  drawn(shape: Shape): void;
  changed(id: string, shape: Shape): void;
  chosen(id: string | null): void;
  refused(why: Fault | "full"): void;
  /** A corner was put while drawing, or taken back; how many there are. */
  corners(count: number): void;
  tooled(tool: Tool): void;
}

/** What is drawn and not done yet. */
type Draft = { readonly kind: "rect"; readonly from: Point; readonly to: Point } | Path;

interface Drag {
  readonly figure: Figure;
  readonly handle: string | null;
  now: Shape;
}

export class Held {
  tool: Tool = "select";
  chosen: string | null = null;
  corner: number | null = null;
  isReadOnly = false;
  isSpaceHeld = false;
  /** How marks made now look, and the least width of their boxes. */
  look: Look = { color: "#0b50d0", pattern: "solid" };
  least = 0;
  /** No more marks fit. */
  isFull: () => boolean = () => false;
  cross: Point | null = null;
  draft: Draft | null = null;
  protected drag: Drag | null = null;
  protected hover: Point | null = null;
  protected readonly easel: Easel;
  protected readonly on: HandEvents;
  protected readonly nameOf: (handle: Handle, shape: Shape) => string;

  constructor(easel: Easel, on: HandEvents, nameOf: (handle: Handle, shape: Shape) => string) {
    [this.easel, this.on, this.nameOf] = [easel, on, nameOf];
  }

  get figure(): Figure | null {
    return this.easel.figures.find((one) => one.id === this.chosen) ?? null;
  }

  groundOf(least: number): Ground {
    return { ...this.easel.picture, least };
  }

  /** Takes up a tool; what was begun with another is given up. */
  take(tool: Tool): void {
    const isGivenUp = this.draft !== null;
    [this.tool, this.draft, this.cross] = [tool, null, null];
    this.easel.element.dataset["tool"] = tool;
    this.on.tooled(tool);
    if (isGivenUp) this.on.corners(0);
    this.redraw();
  }

  choose(id: string | null, tells = true): void {
    if (id !== this.chosen) this.corner = null;
    this.chosen = id;
    this.easel.paint.figures(this.easel.figures, id);
    this.redraw();
    if (tells) this.on.chosen(id);
  }

  /** Shows other figures; one that is gone is not chosen any more. */
  show(figures: readonly Figure[]): void {
    const [at, { element }] = [document.activeElement, this.easel];
    const hadFocus = at !== element && element.contains(at);
    this.easel.figures = figures;
    if (this.figure === null) [this.chosen, this.corner] = [null, null];
    const shape = this.figure?.shape;
    if (this.corner !== null && !(shape !== undefined && "points" in shape && this.corner < shape.points.length)) this.corner = null;
    this.easel.paint.figures(figures, this.chosen);
    this.redraw();
    if (hadFocus && !element.contains(document.activeElement)) element.focus({ preventScroll: true });
  }

  redraw(): void {
    const { paint } = this.easel;
    if (this.draft !== null) {
      const shape = this.draft.kind === "rect" ? rectOf(this.draft.from, this.draft.to, this.groundOf(0)) : this.drawnPath(this.draft);
      const corners = this.draft.kind === "rect" ? [] : handlesOf({ kind: "polyline", points: this.draft.points }).filter((one) => one.is === "corner");
      return paint.underHand(shape, this.look, corners, (handle) => this.nameOf(handle, shape), this.draft.kind !== "rect", this.cross, null);
    }
    const figure = this.drag?.figure ?? this.figure;
    const shape = this.drag?.now ?? figure?.shape ?? null;
    const handles = shape === null || this.isReadOnly || this.drag !== null ? [] : roomyHandles(shape, this.easel.view.scale);
    paint.underHand(shape, figure?.look ?? this.look, handles, (handle) => (shape === null ? "" : this.nameOf(handle, shape)), false, this.cross, this.corner);
  }

  /** Moves or resizes what is chosen; whether anything is. */
  nudge(dx: number, dy: number, resizes: boolean): boolean {
    const { figure } = this;
    if (figure === null || this.isReadOnly) return false;
    const ground = this.groundOf(figure.least);
    const { shape } = figure;
    if (this.corner !== null && "points" in shape) this.settle(figure, pulled(shape, String(this.corner), dx, dy, ground));
    else if (resizes && shape.kind === "rect") this.settle(figure, grown(shape, dx, dy, ground));
    else this.settle(figure, moved(shape, dx, dy, ground));
    return true;
  }

  addCorner(): void {
    const shape = this.figure?.shape;
    if (this.figure === null || shape === undefined || !("points" in shape)) return;
    const after = this.corner ?? shape.points.length - 1;
    const next = withCorner(shape, after);
    this.corner = next.points[after + 1] === shape.points[after] ? after : after + 1;
    this.settle(this.figure, next);
  }

  /** Takes the chosen corner out; whether one was chosen. */
  dropCorner(): boolean {
    const shape = this.figure?.shape;
    if (this.figure === null || this.corner === null || shape === undefined || !("points" in shape)) return false;
    const next = withoutCorner(shape, this.corner);
    if (next === null) this.on.refused("few");
    else {
      this.corner = Math.min(this.corner, next.points.length - 1);
      this.settle(this.figure, next);
    }
    return true;
  }

  /** Changes a figure, if it may be so; what is the same as before is no change to take back. */
  settle(figure: Figure, shape: Shape): void {
    const fault = faultOf(shape, this.groundOf(figure.least));
    if (fault !== null) this.on.refused(fault);
    else if (!isSameShape(figure.shape, shape)) this.on.changed(figure.id, shape);
    this.redraw();
  }

  /** The line so far and to where the next corner would be. */
  private drawnPath(draft: Path): Path {
    const next = this.cross ?? this.hover;
    return next === null ? draft : { kind: draft.kind, points: [...draft.points, next] };
  }
}
