// What a person does to figures with mouse, finger or keys: draw, choose, move and pull.
import type { Easel } from "./easel";
import { faultOf, inside, isSame, moved, type Point, rectOf, type Shape } from "./geometry.ts";
import { Pointers } from "./gestures";
import { type Handle, pulled } from "./handles.ts";
import { type HandEvents, Held } from "./held";
import { handleUnder, hitsAt } from "./reach.ts";

const [JITTER, PULL_SLACK, NEAR, NEAR_MOUSE_DRAWS] = [12, 4, 22, 9];

export class Hand extends Held {
  /** The first corner of a box that was put by a press of its own. */
  private begun: Point | null = null;
  private pulledTo: Point | null = null;
  private hits: readonly string[] = [];

  constructor(easel: Easel, on: HandEvents, nameOf: (handle: Handle, shape: Shape) => string) {
    super(easel, on, nameOf);
    easel.onView = () => this.redraw();
    new Pointers(easel.element, {
      pressed: (at, isTouch) => this.pressed(at, isTouch),
      tapped: (at) => this.tap(easel.at(at)),
      dragged: (at, from) => this.dragged(at, from),
      dropped: (at, from) => this.dropped(easel.at(at), easel.at(from)),
      broken: () => this.broken(),
      hovered: (at) => this.follow(easel.at(at)),
      scaled: (factor, at) => easel.scale(factor, at),
      shifted: (dx, dy) => easel.pan(dx, dy),
      pulls: (event) => this.isSpaceHeld || event.button === 1,
    });
  }

  /** One press at a place with the tool in hand. */
  tap(at: Point): void {
    const point = inside(at, this.groundOf(0));
    if (this.isReadOnly || this.tool === "select") return this.tapToChoose(at);
    if (this.draft === null && this.isFull()) return this.on.refused("full");
    if (this.tool === "point") return this.finish({ kind: "point", ...point });
    if (this.tool === "rect") return this.tapBox(point);
    const points = this.draft !== null && this.draft.kind !== "rect" ? this.draft.points : [];
    const near = (to: Point | undefined, pixels: number): boolean => to !== undefined && Math.hypot(to.x - at.x, to.y - at.y) * this.easel.view.scale <= pixels;
    if (this.tool === "polygon" && points.length > 2 && near(points[0], NEAR)) return this.finishPath();
    if (points.some((one, index) => index === points.length - 1 && (isSame(one, point) || near(one, 3)))) return;
    this.draft = { kind: this.tool, points: [...points, point] };
    this.on.corners(points.length + 1);
    this.redraw();
  }

  /** Ends a line that is being drawn, by the last corner put. */
  finishPath(): void {
    if (this.draft === null || this.draft.kind === "rect") return;
    this.finish(this.draft);
  }

  /** Takes back what was begun, or the last corner of it; whether there was anything. */
  back(isWhole: boolean): boolean {
    if (this.draft === null) return false;
    const points = this.draft.kind === "rect" ? [] : this.draft.points.slice(0, isWhole ? 0 : -1);
    this.draft = this.draft.kind === "rect" || points.length === 0 ? null : { kind: this.draft.kind, points };
    this.on.corners(points.length);
    this.redraw();
    return true;
  }

  /** A box in the middle of what is seen. */
  addBox(): void {
    if (this.isFull()) return this.on.refused("full");
    const [{ x, y }, { width, height }] = [this.easel.middle, this.easel.seen];
    const [w, h] = [Math.max(width / 4, this.least), Math.max(height / 4, this.least)];
    this.take("select");
    this.finish(rectOf({ x: x - w / 2, y: y - h / 2 }, { x: x + w / 2, y: y + h / 2 }, this.groundOf(0)));
  }

  private finish(shape: Shape): void {
    const fault = faultOf(shape, this.groundOf(this.least));
    if (fault !== null) return this.on.refused(fault);
    this.draft = null;
    this.on.drawn(shape);
  }

  private tapBox(point: Point): void {
    if (this.draft?.kind !== "rect") {
      this.draft = { kind: "rect", from: point, to: point };
      this.on.corners(1);
      return this.redraw();
    }
    this.finish(rectOf(this.draft.from, point, this.groundOf(0)));
  }

