// What stands around the item: progress, won, what is saved, and the pieces of the batch.
import { type Item, sumsOf } from "./model";
import type { Saving } from "./drafts";
import type { View } from "./view";
import type { Words } from "./words";

const STATE_WORDS: Readonly<Record<string, string>> = { LIVE: "open", SENDING: "sending", WAITING: "waiting", REFUSED: "refused", RETURNED: "returned" };

export class Figures {
  private readonly view: View;
  private readonly words: Words;

  constructor(view: View, words: Words) {
    [this.view, this.words] = [view, words];
  }

  /** Draws everything that follows from the items. */
  draw(items: readonly Item[], current: Item | undefined, today: number | null, away: boolean): void {
    const { done, pendingKrw, earnedKrw } = sumsOf(items);
    this.view.find<HTMLProgressElement>("#bench-progress").value = done;
    this.view.find("[data-progress]").textContent = this.words.say("progress", { done, count: items.length });
    this.view.find("[data-batch-won]").textContent = this.words.won(pendingKrw + earnedKrw);
    const pending = this.view.find("[data-batch-pending]");
    pending.hidden = pendingKrw === 0;
    pending.textContent = this.words.say("pending", { won: this.words.won(pendingKrw) });
    const todayPlace = this.view.find("[data-today]");
    if (today !== null) todayPlace.textContent = this.words.won(today);
    if (todayPlace.parentElement !== null) todayPlace.parentElement.hidden = today === null;
    if (current !== undefined) this.view.find("[data-price]").textContent = this.words.won(current.price);
    for (const item of items) this.piece(item, item === current, away);
    this.refusals(items);
  }

  /** How far the choice of the moment is kept. */
  saving(state: Saving | ""): void {
    const place = this.view.find("[data-saved]");
    const text = { "": this.words.say("saves"), saving: this.words.say("saving"), saved: this.words.say("saved", { time: this.words.time(new Date()) }), "on-device": this.words.say(navigator.onLine ? "on_device_for_now" : "on_device") }[state];
    place.dataset["state"] = state;
    if (place.textContent !== text) place.textContent = text;
  }

  /** Says something to those who listen. */
  say(text: string): void {
    this.view.find("[data-say]").textContent = text;
  }

  private piece(item: Item, isCurrent: boolean, away: boolean): void {
    const piece = this.view.find(`[data-piece="${item.id}"]`);
    if (isCurrent) piece.setAttribute("aria-current", "true");
    else piece.removeAttribute("aria-current");
    piece.dataset["state"] = item.state;
    const key = STATE_WORDS[item.state === "SENDING" && away ? "WAITING" : item.state];
    const place = piece.querySelector("[data-piece-state]");
    if (place !== null) place.textContent = key === undefined ? item.stateWords : this.words.say(key);
  }

  private refusals(items: readonly Item[]): void {
    const lines = items
      .filter((item) => item.state === "REFUSED" || (item.state === "LIVE" && item.words))
      .map((item) => Object.assign(document.createElement("li"), { className: "bad", textContent: this.words.say("refused_item", { number: item.number, words: item.words ?? "" }) }));
    this.view.find("[data-refusals]").replaceChildren(...lines);
    if (lines.length > 0) this.view.find<HTMLDetailsElement>("[data-batch]").open = true;
  }
}
