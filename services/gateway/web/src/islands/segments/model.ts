// The segments of one recording: what is made, changed and taken back. Knows no page.
import type { ControlView, Mark } from "../contract";
import { History } from "../history.ts";

export interface Segment {
  readonly id: string;
  readonly control: string;
  readonly label: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What became of a wish: as wished, only up to a neighbour or the recording's end, or not at all. */
export type Outcome = "done" | "cut" | "overlaps" | "full" | "empty";

interface Step {
  readonly marks: readonly Mark[];
  readonly selected: string;
}

/** Marks of other types, or that cannot be read, stay in their places untouched. */
export class Segments {
  private readonly history: History<Step>;
  private merging = "";
  selected = "";

  readonly controls: readonly ControlView[];
  readonly duration: number;

  constructor(marks: readonly Mark[], controls: readonly ControlView[], duration: number) {
    [this.controls, this.duration] = [controls, duration];
    this.history = new History({ marks, selected: "" });
  }

  get marks(): readonly Mark[] {
    return this.history.now.marks;
  }

  /** In the order of time. */
  get all(): readonly Segment[] {
    return this.marks.flatMap((mark) => segmentOf(mark) ?? []).sort((one, other) => one.start - other.start || one.end - other.end);
  }

  get chosen(): Segment | undefined {
    return this.all.find((one) => one.id === this.selected);
  }

  get canUndo(): boolean {
    return this.history.canUndo;
  }

  get canRedo(): boolean {
    return this.history.canRedo;
  }

  control(id: string): ControlView | undefined {
    return this.controls.find((one) => one.id === id);
  }

  /** Makes a segment between two times, in whichever order, and selects it. */
  add(controlId: string, label: string, one: number, other: number, id: string): Outcome {
    const control = this.control(controlId);
    if (control === undefined) return "empty";
    const siblings = this.siblings(controlId);
    if (control.most > 0 && siblings.length >= control.most) return "full";
    const [from, to] = [Math.max(0, Math.min(one, other)), Math.min(this.duration, Math.max(one, other))];
    if (to - from < 1) return "empty";
    let [start, end] = [from, to];
    if (!control.overlap) {
      for (const near of siblings) if (near.start <= start && near.end > start) start = near.end;
      for (const near of siblings) if (near.start >= start && near.start < end) end = near.start;
      if (end - start < 1) return "overlaps";
    }
    const value = control.transcript ? { start_ms: start, end_ms: end, text: "" } : { start_ms: start, end_ms: end };
    this.selected = id;
    this.put([...this.marks, { id, control: controlId, type: "segment", ...(label ? { label } : {}), value }]);
    return start === from && end === to && from === Math.min(one, other) && to === Math.max(one, other) ? "done" : "cut";
  }

  /** Moves one end; it stops at the other end, at a neighbour and at the recording's ends. */
  moveEdge(id: string, edge: "start" | "end", to: number, merge = ""): Outcome {
    const segment = this.all.find((one) => one.id === id);
    if (segment === undefined) return "empty";
    const { low, high } = this.room(segment);
    const wished = Math.round(to);
    const reached = edge === "start" ? clamp(wished, low, segment.end - 1) : clamp(wished, segment.start + 1, high);
    if (reached !== segment[edge]) this.change(id, (value) => ({ ...value, [`${edge}_ms`]: reached }), merge);
    return reached === wished ? "done" : "cut";
  }

  setText(id: string, text: string, merge: string): void {
    this.change(id, (value) => ({ ...value, text }), merge);
  }

  setLabel(id: string, label: string): void {
    this.put(this.marks.map((mark) => (mark.id === id ? { ...mark, label } : mark)));
  }

  remove(id: string): void {
    if (this.selected === id) this.selected = "";
    this.put(this.marks.filter((mark) => mark.id !== id));
  }

  undo(): boolean {
    return this.history.undo() && this.arrived();
  }

  redo(): boolean {
    return this.history.redo() && this.arrived();
  }

  /** What one drag or one stretch of typing changes is taken back at once; this ends it. */
  endMerge(): void {
    this.merging = "";
  }

  /** Takes back what a change that is still going on has changed so far; it cannot be redone. */
  dropMerge(merge: string): void {
    if (this.merging === merge) this.history.drop();
    this.merging = "";
  }

  private siblings(controlId: string): readonly Segment[] {
    return this.all.filter((one) => one.control === controlId);
  }

  private room(segment: Segment): { low: number; high: number } {
    if (this.control(segment.control)?.overlap) return { low: 0, high: this.duration };
    const others = this.siblings(segment.control).filter((one) => one.id !== segment.id);
    return {
      low: Math.max(0, ...others.filter((one) => one.end <= segment.start).map((one) => one.end)),
      high: Math.min(this.duration, ...others.filter((one) => one.start >= segment.end).map((one) => one.start)),
    };
  }

  private change(id: string, to: (value: Mark["value"]) => Mark["value"], merge: string): void {
    this.put(this.marks.map((mark) => (mark.id === id ? { ...mark, value: to(mark.value) } : mark)), merge);
  }

  private put(marks: readonly Mark[], merge = ""): void {
    if (merge && merge === this.merging) this.history.drop();
    this.merging = merge;
    this.history.put({ marks, selected: this.selected });
  }

  private arrived(): true {
    const { marks, selected } = this.history.now;
    this.selected = marks.some((mark) => mark.id === selected) ? selected : "";
    this.merging = "";
    return true;
  }
}

/** A mark as a segment; undefined for another type, or one that is not as it should be. */
export function segmentOf(mark: Mark): Segment | undefined {
  const { start_ms: start, end_ms: end, text } = mark.value;
  if (mark.type !== "segment" || typeof start !== "number" || typeof end !== "number" || mark.id === undefined) return undefined;
  return { id: mark.id, control: mark.control, label: mark.label ?? "", start, end, text: typeof text === "string" ? text : "" };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
