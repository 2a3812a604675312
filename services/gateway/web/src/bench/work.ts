// The work itself: choose, submit, go on. What is handed in leaves the screen at once and travels behind it.
import { isOpen, type Item } from "./model";
import { begin } from "./speed";
import { Walk } from "./walk";

export class Work extends Walk {
  choose(value: string, focus = false): void {
    this.change((item) => (item.choice = value));
    if (focus) this.view.radios.find((radio) => radio.checked)?.focus();
  }

  /** Chooses what the digit stands for. */
  chooseKey(key: string, focus: boolean): void {
    const option = this.data.questions[this.current?.question ?? 0]?.options.find(([, , own]) => own === key);
    if (option === undefined || this.current === undefined || !isOpen(this.current)) return;
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

  /** Items were given back. */
  gaveBack(ids: readonly string[]): void {
    for (const id of ids) this.delivery.giveBack(id);
    if (this.current !== undefined && !isOpen(this.current)) this.goOn(this.current);
  }

  keepItems(): void {
    const item = this.current && isOpen(this.current) ? this.current : this.data.items.find(isOpen);
    if (item !== undefined) void this.delivery.keepLonger(item);
  }

  get picturesShown(): HTMLImageElement[] {
    return [...this.view.find("[data-shown]").querySelectorAll("img")];
  }

  private change(act: (item: Item) => void): void {
    const item = this.current;
    if (item === undefined || !isOpen(item) || this.done) return;
    act(item);
    this.view.clearErrors();
    this.view.mark(item);
    this.delivery.choose(item);
  }
}
