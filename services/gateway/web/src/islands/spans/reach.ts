// What is picked in the text, or where the caret is when nothing is: moved by keys, drawn in the page. The browser's own selection
// follows it, so that screen readers say it and it can be copied; where fingers select, the browser's own handles stay.
import { make } from "../made";
import type { TextPage } from "./page";
import { movedByLine } from "./pointing";
import type { Stretch } from "./text";

export type Step = "character" | "word" | "up" | "down" | "home" | "end" | "first" | "last";

const PICKED = "spans-picked";

export class Reach {
  anchor = 0;
  focus = 0;
  /** One word was picked by a press: the next press picks up to there. */
  begun = false;
  private readonly page: TextPage;
  /** What is shown as picked now; several texts of a page share one look for it. */
  private shown: Range | null = null;
  private readonly caret = make("span", { class: "spans-caret", "aria-hidden": "true" });

  constructor(page: TextPage) {
    this.page = page;
  }

  get stretch(): Stretch | null {
    return this.anchor === this.focus ? null : { start: Math.min(this.anchor, this.focus), end: Math.max(this.anchor, this.focus) };
  }

  /** Picks from one place to another. `native`: the browser's selection is made the same. */
  pick(anchor: number, focus: number, native = true): void {
    [this.anchor, this.focus, this.begun] = [anchor, focus, false];
    this.draw(native);
  }

  /** Nothing is picked; the caret stays where it was. */
  drop(): void {
    const wasPicked = this.stretch !== null;
    this.pick(this.focus, this.focus, false);
    if (wasPicked && this.page.element.contains(getSelection()?.anchorNode ?? null)) getSelection()?.removeAllRanges();
  }

  /** A key moves the caret, or with Shift the end of what is picked. */
  move(step: Step, forward: boolean, extend: boolean): void {
    const { stretch } = this;
    const backwards = stretch !== null && !extend && step === "character";
    const to = backwards ? (forward ? stretch.end : stretch.start) : this.target(step, forward, extend);
    this.pick(extend ? this.anchor : to, to);
    this.caret.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Draws the caret and what is picked anew, after the text changed. `isShown`: what is picked has no other look already. */
  draw(native = false, isShown = true): void {
    const { stretch } = this;
    this.light(stretch && isShown ? this.page.range(stretch) : null);
    if (native) this.select();
    this.drawCaret();
  }

  /** Nothing is shown as picked any more: the text goes. */
  end(): void {
    this.light(null);
  }

  private light(range: Range | null): void {
    if (globalThis.Highlight === undefined || CSS.highlights === undefined) return;
    const picked = CSS.highlights.get(PICKED) ?? new Highlight();
    if (this.shown !== null) picked.delete(this.shown);
    if (range !== null) picked.add(range);
    this.shown = range;
    if (picked.size > 0) CSS.highlights.set(PICKED, picked);
    else CSS.highlights.delete(PICKED);
  }

  private target(step: Step, forward: boolean, extend: boolean): number {
    const { text } = this.page;
    const onward = step === "character" || step === "word" ? forward !== this.page.isLeftward(this.focus) : forward;
    const by = onward ? 1 : -1;
    if (step === "first") return 0;
    if (step === "last") return text.length;
    if (step === "word") return extend || by === -1 ? text.nextWord(this.focus, by) : text.nextWordStart(this.focus);
    if (step !== "character") return movedByLine(this.page, this.focus, step);
    const next = text.nextGrapheme(this.focus, by);
    return this.page.shows(Math.min(next, this.focus)) ? next : this.overBlanks(next, by);
  }

  /** In html blanks between blocks are not seen: one step goes over all of them. */
  private overBlanks(from: number, by: 1 | -1): number {
    const { text } = this.page;
    let place = from;
    while (place > 0 && place < text.length && !this.page.shows(by === 1 ? place : place - 1)) place += by;
    return place;
  }

  private select(): void {
    const [from, to] = [this.page.nodeAt(this.anchor, this.anchor > this.focus), this.page.nodeAt(this.focus, this.focus > this.anchor)];
    if (from !== null && to !== null) getSelection()?.setBaseAndExtent(...from, ...to);
  }

  private drawCaret(): void {
    const { element } = this.page;
    const place = this.caretRect();
    this.caret.hidden = place === null;
    if (place === null) return;
    const box = element.getBoundingClientRect();
    this.caret.style.left = `${place.x - box.left + element.scrollLeft - element.clientLeft}px`;
    this.caret.style.top = `${place.y - box.top + element.scrollTop - element.clientTop}px`;
    this.caret.style.height = `${place.height}px`;
    if (!this.caret.isConnected) element.append(this.caret);
  }

  private caretRect(): { x: number; y: number; height: number } | null {
    const { text } = this.page;
    const leftward = this.page.isLeftward(this.focus);
    const after = text.graphemeAt(this.focus);
    const isLineEnd = after !== null && text.quote(after).startsWith("\n");
    if (after !== null && !isLineEnd) {
      const rect = this.page.range(after)?.getClientRects()[0];
      if (rect) return { x: leftward ? rect.right : rect.left, y: rect.top, height: rect.height };
    }
    const before = this.focus > 0 ? text.graphemeAt(this.focus - 1) : null;
    if (before !== null && !text.quote(before).startsWith("\n")) {
      const rect = [...(this.page.range(before)?.getClientRects() ?? [])].at(-1);
      if (rect) return { x: leftward ? rect.left : rect.right, y: rect.top, height: rect.height };
    }
    const rect = after && this.page.range(after)?.getBoundingClientRect();
    return rect ? { x: rect.left, y: rect.top, height: rect.height } : null;
  }
}
