// The place where a picture or film is put, and what is done where it cannot be read: links to files end after a while.
import type { Part } from "../contract";
import type { Speak } from "./bar";
import { Easel, type Picture } from "./easel";
import type { Size } from "./viewport.ts";

export abstract class Stage extends HTMLElement {
  protected readonly easel = new Easel();
  protected readonly say: Speak;
  private address = "";
  private isGone = false;
  /** How often something was loaded: of two that load at once the later one stays. */
  private turn = 0;

  constructor(say: Speak) {
    super();
    this.say = say;
  }

  renew(part: Part): void {
    if (this.isGone && part.text !== this.address) void this.load(part);
  }

  /** Loads what is shown; gives it and the size that its marks are counted in. */
  protected abstract open(part: Part): Promise<readonly [Picture, Size]>;
  /** It is there now, or it is said why not: the person can go on. */
  protected abstract opened(): void;

  protected async load(part: Part): Promise<void> {
    const turn = (this.turn += 1);
    [this.address, this.isGone] = [part.text, false];
    this.easel.note("");
    if (part.width > 0 && part.height > 0) this.easel.reserve(part);
    this.easel.element.ariaBusy = "true";
    this.easel.element.dataset["alt"] = part.alt;
    const [picture, size] = await this.open(part);
    if (turn !== this.turn) return;
    this.easel.put(picture, size);
    this.easel.element.ariaBusy = null;
    this.opened();
  }

  /** What should be shown cannot be. */
  protected missing(text: string): void {
    this.isGone = true;
    this.easel.note(text);
    this.tell(text);
    this.dispatchEvent(new CustomEvent("broken", { bubbles: true }));
  }

  protected tell(text: string): void {
    if (text) this.dispatchEvent(new CustomEvent("say", { detail: text, bubbles: true }));
  }
}
