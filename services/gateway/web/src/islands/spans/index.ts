// <ilgam-spans>: words of a text marked with labels, and joined to each other. A text or html, by mouse, finger or keys.
import { actIn, labelKeyOf, ownKeys } from "../../bench/keymap";
import type { ControlView, Island, Mark, Say, Shown } from "../contract";
import { dress, labelsOf, labelWords, make as element, makerOf, newMarkId } from "../made";
import { Bar } from "./bar";
import { Hand } from "./hand";
import { List, SAID_MAX, shortened, type Tell } from "./list";
import type { Refusal, Span } from "./marks";
import { TextPage } from "./page";
import { Reach } from "./reach";
import type { Stretch } from "./text";
import { Work } from "./work";

const ACTS = ["undo", "redo", "delete", "cancel", "relation"] as const;

class SpansIsland extends HTMLElement implements Island {
  words!: Say;
  private readOnly = true;
  private work!: Work;
  private page!: TextPage;
  private reach!: Reach;
  private bar!: Bar;
  private list!: List;
  private wholeWords = true;
  /** The span that is to be joined to the next one chosen. */
  private joining = "";
  /** The labels that were given last. */
  private last: { span?: readonly [control: string, label: string]; relation?: readonly [control: string, label: string] } = {};
  private hand: Hand | null = null;

  private readonly tell: Tell = (key, values) => this.words.say(key, values);
  private readonly selectionChanged = (): void => this.hand?.selectionChanged();

  constructor() {
    super();
    this.addEventListener("click", (event) => this.clicked(event));
  }

  connectedCallback(): void {
    document.addEventListener("selectionchange", this.selectionChanged);
  }

  disconnectedCallback(): void {
    document.removeEventListener("selectionchange", this.selectionChanged);
    this.reach?.end();
  }

  show({ part, controls, marks, readOnly }: Shown): Promise<void> {
    [this.readOnly, this.joining, this.last] = [readOnly, "", {}];
    const text = element("div", { class: `spans-text ${part.kind}`, tabindex: "0", role: "group", "aria-label": part.alt || this.tell("text"), ...(part.language ? { lang: part.language } : {}) });
    this.reach?.end();
    this.page = new TextPage(text, part);
    this.work = new Work(this.page.text, controls, marks, newMarkId);
    this.reach = new Reach(this.page);
    this.bar = new Bar(controls, this.tell, readOnly);
    this.list = new List(controls, this.tell, readOnly);
    this.hand = readOnly ? null : new Hand(this.page, this.reach, {
      moved: (extended) => this.moved(extended),
      entered: () => this.entered(),
      pressed: (character, extend) => this.pressed(character, extend),
      selected: (anchor, focus, native) => this.pick(anchor, focus, native),
    });
    this.replaceChildren(this.bar.element, element("div", { class: "mark-places" }, text, this.list.element));
    this.bar.hint();
    this.draw();
    return Promise.resolve();
  }

  get marks(): readonly Mark[] {
    return this.work.marks;
  }

  press(event: KeyboardEvent): boolean {
    if (this.readOnly || event.defaultPrevented) return false;
    const act = actIn(event, ACTS, ownKeys());
    if (act === "undo" || act === "redo") return this.step(act);
    if (act === "delete") return this.removeChosen();
    if (act === "cancel") return this.leave();
    if (act === "relation") return this.startJoining();
    const key = labelKeyOf(event);
    const found = key === null ? undefined : labelsOf(this.offered).find((one) => one.key === key);
    if (found !== undefined) this.give(found.control, found.label.value);
    return found !== undefined;
  }

  /** The controls whose labels can be given now. */
  private get offered(): readonly ControlView[] {
    const kind = this.joining !== "" || this.work.chosenRelation !== undefined ? "relation" : "span";
    return this.work.controls.filter((one) => one.kind === kind);
  }

  /** Enter gives what is picked the label of before. */
  private entered(): boolean {
    if (this.reach.stretch === null || this.work.chosen !== "") return false;
    const first = labelsOf(this.offered)[0];
    const [id, label] = this.last.span ?? [first?.control.id ?? "", first?.label.value ?? ""];
    const control = this.work.control(id);
    if (control !== undefined) this.give(control, label);
    return control !== undefined;
  }

  /** The caret or what is picked moved: the chosen mark follows, as long as it is what is picked. */
  private moved(extended: boolean): void {
    const { stretch } = this.reach;
    const span = this.work.chosenSpan;
    if (extended && span !== undefined && stretch !== null) return this.changed(this.work.reach(stretch), "moved");
    if (this.work.chosen !== "") this.choose("");
    this.sayPicked();
  }

