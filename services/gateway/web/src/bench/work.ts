// The work itself: choose, submit, go on. What is handed in leaves the screen at once and travels behind it.
import { Delivery } from "./delivery";
import { Figures } from "./figures";
import { type BenchData, isOpen, type Item, nextOpen } from "./model";
import { Pictures } from "./pictures";
import { begin, end } from "./speed";
import { View } from "./view";
import { Words } from "./words";

export class Work {
  readonly view: View;
  readonly delivery: Delivery;
  readonly words: Words;
  private readonly figures: Figures;
  private readonly pictures = new Pictures();
  private current: Item | undefined;
  private shownQuestion: number | undefined;
  private done = false;
  private readonly data: BenchData;

  constructor(bench: HTMLElement, data: BenchData) {
    this.data = data;
    this.words = new Words(data.texts, data.language);
    this.view = new View(bench, this.words, this.pictures);
    this.figures = new Figures(this.view, this.words);
    this.current = data.items[(data.at ?? 1) - 1];
    this.shownQuestion = this.current?.question;
    this.delivery = new Delivery(data, this.words, {
      state: (saving) => this.figures.saving(saving),
      left: (milliseconds) => (this.view.find("[data-time-left]").textContent = this.words.left(milliseconds)),
      warning: (on, canKeep) => this.warn(on, canKeep),
      changed: (read) => this.changed(read),
    });
  }

  /** Begins where the person was. */
  async start(): Promise<void> {
    await this.delivery.restore();
    const first = this.current?.state === "SENDING" ? this.data.items.find(isOpen) : this.current;
    if (first === undefined) this.finish();
    else if (first === this.current) this.redraw(first);
    else await this.show(first);
    this.prepare();
  }

  choose(value: string, focus = false): void {
    this.change((item) => (item.choice = value));
    if (focus) this.view.radios.find((radio) => radio.checked)?.focus();
  }

  /** Chooses what the digit stands for. */
  chooseKey(key: string, focus: boolean): void {
    const option = this.data.questions[this.current?.question ?? 0]?.options.find(([, , own]) => own === key);
    if (option === undefined) return;
    this.choose(option[0], focus);
    if (!focus) this.say(this.words.say("chosen", { label: option[1] }));
  }

  setNotSure(notSure: boolean): void {
    if (this.view.notSure !== null) this.change((item) => (item.notSure = notSure));
  }

  toggleNotSure(): void {
    this.setNotSure(this.current?.notSure !== true);
  }

  submit(): void {
    const item = this.current;
    if (item === undefined || this.done) return;
    if (!isOpen(item)) return this.move(1);
    if (item.choice === "") {
      this.view.missing(this.words.say("choice_missing"));
      return this.say(this.words.say("choice_missing"));
    }
    begin();
    this.delivery.handIn(item);
    this.goOn(item);
  }

  move(step: 1 | -1): void {
    const to = this.current && nextOpen(this.data.items, this.current.number, step);
    if (to !== undefined && !this.done) void this.show(to);
  }

  async showNumber(number: number): Promise<void> {
    const item = this.data.items[number - 1];
    if (item !== undefined) await this.show(item);
    this.view.find("#item-head").focus();
  }

  /** An item was given back. */
  gaveBack(id: string): void {
    this.delivery.giveBack(id);
    const item = this.data.items.find((one) => one.id === id);
    if (item !== undefined) this.goOn(item);
  }

  keepItems(): void {
    const item = this.current && isOpen(this.current) ? this.current : this.data.items.find(isOpen);
    if (item !== undefined) void this.delivery.keepLonger(item);
  }

  say(text: string): void {
    this.figures.say(text);
  }

  get openIds(): string[] {
    return this.data.items.filter(isOpen).map((item) => item.id);
  }

  get pictureShown(): HTMLImageElement[] {
    return [...this.view.find("[data-shown]").querySelectorAll("img")];
  }

  private change(act: (item: Item) => void): void {
    const item = this.current;
    if (item === undefined || !isOpen(item)) return;
    act(item);
    this.view.mark(item);
    this.delivery.choose(item);
  }

  private goOn(from: Item): void {
    const next = nextOpen(this.data.items, from.number, 1);
    if (next === undefined) this.finish();
    else void this.show(next).then(end);
  }

  private async show(item: Item): Promise<void> {
    // Another question than the page holds: the company changed the job between two claims. The server draws it.
    if (item.question !== this.shownQuestion) return location.assign(`?n=${item.number}`);
    this.current = item;
    const shown = this.view.show(item, this.data.items);
    this.redraw();
    this.say(this.view.spoken(item, this.data.items.length));
    this.figures.saving("");
    await shown;
    this.prepare();
  }

  private prepare(): void {
    const at = this.current?.number ?? 0;
    const open = this.data.items.filter(isOpen);
    this.pictures.prepare([...open.filter((item) => item.number > at), ...open]);
  }

  private changed(read: boolean): void {
    if (read && this.current !== undefined && !this.done) {
      this.view.mark(this.current);
      this.view.renewPictures(this.current);
    }
    this.redraw();
    if (this.done) this.finish();
    else if (this.current !== undefined && !isOpen(this.current) && this.openIds.length === 0) this.finish();
  }

  private redraw(item = this.current): void {
    if (item !== undefined && item === this.current) this.view.mark(item);
    this.figures.draw(this.data.items, item, this.data.today, this.delivery.away);
  }

  /** Everything is answered: when all answers have arrived, the recap tells what they bring. */
  private finish(): void {
    const { left, away } = this.delivery;
    const refused = this.data.items.some((item) => item.state === "REFUSED");
    this.view.finish(left > 0 ? this.words.say("done_sending", { count: left }) : this.words.say("done_all"), !this.done);
    this.done = true;
    this.redraw();
    if (left === 0 && !away && !refused) location.replace(`/work/jobs/${this.data.job}/recap`);
  }

  private warn(on: boolean, canKeep: boolean): void {
    this.view.find("[data-lease-warning]").hidden = !on;
    this.view.find("[data-act=keep]").hidden = !canKeep;
    if (on) this.say(this.words.say(canKeep ? "lease_warning" : "kept_no_more"));
    else if (!this.done) this.say(this.words.say("kept"));
  }
}
