// Practice with feedback: the bench's view and words, and what is said of each answer as soon as it was given.
import { islandsOf, load } from "./islands";
import { isOpen, type Item, type Mark, nextOpen, type Question, type Texts } from "./model";
import { call } from "./net";
import { Pictures } from "./pictures";
import { View } from "./view";
import { Words } from "./words";

type Said = readonly [text: string, language: string];

interface Told {
  readonly outcome: "right" | "wrong" | "explained";
  readonly hint: Said;
  readonly why: Said;
  readonly right: string;
  /** The right answer itself, where marks on what is shown are asked for. */
  readonly rightMarks: readonly Mark[];
}

type Tried = Item & { told: Told | null };

export interface PracticeData {
  readonly mark: string;
  readonly path: string;
  readonly language: string;
  readonly texts: Texts;
  readonly question: Question;
  readonly items: readonly Tried[];
  readonly at: number;
}

const PIECE_STATES = { right: "ACCEPTED", explained: "PENDING", wrong: "LIVE" } as const;

export class Practice {
  readonly view: View;
  private readonly words: Words;
  private readonly pictures = new Pictures();
  private readonly data: PracticeData;
  private current: Tried;
  private sending = "";
  /** How often the right answer was drawn: of two that load at once the later one stays. */
  private turn = 0;

  constructor(bench: HTMLElement, data: PracticeData) {
    this.data = data;
    this.words = new Words(data.texts, data.language);
    this.current = data.items[data.at - 1] as Tried;
    this.view = new View(bench, this.words, this.pictures, data.question, { changed: () => this.changed(), say: (text) => this.say(text) });
    void this.view.begin(this.current).then(() => void (bench.dataset["ready"] = "")).catch((error: unknown) => {
      // A page without its islands says so itself.
      if (!this.view.isPlain) throw error;
    });
    // What the server wrote of the right answer is drawn instead.
    if (this.current.told !== null && this.current.told.rightMarks.length > 0) this.draw();
    this.prepare();
  }

  chooseKey(key: string, focus: boolean): void {
    if (!isOpen(this.current)) return;
    const label = this.view.answer.choose(key, focus);
    if (label !== null && !focus) this.say(this.words.say("chosen", { label }));
  }

  submit(): void {
    if (!isOpen(this.current)) return this.goOn();
    const { lack } = this.view.answer;
    if (lack === null) void this.check(this.current);
    else this.say(this.view.missing(lack));
  }

  move(step: 1 | -1): void {
    const to = nextOpen(this.data.items, this.current.number, step);
    if (to !== undefined) void this.show(to.number);
  }

  async show(number: number): Promise<void> {
    const item = this.data.items[number - 1];
    if (item === undefined) return;
    this.current = item;
    const shown = this.view.show(item, this.data.items);
    this.draw();
    this.say(this.view.spoken(item, this.data.items.length));
    await shown;
    this.prepare();
  }

  private changed(): void {
    if (isOpen(this.current)) this.current.marks = this.view.answer.marks;
    this.view.clearErrors();
  }

  /** One try is one act: what is sent again after a broken connection carries the same id. */
  private async check(item: Tried): Promise<void> {
    const { form } = this.view.answer;
    if (form.getAttribute("aria-busy") === "true") return;
    this.sending ||= crypto.randomUUID?.() ?? "";
    form.setAttribute("aria-busy", "true");
    this.note(this.words.say("checking"));
    const fields = new URLSearchParams({ request_id: this.sending, key: item.id, results: JSON.stringify(item.marks) });
    const reply = await call<{ item: Tried | null }>(this.data.path, { mark: this.data.mark, form: fields });
    form.removeAttribute("aria-busy");
    if (reply.is === "away") return this.note(this.words.say("away"));
    this.sending = "";
    if (reply.is === "refused") return this.note(reply.words);
    if (reply.is !== "ok" || reply.data.item === null) return this.note(this.words.say("signed_out"));
    Object.assign(item, reply.data.item);
    this.note("");
    if (item === this.current) this.draw();
  }

  private goOn(): void {
    if (nextOpen(this.data.items, this.current.number, 1) !== undefined) return this.move(1);
    this.view.find("#done-head").focus();
  }

  private draw(): void {
    const { items } = this.data;
    const left = items.filter(isOpen).length;
    this.view.renew(this.current);
    this.view.find("#told").replaceChildren(...(this.current.told === null ? [] : [this.told(this.current.told)]));
    void this.showRight(this.view.find("[data-right]"), this.current);
    this.view.find("[data-next-place]").hidden = isOpen(this.current) || left === 0;
    this.view.find("[data-done]").hidden = left > 0;
    this.view.find<HTMLProgressElement>("#bench-progress").value = items.length - left;
    this.view.find("[data-progress]").textContent = this.words.say("progress", { done: items.length - left, count: items.length });
    for (const item of items) {
      const piece = this.view.find(`[data-piece="${item.number}"]`);
      piece.dataset["state"] = item.told === null ? "LIVE" : PIECE_STATES[item.told.outcome];
      piece.toggleAttribute("aria-current", item === this.current);
      const words = item.told === null ? "piece_open" : `piece_${item.told.outcome}`;
      piece.querySelector("[data-piece-state]")?.replaceChildren(this.words.say(words));
    }
  }

  private told(told: Told): HTMLElement {
    const line = (text: string, language = ""): HTMLElement => Object.assign(document.createElement("p"), { textContent: text, lang: language });
    const head = document.createElement("p");
    head.append(Object.assign(document.createElement("strong"), { textContent: this.words.say(`told_${told.outcome}`) }));
    const note = Object.assign(document.createElement("div"), { className: `note ${told.outcome === "right" ? "good" : "warn"}` });
    note.append(head);
    if (told.outcome === "wrong" && told.hint[0]) note.append(line(`${this.words.say("hint")} ${told.hint[0]}`, told.hint[1]));
    if (told.outcome === "explained" && told.rightMarks.length === 0) note.append(line(this.words.say("right_is", { label: told.right })));
    if (told.why[0]) note.append(line(told.why[0], told.why[1]));
    return note;
  }

  /** The right answer on what is shown, to look at beside one's own. */
  private async showRight(place: HTMLElement, item: Tried): Promise<void> {
    const [right, turn] = [item.told?.rightMarks ?? [], (this.turn += 1)];
    place.replaceChildren();
    if (right.length === 0) return;
    place.append(Object.assign(document.createElement("h3"), { textContent: this.words.say("right_shown") }));
    for (const { object, island, controls } of islandsOf(this.data.question.controls)) {
      const part = item.parts.find((one) => one.object === object);
      const make = await load(island);
      if (make === undefined || part === undefined || turn !== this.turn) continue;
      const shown = make(this.words.of(island));
      place.append(shown);
      const ids = new Set(controls.map((control) => control.id));
      await shown.show({ part, controls, marks: right.filter((mark) => ids.has(mark.control)), readOnly: true });
    }
  }

  private prepare(): void {
    this.pictures.prepare(this.data.items.filter((item) => isOpen(item) && item.number >= this.current.number));
  }

  private note(text: string): void {
    this.view.find("[data-saved]").textContent = text;
    if (text) this.say(text);
  }

  private say(text: string): void {
    this.view.find("[data-say]").textContent = text;
  }
}