  /** A press without a drag: the first word, the last word, or a mark. */
  private pressed(character: Stretch | null, extend: boolean): void {
    if (character === null) return void (this.leave() || this.page.element.focus());
    const { stretch, begun } = this.reach;
    const isBegun = stretch !== null && (begun || extend);
    const under = this.work.spans.filter((span) => span.start <= character.start && character.end <= span.end);
    if (this.joining !== "" && under.length > 0) return this.joinTo(under[0] as Span);
    if (isBegun) return this.pick(Math.min(stretch.start, character.start), Math.max(stretch.end, character.end), true);
    const next = under[under.findIndex((span) => span.id === this.work.chosen) + 1] ?? (this.work.mayOverlap ? undefined : under[0]);
    if (next !== undefined) return this.choose(next.id);
    this.pick(character.start, character.end, true);
    this.reach.begun = true;
    this.sayPicked();
  }

  private pick(anchor: number, focus: number, native: boolean): void {
    const wanted = this.page.text.snapped({ start: Math.min(anchor, focus), end: Math.max(anchor, focus) }, this.wholeWords);
    if (wanted === null) return;
    if (this.work.chosen !== "") this.choose("");
    this.reach.pick(anchor <= focus ? wanted.start : wanted.end, anchor <= focus ? wanted.end : wanted.start, native);
    this.sayPicked();
  }

  private clicked(event: MouseEvent): void {
    const button = (event.target as Element).closest<HTMLElement>("[data-do]");
    const id = button?.closest<HTMLElement>("[data-row]")?.dataset["row"] ?? "";
    if (button === null || button.getAttribute("aria-disabled") === "true") return;
    const { do: act, control, label } = button.dataset;
    const found = this.work.control(control ?? "");
    if (act === "label" && found !== undefined) this.give(found, label ?? "");
    else if (act === "choose") this.chooseRow(id);
    else if (act === "whole-words") this.wholeWords = !this.wholeWords;
    else if (act === "undo" || act === "redo") this.step(act);
    else if (act === "unpick" || act === "join-stop") this.leave();
    else if (act === "join") this.startJoining();
    else if (act === "turn") this.changed(this.work.turn(), "turned");
    else if (act === "remove") this.removeChosen();
    else if (act === "remove-lost") this.removeMark(id);
    else if (act !== undefined) this.moveEdge(act);
    this.draw();
  }

  private moveEdge(act: string): void {
    const [edge, way] = act.split("-");
    if (edge !== "start" && edge !== "end") return;
    this.changed(this.work.moveEdge(edge, way === "earlier" ? -1 : 1), "moved");
    const span = this.work.chosenSpan;
    if (span !== undefined) this.reach.pick(span.start, span.end, false);
  }

  private chooseRow(id: string): void {
    const span = this.work.spans.find((one) => one.id === id);
    if (this.joining !== "" && this.joining !== id && span !== undefined) this.joinTo(span);
    else this.choose(id === this.work.chosen && !this.readOnly ? "" : id);
  }

  private choose(id: string): void {
    this.work.chosen = id;
    const { chosenSpan: span, joined: [from, to] } = this.work;
    if (span !== undefined) {
      this.reach.pick(span.start, span.end, this.hand?.byTouch === false && this.page.element.contains(document.activeElement));
      this.page.reveal(span);
      this.say(this.tell("chosen", this.named(span)));
    }
    // The two that a chosen relation joins stand out in the text.
    if (from !== undefined && to !== undefined) {
      this.reach.drop();
      this.page.reveal(from);
      this.say(this.tell("joined", { from: this.named(from).quote, to: this.named(to).quote }));
    }
    if (id === "") this.reach.begun = false;
    this.draw();
  }

  /** Gives a label: to what is picked, to the chosen mark, or to what is being joined. */
  private give(control: ControlView, label: string): void {
    if (control.kind === "relation") {
      if (this.work.chosenRelation !== undefined) this.changed(this.work.relabelRelation(control, label), "relabelled");
      else if (this.joining !== "") this.say(this.tell("join_first"));
      this.last.relation = [control.id, label];
      return this.draw();
    }
    const { stretch } = this.reach;
    if (this.work.chosenSpan !== undefined) this.changed(this.work.relabel(control, label), "relabelled");
    else if (stretch !== null) {
      this.changed(this.work.add(control, label, this.page.text.snapped(stretch, false) ?? stretch), "made");
      this.list.reveal(this.work.chosen);
    } else return this.say(this.tell("pick_first"));
    this.last.span = [control.id, label];
  }

