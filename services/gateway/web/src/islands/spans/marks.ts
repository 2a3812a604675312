// Spans of a text and relations between them: what may be made, moved and taken away. All pure: no page in here.
import type { ControlView, Mark } from "../contract.ts";
import type { ShownText, Stretch } from "./text.ts";

export interface Span extends Stretch {
  readonly id: string;
  readonly control: string;
  readonly label: string;
}

export interface Relation {
  readonly id: string;
  readonly control: string;
  readonly label: string;
  readonly from: string;
  readonly to: string;
}

/** Why a mark cannot be made. */
export type Refusal = "overlap" | "same" | "most" | "again" | "other-control";

/** The spans of an answer that stand in a text as they say; others stay in the answer, but cannot be drawn. */
export function spansIn(text: ShownText, marks: readonly Mark[]): Span[] {
  const found: Span[] = [];
  for (const { id, control, type, label, value } of marks) {
    if (type !== "span" || id === undefined) continue;
    const { start, end, quote } = value;
    if (typeof start !== "number" || typeof end !== "number" || start < 0 || end <= start) continue;
    const stretch = { start: text.unitOf(start), end: text.unitOf(end) };
    if (stretch.end <= text.length && text.quote(stretch) === quote) found.push({ id, control, label: label ?? "", ...stretch });
  }
  return found.sort(inOrder);
}

export const inOrder = (first: Stretch, second: Stretch): number => first.start - second.start || second.end - first.end;

/** The relations of an answer whose two spans are there. */
export function relationsIn(marks: readonly Mark[], spans: readonly Span[]): Relation[] {
  const known = new Set(spans.map((span) => span.id));
  return marks.flatMap(({ id, control, type, label, value }) => {
    const { from, to } = value;
    const isDrawn = type === "relation" && id !== undefined && typeof from === "string" && typeof to === "string" && known.has(from) && known.has(to);
    return isDrawn ? [{ id, control, label: label ?? "", from, to }] : [];
  });
}

export function markOf(text: ShownText, { id, control, label, start, end }: Span): Mark {
  const value = { start: text.pointOf(start), end: text.pointOf(end), quote: text.quote({ start, end }) };
  return { id, control, type: "span", label, value };
}

export function markOfRelation({ id, control, label, from, to }: Relation): Mark {
  return { id, control, type: "relation", label, value: { from, to } };
}

/** Why a span cannot be as it is asked for, beside the others; null: it can. */
export function refusalOf(control: ControlView, spans: readonly Span[], asked: Span): Refusal | null {
  const others = spans.filter((span) => span.control === asked.control && span.id !== asked.id);
  if (control.most > 0 && others.length >= control.most) return "most";
  const touching = others.filter((span) => span.start < asked.end && asked.start < span.end);
  if (touching.some((span) => span.start === asked.start && span.end === asked.end && span.label === asked.label)) return "same";
  return touching.length > 0 && !control.overlap ? "overlap" : null;
}

/** Why two spans cannot be joined; null: they can. */
export function refusalOfRelation(control: ControlView, spans: readonly Span[], relations: readonly Relation[], asked: Relation): Refusal | null {
  const others = relations.filter((one) => one.control === asked.control && one.id !== asked.id);
  if (asked.from === asked.to) return "same";
  if (spans.some((span) => (span.id === asked.from || span.id === asked.to) && span.control !== control.on)) return "other-control";
  if (control.most > 0 && others.length >= control.most) return "most";
  return others.some((one) => one.from === asked.from && one.to === asked.to && one.label === asked.label) ? "again" : null;
}

/** An answer with one mark in its place, or at the end where it is new. */
export function withMark(marks: readonly Mark[], mark: Mark): readonly Mark[] {
  return marks.some((one) => one.id === mark.id) ? marks.map((one) => (one.id === mark.id ? mark : one)) : [...marks, mark];
}

/** An answer without a mark, and without the relations that joined it to others. */
export function withoutMark(marks: readonly Mark[], id: string): readonly Mark[] {
  return marks.filter((mark) => mark.id !== id && !(mark.type === "relation" && (mark.value["from"] === id || mark.value["to"] === id)));
}

/** In which line below the text each span is drawn, so that those that lie over each other can all be seen. */
export function lanesOf(spans: readonly Span[]): ReadonlyMap<string, number> {
  const lanes = new Map<string, number>();
  const ends: number[] = [];
  for (const span of [...spans].sort(inOrder)) {
    const free = ends.findIndex((end) => end <= span.start);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = span.end;
    lanes.set(span.id, lane);
  }
  return lanes;
}
