// The wave with its segments: shown, zoomed, and drawn upon by mouse, finger or single clicks.
import { dress, make } from "../made";
import { clock, pixelOf, timeAt, within, zoomed, type View } from "./times";
import { drawWave, NO_PEAKS, type Peaks } from "./wave";
import type { Segment, Segments } from "./model";

/** Hands that tremble move so far without meaning to drag; ends of segments are caught from so far away. */
const JITTER_PX = 12;
const CATCH_PX = 14;

export interface BoardActs {
  /** Somebody pointed at a time. */
  pointed(ms: number, segment: Segment | undefined): void;
  /** Somebody drew from one time to another. */
  drew(from: number, to: number): void;
  /** Somebody moves an end of the selected segment; `done` at the last time. */
  moved(id: string, edge: "start" | "end", to: number, done: boolean): void;
  /** The move of an end that is going on is not meant. */
  unmoved(): void;
}

interface Press {
  readonly x: number;
  readonly at: number;
  readonly edge: { readonly id: string; readonly edge: "start" | "end" } | null;
  dragging: boolean;
}

export class Board {
  readonly element = make("div", { class: "seg-wave" });
  private readonly canvas = make("canvas", { role: "img" });
  private readonly marks = make("div", { class: "seg-marks", "aria-hidden": "true" });
  private readonly head = make("div", { class: "seg-head", "aria-hidden": "true" });
  private readonly drawn = make("div", { class: "seg-drawn", "aria-hidden": "true", hidden: "" });
  private readonly times = make("p", { class: "seg-times", "aria-hidden": "true" });
  private press: Press | null = null;
  private peaks: Peaks = NO_PEAKS;
  view: View = { from: 0, to: 1 };

  constructor(private readonly acts: BoardActs, words: string, private readonly model: () => Segments, private readonly readOnly: boolean) {
    this.canvas.setAttribute("aria-label", words);
    this.element.append(this.canvas, this.marks, this.drawn, this.head, this.times);
    this.element.addEventListener("pointerdown", (event) => this.down(event));
    this.element.addEventListener("pointermove", (event) => this.move(event));
    this.element.addEventListener("pointerup", (event) => this.up(event));
    this.element.addEventListener("pointercancel", () => this.breakOff());
    this.element.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  show(peaks: Peaks): void {
    this.peaks = peaks;
    this.look({ from: 0, to: Math.max(1, this.model().duration) });
  }

  look(view: View): void {
    this.view = view;
    this.draw();
  }

  zoom(factor: number, around: number): void {
    this.look(zoomed(this.view, factor, around, Math.max(1, this.model().duration)));
  }

  scroll(share: number): void {
    const length = this.view.to - this.view.from;
    this.look(within(this.view.from + share * length, length, this.model().duration));
  }

  /** Moves the line of the play position, and the view where that would leave it. */
  follow(now: number, playing: boolean): void {
    if (playing && (now < this.view.from || now > this.view.to)) {
      this.look(within(now, this.view.to - this.view.from, this.model().duration));
    }
    this.head.style.left = `${(100 * (now - this.view.from)) / (this.view.to - this.view.from)}%`;
    this.head.hidden = now < this.view.from || now > this.view.to;
  }

  draw(): void {
    drawWave(this.canvas, this.peaks, this.view);
    this.drawMarks();
    this.times.replaceChildren(make("span", {}, clock(this.view.from)), make("span", {}, clock(this.view.to)));
  }

  drawMarks(): void {
    const model = this.model();
    this.marks.replaceChildren(
      ...model.all.flatMap((one, place) => {
        if (one.end < this.view.from || one.start > this.view.to) return [];
        const mark = make("div", { class: "seg-mark" }, make("b", {}, `${place + 1}`));
        if (one.id === model.selected) mark.dataset["chosen"] = "";
        dress(mark, model.control(one.control), one.label);
        this.place(mark, one.start, one.end);
        return [mark];
      }),
    );
  }

  /** Shows from where a segment is being made, before it is one. */
  begun(from: number | null, to: number): void {
    this.drawn.hidden = from === null;
    if (from !== null) this.place(this.drawn, Math.min(from, to), Math.max(from, to));
  }

  private place(element: HTMLElement, start: number, end: number): void {
    element.style.left = `${pixelOf(start, this.view, 100)}%`;
    element.style.width = `${pixelOf(end, this.view, 100) - pixelOf(start, this.view, 100)}%`;
  }

  private timeOf(event: PointerEvent | WheelEvent): number {
    const box = this.element.getBoundingClientRect();
    const time = timeAt(event.clientX - box.left, this.view, box.width);
    return Math.min(this.model().duration, Math.max(0, time));
  }

  private edgeAt(at: number): Press["edge"] {
    const chosen = this.model().chosen;
    if (this.readOnly || chosen === undefined) return null;
    const reach = (CATCH_PX * (this.view.to - this.view.from)) / Math.max(1, this.element.clientWidth);
    const [first, last] = [Math.abs(at - chosen.start), Math.abs(at - chosen.end)];
    if (Math.min(first, last) > reach) return null;
    return { id: chosen.id, edge: first <= last ? "start" : "end" };
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0 || !event.isPrimary) return;
    const at = this.timeOf(event);
    this.press = { x: event.clientX, at, edge: this.edgeAt(at), dragging: false };
    this.element.setPointerCapture(event.pointerId);
  }

  private move(event: PointerEvent): void {
    const press = this.press;
    if (press === null || this.readOnly) return;
    press.dragging ||= Math.abs(event.clientX - press.x) > JITTER_PX;
    if (!press.dragging) return;
    const at = this.timeOf(event);
    if (press.edge) this.acts.moved(press.edge.id, press.edge.edge, at, false);
    else this.begun(press.at, at);
  }

  private up(event: PointerEvent): void {
    const press = this.press;
    this.forget();
    if (press === null) return;
    const at = this.timeOf(event);
    if (!press.dragging) this.acts.pointed(press.at, this.segmentAt(press.at));
    else if (press.edge) this.acts.moved(press.edge.id, press.edge.edge, at, true);
    else this.acts.drew(press.at, at);
  }

  /** The page scrolls instead, or something came in between: nothing of it is meant. */
  private breakOff(): void {
    if (this.press?.dragging && this.press.edge) this.acts.unmoved();
    this.forget();
  }

  private forget(): void {
    this.press = null;
    this.begun(null, 0);
  }

  private wheel(event: WheelEvent): void {
    if (event.ctrlKey) this.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.timeOf(event));
    else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.scroll(Math.sign(event.deltaX || event.deltaY) * 0.1);
    else return;
    event.preventDefault();
  }

  /** The shortest of those at a time: one that lies over another can be reached. */
  private segmentAt(at: number): Segment | undefined {
    const here = this.model().all.filter((one) => one.start <= at && at <= one.end);
    return here.sort((one, other) => one.end - one.start - (other.end - other.start))[0];
  }
}
