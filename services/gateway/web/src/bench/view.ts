// Puts an item into the page: the same places as in the form that the server made, filled with the next item.
import { AnswerForm } from "./answer-form";
import { isOpen, type Item, nextOpen, type Question } from "./model";
import type { Lack } from "./marks";
import { Parts } from "./parts";
import { markTiny, type Pictures } from "./pictures";
import type { Words } from "./words";

const SAID_LENGTH_MAX = 300;

export interface ViewEvents {
  changed(): void;
  say(text: string): void;
  broken?(): void;
}

export class View {
  readonly answer: AnswerForm;
  private readonly bench: HTMLElement;
  private readonly words: Words;
  private readonly parts: Parts;
  private number = 0;

  constructor(bench: HTMLElement, words: Words, pictures: Pictures, question: Question, on: ViewEvents) {
    [this.bench, this.words] = [bench, words];
    this.parts = new Parts(words, pictures);
    this.answer = new AnswerForm(bench, question, { ...on, draw: (part) => this.parts.draw(part, this.number), words: (island) => words.of(island), plain: () => this.leavePlain() });
    for (const image of this.pictures) void image.decode().then(() => markTiny(image)).catch(() => undefined);
    // A picture that an island is about to take over has a nearer view of its own.
    if (!this.answer.hasIslands) this.offerZoom();
  }

  find<T extends HTMLElement = HTMLElement>(selector: string): T {
    const found = this.bench.querySelector<T>(selector);
    if (found === null) throw new Error(`the bench has no ${selector}`);
    return found;
  }

  /** Pictures that are shown as they are, without an island over them, and those of options. */
  get pictures(): HTMLImageElement[] {
    return [...this.bench.querySelectorAll<HTMLImageElement>("[data-shown] .bench-picture img, [data-answer-form] .choice-picture img[src]")];
  }

  /** Whether the page is left as the server drew it, for its islands could not be read: forms and links go their own way. */
  get isPlain(): boolean {
    return this.bench.dataset["plain"] !== undefined;
  }

  /** Takes up the item that the server drew. */
  async begin(item: Item): Promise<void> {
    this.number = item.number;
    this.mark(item);
    await this.answer.show(item.parts, item.marks, item.notSure, !isOpen(item), true);
    this.offerZoom();
  }

  /** Shows an item; the returned promise is done when the person can work on it. */
  async show(item: Item, items: readonly Item[]): Promise<void> {
    this.number = item.number;
    this.find("#item-head").textContent = this.words.say("item_head", { number: item.number, count: items.length });
    this.clearErrors();
    this.mark(item);
    const shown = this.answer.show(item.parts, item.marks, item.notSure, !isOpen(item));
    for (const input of this.bench.querySelectorAll<HTMLInputElement>("#answer-form [name=assignment_id], [data-report] [name=assignment_ids]")) input.value = item.id;
    for (const step of [-1, 1] as const) this.move(step, nextOpen(items, item.number, step));
    this.find(".bench-item").scrollIntoView({ block: "nearest" });
    await shown;
    this.offerZoom();
    this.refused(item);
  }

  /** Says at the mark why the answer was not taken. */
  refused(item: Item): void {
    if (isOpen(item) && item.words) this.answer.wrongAt(item.wrongAt ?? "", item.words);
  }

  /** What an item says, for those who listen. */
  spoken(item: Item, count: number): string {
    const content = item.parts.filter((part) => !part.control).map((part) => (part.kind === "text" ? part.text : part.kind === "image" ? this.parts.altOf(part, item.number) : part.alt)).join(" ");
    return `${this.words.say("now_at", { number: item.number, count })} ${content.slice(0, SAID_LENGTH_MAX)}`;
  }

  /** Takes over what is known of the item now. */
  renew(item: Item): void {
    this.mark(item);
    void this.answer.take(item.parts, item.marks, item.notSure, !isOpen(item));
  }

  clearErrors(): void {
    this.answer.clear();
    this.bench.querySelector(".summary-of-errors")?.remove();
  }

  /** Links to pictures end with the sign-in and after a while: one that failed gets its new address. */
  renewPictures(item: Item): void {
    this.answer.renew(item.parts);
    const failed = this.pictures.some((image) => image.complete && image.naturalWidth === 0);
    if (failed) void this.answer.show(item.parts, item.marks, item.notSure, !isOpen(item));
  }

  /** Shows that there is something to do after all. */
  resume(): void {
    for (const selector of ["[data-places]", ".bench-tools"]) this.find(selector).hidden = false;
    this.find("[data-done]").hidden = true;
  }

  /** Shows that nothing is left to do. */
  finish(text: string, first: boolean): void {
    for (const selector of ["[data-places]", ".bench-tools", "[data-lease-warning]"]) this.find(selector).hidden = true;
    this.find("[data-done]").hidden = false;
    this.find("[data-done-words]").textContent = text;
    if (first) this.find("#done-head").focus();
  }

  /** Says at the control what an answer lacks. */
  missing({ control, why }: Lack): string {
    const values = { title: control.words, count: why === "most" ? control.most : control.least };
    const one = why === "required" && control.kind === "choice" && !control.multiple;
    const text = this.words.say(one ? "choice_missing" : `lack_${why}`, values);
    this.answer.wrong(control, text);
    return text;
  }

  /** How the item stands, around its answer. */
  private mark(item: Item): void {
    const open = isOpen(item);
    this.bench.dataset["state"] = item.state;
    this.find("[data-submit]").hidden = !open;
    const answered = this.find("[data-answered]");
    answered.hidden = open;
    answered.textContent = open ? "" : this.words.say("answered", { state: item.words ?? item.stateWords });
  }

  private leavePlain(): void {
    this.bench.dataset["plain"] = "";
    const note = Object.assign(document.createElement("p"), { className: "note warn", textContent: this.words.say("plain") });
    note.setAttribute("role", "alert");
    this.answer.form.prepend(note);
    this.offerZoom();
  }

  private offerZoom(): void {
    this.find("[data-zoom-row]").hidden = this.pictures.length === 0;
  }

  private move(step: 1 | -1, to: Item | undefined): void {
    const link = this.find<HTMLAnchorElement>(`[data-move="${step}"]`);
    if (to === undefined) {
      link.removeAttribute("href");
      link.setAttribute("role", "link");
      link.setAttribute("aria-disabled", "true");
    } else {
      link.href = `?n=${to.number}`;
      link.removeAttribute("role");
      link.removeAttribute("aria-disabled");
    }
  }
}
