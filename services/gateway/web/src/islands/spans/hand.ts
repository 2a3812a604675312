// What hands do in a text: keys that move the caret, drags and presses of a mouse, fingers with the browser's own handles.
import type { TextPage } from "./page";
import { characterAt, JITTER_PIXELS, selectedIn } from "./pointing";
import type { Reach, Step } from "./reach";
import type { Stretch } from "./text";

const TOUCH_REST_MILLISECONDS = 250;
const STEPS: Readonly<Record<string, readonly [Step, Step, boolean]>> = {
  ArrowLeft: ["character", "word", false], ArrowRight: ["character", "word", true],
  ArrowUp: ["up", "up", false], ArrowDown: ["down", "down", true],
  Home: ["home", "first", false], End: ["end", "last", true],
};

export interface HandEvents {
  /** The caret moved, or with Shift the end of what is picked. */
  moved(extended: boolean): void;
  /** Enter: whether it was for something. */
  entered(): boolean;
  /** A character was pressed without a drag; null: a place without any. */
  pressed(character: Stretch | null, extend: boolean): void;
  /** Something was selected, as far as the hand went; `native`: the browser's selection may be made the same. */
  selected(anchor: number, focus: number, native: boolean): void;
}

export class Hand {
  byTouch = false;
  private readonly page: TextPage;
  private readonly reach: Reach;
  private readonly on: HandEvents;
  private begun: { readonly x: number; readonly y: number } | null = null;
  private timer = 0;

  constructor(page: TextPage, reach: Reach, on: HandEvents) {
    [this.page, this.reach, this.on] = [page, reach, on];
    const { element: text } = page;
    text.addEventListener("keydown", (event) => {
      if (!this.keyed(event)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    text.addEventListener("pointerdown", (event) => {
      this.byTouch = event.pointerType === "touch";
      this.begun = event.button === 0 ? { x: event.clientX, y: event.clientY } : null;
      // Who drags to the end of a text often lets go beside it.
      if (this.begun !== null) document.addEventListener("pointerup", this.released, { once: true });
    });
    text.addEventListener("pointercancel", () => (this.begun = null));
    // A hand that shakes on what is picked would otherwise carry the text away.
    text.addEventListener("dragstart", (event) => event.preventDefault());
    text.addEventListener("focus", () => reach.draw());
  }

  /** The browser's selection changed: with fingers there is no other sign of it. */
  selectionChanged(): void {
    if (!this.byTouch) return;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      const selected = selectedIn(this.page);
      if (selected !== null) this.on.selected(selected.anchor, selected.focus, false);
    }, TOUCH_REST_MILLISECONDS);
  }

  private keyed(event: KeyboardEvent): boolean {
    if (event.isComposing || event.altKey || event.metaKey) return false;
    const step = STEPS[event.code];
    if (step === undefined) return (event.code === "Enter" || event.code === "NumpadEnter") && !event.ctrlKey && !event.repeat && this.on.entered();
    this.reach.move(event.ctrlKey ? step[1] : step[0], step[2], event.shiftKey);
    this.on.moved(event.shiftKey);
    return true;
  }

  private readonly released = (event: PointerEvent): void => {
    const from = this.begun;
    this.begun = null;
    if (from === null) return;
    const isTouch = event.pointerType === "touch";
    const isDrag = Math.hypot(event.clientX - from.x, event.clientY - from.y) >= JITTER_PIXELS;
    const selected = selectedIn(this.page);
    if (selected !== null && (isDrag || isTouch)) this.on.selected(selected.anchor, selected.focus, !isTouch);
    else if (!isDrag) this.on.pressed(characterAt(this.page, from.x, from.y), event.shiftKey);
  };
}
