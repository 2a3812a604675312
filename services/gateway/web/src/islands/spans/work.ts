// The answer to one text while somebody works on it: each change with its rules, and undo. No page in here.
import type { ControlView, Mark } from "../contract.ts";
import { History } from "../history.ts";
import {
  markOf, markOfRelation, type Refusal, refusalOf, refusalOfRelation, type Relation, relationsIn, type Span, spansIn, withMark, withoutMark,
} from "./marks.ts";
import type { ShownText, Stretch } from "./text.ts";

/** How a span stands out: chosen itself, or as the beginning or the end of the chosen relation. */
export type Role = "chosen" | "from" | "to";

export class Work {
  readonly text: ShownText;
  readonly controls: readonly ControlView[];
  spans: readonly Span[] = [];
  relations: readonly Relation[] = [];
  /** The id of the mark that is chosen; empty: none. */
  chosen = "";
  private readonly history: History<readonly Mark[]>;
  private readonly newId: () => string;

  constructor(text: ShownText, controls: readonly ControlView[], marks: readonly Mark[], newId: () => string) {
    [this.text, this.controls, this.newId] = [text, controls, newId];
    this.history = new History(marks);
    this.read();
  }

  get marks(): readonly Mark[] {
    return this.history.now;
  }

  get canUndo(): boolean {
    return this.history.canUndo;
  }

  get canRedo(): boolean {
    return this.history.canRedo;
  }

  /** Marks that this text cannot show: kept until somebody takes them away. */
  get lost(): readonly { readonly id: string; readonly quote: string }[] {
    const known = new Set([...this.spans, ...this.relations].map((one) => one.id));
    return this.marks.filter((mark) => mark.id !== undefined && !known.has(mark.id)).map(({ id, value }) => ({ id: id as string, quote: String(value["quote"] ?? "") }));
  }

  get chosenSpan(): Span | undefined {
    return this.spans.find((span) => span.id === this.chosen);
  }

  get chosenRelation(): Relation | undefined {
    return this.relations.find((one) => one.id === this.chosen);
  }

  /** What is chosen, by spans: one of them, or the two that a relation joins. */
  get roles(): ReadonlyMap<string, Role> {
    const relation = this.chosenRelation;
    return new Map(relation === undefined ? [[this.chosen, "chosen"]] : [[relation.from, "from"], [relation.to, "to"]]);
  }

  /** The two spans that the chosen relation joins, from the one to the other; none where none is chosen. */
  get joined(): readonly Span[] {
    const relation = this.chosenRelation;
    return [relation?.from, relation?.to].flatMap((id) => this.spans.find((span) => span.id === id) ?? []);
  }

  /** Whether words that are marked may be marked again. */
  get mayOverlap(): boolean {
    return this.controls.some((one) => one.kind === "span" && one.overlap);
  }

  control(id: string): ControlView | undefined {
    return this.controls.find((one) => one.id === id);
  }

  /** Marks a stretch; it is chosen then. */
  add(control: ControlView, label: string, { start, end }: Stretch): Refusal | null {
    return this.put(control, { id: this.newId(), control: control.id, label, start, end });
  }

  /** Gives the chosen span another label, of its own control or of another. */
  relabel(control: ControlView, label: string): Refusal | null {
    const span = this.chosenSpan;
    return span === undefined ? null : this.put(control, { ...span, control: control.id, label });
  }

  /** The chosen span now begins and ends elsewhere. */
  reach({ start, end }: Stretch): Refusal | null {
    const span = this.chosenSpan;
    const control = this.control(span?.control ?? "");
    return span === undefined || control === undefined || end <= start ? null : this.put(control, { ...span, start, end });
  }

  /** Moves one end of the chosen span by a character, as a reader sees it. */
  moveEdge(edge: "start" | "end", by: 1 | -1): Refusal | null {
    const span = this.chosenSpan;
    return span === undefined ? null : this.reach({ ...span, [edge]: this.text.nextGrapheme(span[edge], by) });
  }

  join(control: ControlView, label: string, from: string, to: string): Refusal | null {
    return this.putRelation(control, { id: this.newId(), control: control.id, label, from, to });
  }

  relabelRelation(control: ControlView, label: string): Refusal | null {
    const relation = this.chosenRelation;
    return relation === undefined ? null : this.putRelation(control, { ...relation, control: control.id, label });
  }

  /** The chosen relation the other way round. */
  turn(): Refusal | null {
    const relation = this.chosenRelation;
    const control = this.control(relation?.control ?? "");
    return relation === undefined || control === undefined ? null : this.putRelation(control, { ...relation, from: relation.to, to: relation.from });
  }

  remove(id: string): void {
    if (id === this.chosen) this.chosen = "";
    this.keep(withoutMark(this.marks, id));
  }

  undo(): boolean {
    return this.history.undo() && this.read();
  }

  redo(): boolean {
    return this.history.redo() && this.read();
  }

  private put(control: ControlView, span: Span): Refusal | null {
    const refusal = refusalOf(control, this.spans, span);
    if (refusal === null) this.take(span.id, markOf(this.text, span));
    return refusal;
  }

  private putRelation(control: ControlView, relation: Relation): Refusal | null {
    const refusal = refusalOfRelation(control, this.spans, this.relations, relation);
    if (refusal === null) this.take(relation.id, markOfRelation(relation));
    return refusal;
  }

  private take(id: string, mark: Mark): void {
    this.chosen = id;
    this.keep(withMark(this.marks, mark));
  }

  private keep(marks: readonly Mark[]): void {
    this.history.put(marks);
    this.read();
  }

  private read(): true {
    this.spans = spansIn(this.text, this.marks);
    this.relations = relationsIn(this.marks, this.spans);
    if (!this.marks.some((mark) => mark.id === this.chosen)) this.chosen = "";
    return true;
  }
}