  private startJoining(): boolean {
    const span = this.work.chosenSpan;
    if (span === undefined || !this.work.controls.some((one) => one.kind === "relation" && one.on === span.control)) return false;
    if (this.joining !== "") return this.leave();
    this.joining = span.id;
    this.draw();
    this.say(this.tell("join_other", this.named(span)));
    return true;
  }

  private joinTo(span: Span): void {
    const first = this.work.spans.find((one) => one.id === this.joining);
    const control = this.work.controls.find((one) => one.kind === "relation" && one.on === first?.control);
    if (first === undefined || control === undefined) return void this.leave();
    const label = this.last.relation?.[0] === control.id ? this.last.relation[1] : (control.labels[0]?.value ?? "");
    const refusal = this.work.join(control, label, first.id, span.id);
    if (refusal === null) this.joining = "";
    this.changed(refusal, "joined_now");
    this.list.reveal(this.work.chosen);
  }

  private removeChosen(): boolean {
    const { chosen } = this.work;
    if (chosen !== "") this.removeMark(chosen);
    return chosen !== "";
  }

  private removeMark(id: string): void {
    this.work.remove(id);
    this.reach.drop();
    if (this.joining === id) this.joining = "";
    this.changed(null, "removed");
  }

  /** Stops what was begun, one thing at a time; whether there was something. */
  private leave(): boolean {
    if (this.joining !== "") this.joining = "";
    else if (this.work.chosen === "" && this.reach.stretch === null) return false;
    else {
      this.work.chosen = "";
      this.reach.drop();
    }
    this.draw();
    this.say(this.tell("hint"));
    return true;
  }

  private step(act: "undo" | "redo"): boolean {
    if (!(act === "undo" ? this.work.undo() : this.work.redo())) return false;
    this.reach.drop();
    this.changed(null, act === "undo" ? "undone" : "redone");
    return true;
  }

  /** The answer changed, or could not: both are said. */
  private changed(refusal: Refusal | null, done: string): void {
    this.draw();
    const span = this.work.chosenSpan ?? this.work.spans.find((one) => one.id === this.work.chosenRelation?.from);
    const most = this.work.control(this.offered[0]?.id ?? "")?.most ?? 0;
    this.say(refusal === null ? this.tell(done, span ? this.named(span) : {}) : this.tell(`refused_${refusal.replace("-", "_")}`, { count: most }));
    if (refusal === null) this.dispatchEvent(new CustomEvent("marks", { bubbles: true }));
  }

  private draw(): void {
    const { work } = this;
    const [span, relation] = [work.chosenSpan, work.chosenRelation];
    this.page.draw(work, (mark, one) => this.dress(mark, one));
    if (!this.readOnly) this.reach.draw(span !== undefined && document.activeElement === this.page.element, span === undefined);
    this.list.show({ text: work.text, spans: work.spans, relations: work.relations, lost: work.lost, chosen: work.chosen, joining: this.joining });
    this.bar.show({
      control: (span ?? relation)?.control ?? "", label: (span ?? relation)?.label ?? "", relations: this.joining !== "" || relation !== undefined,
      canUndo: work.canUndo, canRedo: work.canRedo, wholeWords: this.wholeWords, picked: this.reach.stretch !== null || work.chosen !== "",
    });
  }

  private dress(mark: HTMLElement | SVGElement, { control: id, label }: { readonly control: string; readonly label: string }): void {
    const control = this.work.control(id);
    dress(mark, control, label);
    mark.dataset["tag"] = labelWords(control, label);
  }

  private named(span: Span): { label: string; quote: string } {
    return { label: labelWords(this.work.control(span.control), span.label), quote: shortened(this.work.text.quote(span), SAID_MAX) };
  }

  private sayPicked(): void {
    const { stretch, begun } = this.reach;
    this.draw();
    if (stretch !== null) this.say(this.tell(begun ? "begun" : "picked", { quote: shortened(this.work.text.quote(stretch), SAID_MAX) }));
  }

  private say(words: string): void {
    this.bar.say(words);
    this.dispatchEvent(new CustomEvent("say", { bubbles: true, detail: words }));
  }
}

export const make = makerOf("ilgam-spans", SpansIsland);
