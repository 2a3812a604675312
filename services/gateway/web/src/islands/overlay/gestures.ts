// Presses of mouse, pen and fingers as what is meant by them: a tap however long and shaky, a drag, two fingers, a wheel.
import type { Point } from "./geometry.ts";

export interface Gestures {
  /** Something is pressed; how far it goes before it is a drag, and whether a finger may scroll the page instead. */
  pressed(at: Point, isTouch: boolean): { readonly slack: number; readonly isOurs: boolean };
  tapped(at: Point): void;
  dragged(at: Point, from: Point): void;
  dropped(at: Point, from: Point): void;
  /** What was begun is not meant. */
  broken(): void;
  hovered(at: Point): void;
  /** Two fingers, a wheel with Ctrl, or a hand that pulls the picture. */
  scaled(factor: number, at: Point): void;
  shifted(dx: number, dy: number): void;
  /** The space bar or the middle button: the picture itself is pulled. */
  pulls(event: PointerEvent): boolean;
}

interface Press {
  readonly id: number;
  readonly from: Point;
  readonly slack: number;
  readonly isPull: boolean;
  last: Point;
  isDrag: boolean;
}

export class Pointers {
  private press: Press | null = null;
  private readonly fingers = new Map<number, Point>();
  private isOurs = false;
  private frame = 0;
  private moved: PointerEvent | null = null;
  private readonly place: HTMLElement;
  private readonly on: Gestures;

  constructor(place: HTMLElement, on: Gestures) {
    [this.place, this.on] = [place, on];
    place.addEventListener("pointerdown", (event) => this.down(event));
    place.addEventListener("pointermove", (event) => this.queue(event));
    place.addEventListener("pointerup", (event) => this.up(event));
    place.addEventListener("pointercancel", (event) => this.cancel(event));
    place.addEventListener("lostpointercapture", (event) => this.cancel(event));
    place.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    const scrolls = (event: TouchEvent): void => {
      if (event.cancelable && (this.isOurs || event.touches.length > 1)) event.preventDefault();
    };
    place.addEventListener("touchstart", scrolls, { passive: false });
    place.addEventListener("touchmove", scrolls, { passive: false });
    place.addEventListener("contextmenu", (event) => {
      if (this.press !== null) event.preventDefault();
    });
  }

  private at(event: MouseEvent): Point {
    const { left, top } = this.place.getBoundingClientRect();
    return { x: event.clientX - left - this.place.clientLeft, y: event.clientY - top - this.place.clientTop };
  }

  private down(event: PointerEvent): void {
    const at = this.at(event);
    if (event.pointerType === "touch") this.fingers.set(event.pointerId, at);
    if (this.fingers.size > 1) return this.breakOff();
    // It was let go where nobody could tell: over another window, or in a menu.
    if (this.press?.id === event.pointerId) this.breakOff();
    if (this.press !== null || event.button > 1) return;
    const isPull = this.on.pulls(event);
    if (event.button === 1 && !isPull) return;
    const { slack, isOurs } = isPull ? { slack: 0, isOurs: true } : this.on.pressed(at, event.pointerType === "touch");
    this.isOurs = isOurs;
    this.press = { id: event.pointerId, from: at, slack, isPull, last: at, isDrag: false };
    if (event.pointerType !== "touch" || isOurs) this.place.setPointerCapture(event.pointerId);
    if (event.button === 1) event.preventDefault();
  }

  private queue(event: PointerEvent): void {
    if (this.fingers.has(event.pointerId) && this.fingers.size > 1) return this.pinch(event);
    this.moved = event;
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.flush());
  }

  private flush(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const event = this.moved;
    this.moved = null;
    if (event === null) return;
    const at = this.at(event);
    const press = this.press;
    if (press === null || press.id !== event.pointerId) return this.on.hovered(at);
    if (!press.isDrag && Math.hypot(at.x - press.from.x, at.y - press.from.y) <= press.slack) return;
    press.isDrag = true;
    if (press.isPull) this.on.shifted(at.x - press.last.x, at.y - press.last.y);
    else this.on.dragged(at, press.from);
    press.last = at;
  }

  private up(event: PointerEvent): void {
    this.fingers.delete(event.pointerId);
    const press = this.press;
    if (press === null || press.id !== event.pointerId) return;
    // The last move counts: a quick hand lets go before the next frame.
    if (this.moved?.pointerId === event.pointerId) this.flush();
    this.press = null;
    this.isOurs = false;
    const at = this.at(event);
    if (press.isPull) return;
    if (press.isDrag) this.on.dropped(at, press.from);
    else if (Math.hypot(at.x - press.from.x, at.y - press.from.y) > press.slack) {
      this.on.dragged(at, press.from);
      this.on.dropped(at, press.from);
    } else this.on.tapped(press.from);
  }

  private cancel(event: PointerEvent): void {
    this.fingers.delete(event.pointerId);
    if (this.press?.id === event.pointerId) this.breakOff();
  }

  private breakOff(): void {
    if (this.press !== null) this.on.broken();
    this.press = null;
    this.isOurs = this.fingers.size > 1;
  }

  private pinch(event: PointerEvent): void {
    const other = [...this.fingers].find(([id]) => id !== event.pointerId)?.[1];
    const before = this.fingers.get(event.pointerId);
    if (other === undefined || before === undefined) return;
    const at = this.at(event);
    this.fingers.set(event.pointerId, at);
    const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 };
    const apart = (point: Point): number => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
    this.on.shifted((at.x - before.x) / 2, (at.y - before.y) / 2);
    this.on.scaled(apart(at) / apart(before), middle);
  }

  private wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.on.scaled(Math.exp(-Math.max(-120, Math.min(120, event.deltaY)) / 400), this.at(event));
  }
}