  private tapToChoose(at: Point): void {
    const handle = this.handleUnder(at, NEAR);
    const shape = this.figure?.shape;
    if (handle !== null && shape !== undefined && "points" in shape) {
      this.corner = handle.is === "middle" ? Number(handle.id.slice(1)) : Number(handle.id);
      if (handle.is === "middle") return this.addCorner();
      return this.choose(this.chosen);
    }
    const ids = this.hitsAt(at);
    // Pressing again at one place goes on to the next that lies there.
    const place = ids.length > 1 && ids.join() === this.hits.join() && this.chosen !== null ? ids.indexOf(this.chosen) + 1 : 0;
    this.hits = ids;
    this.choose(ids[place % Math.max(1, ids.length)] ?? null);
  }

  private pressed(screen: Point, isTouch: boolean): { slack: number; isOurs: boolean } {
    if (this.isReadOnly) return { slack: JITTER, isOurs: false };
    const at = this.easel.at(screen);
    const draws = this.tool !== "select";
    this.begun = this.draft?.kind === "rect" ? this.draft.from : null;
    const handle = this.draft === null ? this.handleUnder(at, draws && !isTouch ? NEAR_MOUSE_DRAWS : NEAR) : null;
    const { figure } = this;
    if (handle !== null && figure !== null) {
      this.drag = { figure, handle: handle.id, now: figure.shape };
      return { slack: PULL_SLACK, isOurs: true };
    }
    if (draws) return { slack: JITTER, isOurs: true };
    const ids = this.hitsAt(at);
    const hit = this.chosen !== null && ids.includes(this.chosen) ? this.chosen : isTouch ? undefined : ids[0];
    const found = this.easel.figures.find((one) => one.id === hit);
    if (found !== undefined) this.drag = { figure: found, handle: null, now: found.shape };
    return { slack: JITTER, isOurs: found !== undefined };
  }

  private dragged(screen: Point, from: Point): void {
    const { drag, easel } = this;
    if (drag === null && (this.tool === "select" || this.isReadOnly)) {
      const before = this.pulledTo ?? from;
      easel.pan(screen.x - before.x, screen.y - before.y);
      this.pulledTo = screen;
      return;
    }
    const [at, start] = [easel.at(screen), easel.at(from)];
    if (drag !== null) {
      const ground = this.groundOf(drag.figure.least);
      const [dx, dy] = [at.x - start.x, at.y - start.y];
      drag.now = drag.handle === null ? moved(drag.figure.shape, dx, dy, ground) : pulled(drag.figure.shape, drag.handle, dx, dy, ground);
    } else if (this.tool === "rect") {
      if (!this.isFull()) this.draft = { kind: "rect", from: this.begun ?? start, to: at };
    } else this.hover = inside(at, this.groundOf(0));
    this.redraw();
  }

  private dropped(at: Point, from: Point): void {
    const { drag } = this;
    [this.drag, this.pulledTo] = [null, null];
    if (drag !== null) {
      if (this.chosen !== drag.figure.id) this.choose(drag.figure.id);
      if (drag.handle !== null && "points" in drag.now) this.corner = drag.handle.startsWith("+") ? Number(drag.handle.slice(1)) + 1 : Number(drag.handle);
      this.settle(drag.figure, drag.now);
    } else if (this.isReadOnly || this.tool === "select") return;
    else if (this.tool === "rect") this.dropBox(at, from);
    else this.tap(at);
  }

  private dropBox(at: Point, from: Point): void {
    if (this.isFull()) return this.on.refused("full");
    const shape = rectOf(this.begun ?? from, at, this.groundOf(0));
    this.draft = null;
    this.redraw();
    this.finish(shape);
  }

  private broken(): void {
    [this.drag, this.pulledTo] = [null, null];
    if (this.draft?.kind === "rect") this.draft = null;
    this.redraw();
  }

  private follow(at: Point): void {
    if (this.draft === null || this.cross !== null) return;
    if (this.draft.kind === "rect") this.draft = { ...this.draft, to: at };
    else this.hover = inside(at, this.groundOf(0));
    this.redraw();
  }

  private hitsAt(at: Point): readonly string[] {
    return hitsAt(this.easel.figures, at, this.easel.view.scale);
  }

  private handleUnder(at: Point, near: number): Handle | null {
    const shape = this.figure?.shape;
    return shape === undefined || this.isReadOnly ? null : handleUnder(shape, at, near, this.easel.view.scale);
  }
}
