// The work itself: answer, submit, go on. What is handed in leaves the screen at once and travels behind it.
import { isOpen } from "./model";
import { begin } from "./speed";
import { Walk } from "./walk";

export class Work extends Walk {
  /** Chooses what a key stands for. */
  chooseKey(key: string, focus: boolean): void {
    if (this.current === undefined || !isOpen(this.current) || this.done) return;
    const label = this.view.answer.choose(key, focus);
    if (label !== null && !focus) this.say(this.words.say("chosen", { label }));
  }

  toggleNotSure(): void {
    if (this.current !== undefined && isOpen(this.current) && !this.done) this.view.answer.toggleNotSure();
  }

  submit(): void {
    const item = this.current;
    if (item === undefined || this.done) return;
    if (!isOpen(item)) return this.move(1);
    const { lack } = this.view.answer;
    if (lack !== null) return this.say(this.view.missing(lack));
    begin();
    this.delivery.handIn(item);
    this.goOn(item);
  }

  /** Items were given back. */
  gaveBack(ids: readonly string[]): void {
    for (const id of ids) this.delivery.giveBack(id);
    if (this.current !== undefined && !isOpen(this.current)) this.goOn(this.current);
  }

  /** Saves now and says so, although everything is saved by itself. */
  async saveNow(): Promise<void> {
    const item = this.current;
    if (item === undefined || !isOpen(item) || this.done) return;
    const place = this.view.find("[data-saved]");
    const before = place.textContent;
    await this.delivery.saveNow(item);
    // What has changed is heard anyway.
    if (place.textContent === before) this.say(before ?? "");
  }

  keepItems(): void {
    const item = this.current && isOpen(this.current) ? this.current : this.data.items.find(isOpen);
    if (item !== undefined) void this.delivery.keepLonger(item);
  }
}
