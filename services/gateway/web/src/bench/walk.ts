// Going from item to item: what is shown, what is prepared, what stands around it, and the end of the batch.
import { Delivery } from "./delivery";
import { Figures } from "./figures";
import { type BenchData, isOpen, type Item, nextOpen, type Question } from "./model";
import { Pictures } from "./pictures";
import { end } from "./speed";
import { View } from "./view";
import { Words } from "./words";

export class Walk {
  readonly view: View;
  readonly delivery: Delivery;
  readonly words: Words;
  protected current: Item | undefined;
  protected done = false;
  private isStarted = false;
  private changedEarly = false;
  protected readonly data: BenchData;
  private readonly figures: Figures;
  private readonly pictures = new Pictures();
  private readonly shownQuestion: number | undefined;

  constructor(bench: HTMLElement, data: BenchData) {
    this.data = data;
    this.words = new Words(data.texts, data.language);
    this.current = data.items[(data.at ?? 1) - 1];
    this.shownQuestion = this.current?.question;
    const question = data.questions[this.shownQuestion ?? 0] as Question;
    this.view = new View(bench, this.words, this.pictures, question, {
      changed: () => this.answerChanged(),
      say: (text) => this.say(text),
      broken: () => void this.delivery.refresh(),
    });
    this.figures = new Figures(this.view, this.words);
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
    this.isStarted = true;
    if (this.changedEarly) this.answerChanged();
    const first = this.current?.state === "SENDING" ? this.data.items.find(isOpen) : this.current;
    if (first === undefined) return this.finish();
    if (first === this.current) {
      await this.view.begin(first);
      this.figures.saving("");
      this.redraw();
    } else await this.show(first);
    this.prepare();
  }

  move(step: 1 | -1): void {
    const to = this.current && nextOpen(this.data.items, this.current.number, step);
    if (to !== undefined && !this.done) void this.show(to);
  }

  async showNumber(number: number): Promise<void> {
    const item = this.data.items[number - 1];
    if (item === undefined || this.done) return;
    await this.show(item);
    this.view.find("#item-head").focus();
  }

  say(text: string): void {
    this.figures.say(text);
  }

  get openIds(): string[] {
    return this.data.items.filter(isOpen).map((item) => item.id);
  }

  /** The person changed the answer. */
  protected answerChanged(): void {
    const item = this.current;
    if (item === undefined || !isOpen(item) || this.done) return;
    // What is done before the page knows what this browser kept waits for that moment, and is newer.
    if (!this.isStarted) return void (this.changedEarly = true);
    delete item.words;
    [item.marks, item.notSure] = [this.view.answer.marks, this.view.answer.notSure];
    this.view.clearErrors();
    this.delivery.change(item);
  }

  protected goOn(from: Item): void {
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
    const nothingOpen = this.openIds.length === 0;
    const wrong = this.data.items.find((item) => isOpen(item) && item.words);
    if (this.done && wrong !== undefined) return this.takeUp(wrong);
    // The server knows of an open item after all: begin anew with what it knows.
    if (this.done && !nothingOpen) return location.reload();
    if (read && this.current !== undefined && !this.done) this.view.renewPictures(this.current);
    this.redraw();
    if (this.done || (nothingOpen && !(this.current && isOpen(this.current)))) this.finish();
  }

  /** An answer came back after the last item. */
  private takeUp(item: Item): void {
    this.done = false;
    this.view.resume();
    void this.show(item);
  }

  private redraw(): void {
    if (this.current !== undefined && !this.done) this.view.renew(this.current);
    this.figures.draw(this.data.items, this.current, this.data.today, this.delivery.away);
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
