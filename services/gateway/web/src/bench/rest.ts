// On the recap: answers that are still kept in this browser go out, and the page says so.
import type { BenchData } from "./model";
import { Kept } from "./queue";
import { Sender } from "./sender";
import { Words } from "./words";

export function flushRest(data: BenchData): void {
  const note = document.querySelector<HTMLElement>("[data-unsent]");
  const words = new Words(data.texts, data.language);
  const nothing = (): void => undefined;
  const sender = new Sender(new Kept(), data, {
    taken: () => void document.body.dispatchEvent(new CustomEvent("poke")),
    refused: nothing,
    left: (count) => {
      if (note !== null) [note.hidden, note.textContent] = [count === 0, count === 0 ? "" : words.say("unsent", { count })];
    },
    signedOut: () => location.reload(),
    stale: () => location.reload(),
  });
  sender.wake();
}
