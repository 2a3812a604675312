// The buttons under the wave: play, where, how fast, how near, what is made, and back.
import { ownKeys, shownKey } from "../../bench/keymap";
import type { ControlView } from "../contract";
import { setOff } from "../labels";
import { dress, make, namedLabels } from "../made";
import type { SegmentAct } from "./keys";
import type { Tell } from "./list";
import type { Segments } from "./model";
import { button } from "./parts";
import { clock } from "./times";

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;
const STEP_MS = 10;

/** The key that plays, as it is written for people: the space bar has a name of its own. */
function playKey(words: Tell): string {
  const own = ownKeys();
  return own.play === undefined ? words("key_space") : shownKey("play", own);
}

export interface ToolActs {
  act(act: SegmentAct): void;
  goTo(ms: number): void;
  speed(rate: number): void;
  scroll(share: number): void;
}

export interface Naming {
  readonly control: string;
  readonly label: string;
}

export class Tools {
  readonly element = make("div", { class: "seg-tools" });
  private readonly playing: HTMLButtonElement;
  private readonly position = make("input", { type: "range", class: "seg-position", min: "0", step: `${STEP_MS}` });
  private readonly time = make("output", { class: "seg-now" });
  private readonly said = make("p", { class: "seg-note" });
  private readonly undo: HTMLButtonElement;
  private readonly redo: HTMLButtonElement;
  private readonly names: readonly (Naming & { readonly key: string; readonly button: HTMLButtonElement })[];
  private chosen = 0;

  constructor(private readonly acts: ToolActs, private readonly tellWords: Tell, controls: readonly ControlView[], private readonly duration: number, readOnly: boolean) {
    const one = (key: string, act: SegmentAct, shown = ""): HTMLButtonElement => button(tellWords(key), () => acts.act(act), {}, shown);
    this.playing = one("play", { do: "play" }, readOnly ? "" : playKey(tellWords));
    this.playing.classList.add("seg-play");
    const own = ownKeys();
    this.undo = one("undo", { do: "undo" }, shownKey("undo", own));
    this.redo = one("redo", { do: "redo" }, shownKey("redo", own));
    this.names = this.namesOf(controls);
    this.position.max = `${duration}`;
    this.position.setAttribute("aria-label", tellWords("position"));
    this.position.addEventListener("input", () => acts.goTo(Number(this.position.value)));
    this.element.append(this.position, make("div", { class: "seg-row" }, this.playing, this.time, this.speeds(), ...this.nearness(one)));
    if (readOnly) return;
    const names = make("div", { class: "seg-row", role: "group", "aria-label": tellWords("naming") }, ...this.names.map((name) => name.button));
    if (this.names.length > 1) this.element.append(names);
    this.element.append(make("div", { class: "seg-row" }, one("from", { do: "from" }, shownKey("segment-start", own)), one("to", { do: "to" }, shownKey("segment-end", own)), this.undo, this.redo), this.said);
    this.mark();
  }

  /** What a new segment is called. */
  get naming(): Naming | undefined {
    return this.names[this.chosen];
  }

  /** Chooses by a digit. */
  choose(key: string): Naming | undefined {
    const place = this.names.findIndex((one) => one.key === key);
    if (place < 0) return undefined;
    this.chosen = place;
    this.mark();
    return this.names[place];
  }

  turned(playing: boolean): void {
    this.playing.firstChild?.replaceWith(this.tellWords(playing ? "pause" : "play"));
  }

  moved(now: number, begun: number | null): void {
    this.position.value = `${now}`;
    const words = `${clock(now)} / ${clock(this.duration)}`;
    this.position.setAttribute("aria-valuetext", clock(now));
    this.time.replaceChildren(begun === null ? words : `${words} · ${this.tellWords("begun", { time: clock(begun) })}`);
  }

  draw(model: Segments): void {
    setOff(this.undo, !model.canUndo);
    setOff(this.redo, !model.canRedo);
  }

  /** Shown here too: not everybody hears what is announced. */
  tell(words: string): void {
    this.said.replaceChildren(words);
  }

  private namesOf(controls: readonly ControlView[]): (Naming & { key: string; button: HTMLButtonElement })[] {
    return namedLabels(controls).map(({ control, label, key }) => {
      const made = button(label.label, () => this.named(made), { class: "button quiet seg-name" }, key);
      dress(made, control, label.value);
      return { control: control.id, label: label.value, key, button: made };
    });
  }

  /** By button as by digit: the chosen segment is called so too. */
  private named(made: HTMLButtonElement): void {
    const name = this.names.find((one) => one.button === made);
    if (name?.key) this.acts.act({ do: "label", key: name.key });
    else this.chosen = this.names.findIndex((one) => one.button === made);
    this.mark();
  }

  private mark(): void {
    for (const [place, name] of this.names.entries()) name.button.setAttribute("aria-pressed", `${place === this.chosen}`);
  }

  private speeds(): HTMLElement {
    const select = make("select", {}, ...SPEEDS.map((rate) => make("option", { value: `${rate}`, ...(rate === 1 ? { selected: "" } : {}) }, `${rate}×`)));
    select.addEventListener("change", () => this.acts.speed(Number(select.value)));
    return make("label", { class: "seg-speed" }, make("span", {}, this.tellWords("speed")), select);
  }

  private nearness(one: (key: string, act: SegmentAct) => HTMLButtonElement): HTMLElement[] {
    const left = button("◀", () => this.acts.scroll(-0.5), { "aria-label": this.tellWords("scroll_back") });
    const right = button("▶", () => this.acts.scroll(0.5), { "aria-label": this.tellWords("scroll_on") });
    return [one("closer", { do: "closer" }), one("farther", { do: "farther" }), one("whole", { do: "all" }), left, right];
  }
}
