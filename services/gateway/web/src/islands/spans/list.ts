// The marks of a text in words, beside it: the way to each of them for those who do not see or point at the text.
import type { ControlView } from "../contract";
import { actButton, dress, labelWords, make } from "../made";
import { ownKeys, shownKey } from "../../bench/keymap";
import { Roving, type Row } from "../roving";
import type { Relation, Span } from "./marks";
import type { ShownText } from "./text";

export type Tell = (key: string, values?: Readonly<Record<string, string | number>>) => string;

const QUOTE_MAX = 80;
/** As much of a quote as one line can say. */
export const SAID_MAX = 24;

/** A mark that the text as it is now cannot show. */
export interface Lost {
  readonly id: string;
  readonly quote: string;
}

export interface Listed {
  readonly text: ShownText;
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
  readonly lost: readonly Lost[];
  readonly chosen: string;
  /** The span that another is to be joined to, while one chooses it. */
  readonly joining: string;
}

export class List {
  readonly element: HTMLElement;
  private readonly marks: Roving;
  private readonly heading = make("p", { class: "mark-head" });
  private readonly controls: readonly ControlView[];
  private readonly tell: Tell;
  private readonly readOnly: boolean;

  constructor(controls: readonly ControlView[], tell: Tell, readOnly: boolean) {
    [this.controls, this.tell, this.readOnly] = [controls, tell, readOnly];
    this.marks = new Roving(make("ol", { class: "mark-list", "aria-label": tell("list") }));
    this.element = make("div", { class: "mark-side" }, this.heading, this.marks.element);
  }

  show(listed: Listed): void {
    const { spans, relations, lost } = listed;
    this.heading.textContent = this.tell("marks", { count: spans.length + relations.length + lost.length });
    this.marks.element.hidden = spans.length + relations.length + lost.length === 0;
    this.marks.show([
      ...spans.map((span) => this.spanRow(span, listed)),
      ...relations.map((relation) => this.relationRow(relation, listed)),
      ...lost.map((one) => this.lostRow(one)),
    ]);
  }

  goTo(id: string): void {
    this.marks.goTo(id);
  }

  reveal(id: string): void {
    this.marks.reveal(id);
  }

  private spanRow(span: Span, { text, chosen, joining }: Listed): Row {
    const isChosen = span.id === chosen;
    return {
      id: span.id,
      as: [span.label, span.start, span.end, isChosen, span.id === joining, isChosen && joining !== ""].join(" "),
      draw: () => {
        const row = this.row(span.control, span.label, isChosen, shortened(text.quote(span)));
        if (span.id === joining) row.querySelector("button")?.append(" ", make("span", { class: "tag" }, this.tell("joining_tag")));
        if (isChosen && !this.readOnly) row.append(this.spanTools(span, joining));
        return row;
      },
    };
  }

  private relationRow(relation: Relation, { text, spans, chosen }: Listed): Row {
    const isChosen = relation.id === chosen;
    const [from, to] = [relation.from, relation.to].map((id) => spans.find((span) => span.id === id)).map((span) => (span ? shortened(text.quote(span)) : ""));
    const words = this.tell("joined", { from: from ?? "", to: to ?? "" });
    return {
      id: relation.id,
      as: [relation.label, words, isChosen].join(" "),
      draw: () => {
        const row = this.row(relation.control, relation.label, isChosen, words);
        if (isChosen && !this.readOnly) row.append(make("div", { class: "mark-tools" }, actButton(this.tell("turn"), "turn"), actButton(this.tell("remove"), "remove")));
        return row;
      },
    };
  }

  private lostRow({ id, quote }: Lost): Row {
    return {
      id,
      as: quote,
      draw: () => {
        const words = make("span", { class: "mark-quote" }, this.tell("lost", { quote: shortened(quote) }));
        const row = make("li", { class: "is-lost" }, words);
        if (!this.readOnly) row.append(actButton(this.tell("remove"), "remove-lost"));
        return row;
      },
    };
  }

  private row(controlId: string, label: string, isChosen: boolean, words: string): HTMLElement {
    const control = this.controls.find((one) => one.id === controlId);
    const choose = make("button", { type: "button", class: "mark-pick", "data-do": "choose", "aria-pressed": `${isChosen}` },
      make("span", { class: "mark-look", "aria-hidden": "true" }), make("b", {}, labelWords(control, label)), " ", make("bdi", { class: "mark-quote" }, words));
    const row = make("li", {}, choose);
    dress(row, control, label);
    return row;
  }

  private spanTools(span: Span, joining: string): HTMLElement {
    const ends = (["start", "end"] as const).map((edge) =>
      make("div", { class: "row", role: "group", "aria-label": this.tell(edge) },
        make("span", { class: "spans-edge", "aria-hidden": "true" }, this.tell(edge)),
        actButton(this.tell("earlier"), `${edge}-earlier`), actButton(this.tell("later"), `${edge}-later`)));
    const acts = make("div", { class: "row" }, actButton(this.tell("remove"), "remove"));
    if (this.controls.some((one) => one.kind === "relation" && one.on === span.control)) {
      acts.append(joining === "" ? actButton(this.tell("join"), "join", {}, shownKey("relation", ownKeys())) : actButton(this.tell("join_stop"), "join-stop"));
    }
    return make("div", { class: "mark-tools" }, ...ends, acts);
  }
}

/** A long quote's beginning and end. */
export function shortened(quote: string, most = QUOTE_MAX): string {
  const signs = Array.from(new Intl.Segmenter("ko", { granularity: "grapheme" }).segment(quote.slice(0, most * 4)), (one) => one.segment);
  const isLong = quote.length > most * 4 || signs.length > most;
  return `“${(isLong ? [...signs.slice(0, most), "…"] : signs).join("").replace(/\s+/g, " ")}”`;
}
