// The film's buttons and the track's: play, steps, frame, speed; keyframes, seen and hidden. Plain elements, each with a name.
import { type ActName, ownKeys, shownKey } from "../../bench/keymap.ts";
import { make } from "../made";
import { press, type Speak } from "../overlay/bar";
import { svg } from "../overlay/look";
import type { Keyframe } from "./interpolation.ts";

const SPEEDS = [0.25, 0.5, 1, 1.5, 2] as const;
const STRIP_WIDTH = 1_000;

export interface ReelActs {
  play(): void;
  step(frames: number): void;
  go(frame: number): void;
  speed(rate: number): void;
  key(): void;
  jump(step: 1 | -1): void;
  visible(): void;
  occluded(): void;
}

export interface ReelShown {
  readonly frame: number;
  readonly count: number;
  readonly seconds: number;
  readonly isPlaying: boolean;
  readonly keyframes: readonly Keyframe[];
  readonly now: Keyframe | null;
  readonly hasTrack: boolean;
}

export class Reel {
  readonly film: HTMLElement;
  readonly track: HTMLElement;
  private readonly play: HTMLButtonElement;
  private readonly frame = make("input", { type: "number", min: "0", step: "1", inputmode: "numeric" });
  private readonly slider = make("input", { type: "range", min: "0", step: "1" });
  private readonly of = make("span", { class: "soft" });
  private readonly strip = svg("svg", { class: "reel-strip", viewBox: `0 0 ${STRIP_WIDTH} 10`, preserveAspectRatio: "none", "aria-hidden": "true" });
  private readonly keys: HTMLElement;
  private readonly key: HTMLButtonElement;
  private readonly visible: HTMLButtonElement;
  private readonly occluded: HTMLButtonElement;
  private readonly none: HTMLElement;
  private readonly own: HTMLElement;
  private drawn: readonly Keyframe[] | null = null;
  /** The buttons of the keyframes, by frame and state: those that stay are left alone, for there may be hundreds. */
  private readonly buttons = new Map<string, HTMLElement>();
  private marked: HTMLElement | undefined;
  private readonly say: Speak;

  constructor(say: Speak, acts: ReelActs, isReadOnly: boolean) {
    this.say = say;
    const own = ownKeys();
    const button = (name: string, act: () => void, key: ActName | null = null): HTMLButtonElement => press(say(name), act, key === null || isReadOnly ? "" : shownKey(key, own));
    this.play = button("play", () => acts.play(), "play");
    this.slider.setAttribute("aria-label", say("frame"));
    this.slider.addEventListener("input", () => acts.go(Number(this.slider.value)));
    this.frame.addEventListener("change", () => acts.go(Number(this.frame.value)));
    this.frame.addEventListener("keydown", (event) => {
      if (event.code !== "Enter") return;
      event.preventDefault();
      acts.go(Number(this.frame.value));
    });
    const speed = make("select", {}, ...SPEEDS.map((rate) => make("option", { value: String(rate), ...(rate === 1 ? { selected: "" } : {}) }, `×${rate}`)));
    speed.addEventListener("change", () => acts.speed(Number(speed.value)));
    const steps = make(
      "div", { class: "drawing-group", role: "group", "aria-label": say("film") }, this.play,
      button("back_ten", () => acts.step(-10), "frames-back"), button("back", () => acts.step(-1), "frame-back"),
      button("forward", () => acts.step(1), "frame-forward"), button("forward_ten", () => acts.step(10), "frames-forward"),
    );
    const numbers = make("div", { class: "reel-numbers" }, make("label", {}, say("frame"), this.frame), this.of, make("label", {}, say("speed"), speed));
    this.film = make("div", { class: "reel" }, make("div", { class: "reel-line" }, this.slider, this.strip), steps, numbers);
    this.key = button("key", () => acts.key(), "keyframe");
    this.visible = button("gone", () => acts.visible());
    this.occluded = button("occluded", () => acts.occluded());
    const jumps = [button("key_before", () => acts.jump(-1), "previous-keyframe"), button("key_after", () => acts.jump(1), "next-keyframe")];
    const changes = isReadOnly ? [] : [this.key, this.visible, this.occluded];
    this.keys = make("div", { class: "reel-keys", role: "group", "aria-label": say("keys") });
    this.keys.addEventListener("click", (event) => {
      const frame = (event.target as Element).closest<HTMLElement>("[data-frame]")?.dataset["frame"];
      if (frame !== undefined) acts.go(Number(frame));
    });
    this.own = make("div", { class: "reel" }, make("div", { class: "drawing-group" }, ...changes, ...jumps), this.keys);
    this.none = make("p", { class: "hint" }, say("no_track"));
    this.track = make("div", { class: "reel-track", role: "group", "aria-label": say("track") }, this.none, this.own);
  }

  show(shown: ReelShown): void {
    const { frame, count, keyframes, now } = shown;
    const words = this.play.firstElementChild;
    if (words !== null) words.textContent = this.say(shown.isPlaying ? "pause" : "play");
    this.slider.max = this.frame.max = String(count - 1);
    this.slider.value = String(frame);
    if (document.activeElement !== this.frame || !shown.isPlaying) this.frame.value = String(frame);
    const time = shown.seconds.toFixed(2);
    this.slider.setAttribute("aria-valuetext", this.say("frame_of", { frame: String(frame), last: String(count - 1), time }));
    this.of.textContent = this.say("of", { last: String(count - 1), time });
    [this.none.hidden, this.own.hidden] = [shown.hasTrack, !shown.hasTrack];
    this.key.setAttribute("aria-pressed", String(keyframes.some((one) => one.frame === frame)));
    this.visible.setAttribute("aria-pressed", String(now !== null && !now.visible));
    this.occluded.setAttribute("aria-pressed", String(now?.visible === true && now.occluded));
    if (this.drawn !== keyframes) this.draw(keyframes, count);
    const key = keyframes.find((one) => one.frame === frame);
    this.marked?.removeAttribute("aria-current");
    this.marked = key && this.buttons.get(nameOf(key));
    this.marked?.setAttribute("aria-current", "true");
  }

  private draw(keyframes: readonly Keyframe[], count: number): void {
    this.drawn = keyframes;
    this.strip.replaceChildren(...stripOf(keyframes, count));
    const focused = (document.activeElement as HTMLElement | null)?.dataset["frame"];
    const wanted = new Set(keyframes.map(nameOf));
    for (const [name, button] of this.buttons) {
      if (wanted.has(name)) continue;
      button.remove();
      this.buttons.delete(name);
    }
    keyframes.forEach((key, index) => {
      const button = this.button(key);
      if (this.keys.children[index] !== button) this.keys.insertBefore(button, this.keys.children[index] ?? null);
    });
    if (focused !== undefined) this.keys.querySelector<HTMLElement>(`[data-frame="${focused}"]`)?.focus();
  }

  private button(key: Keyframe): HTMLElement {
    const known = this.buttons.get(nameOf(key));
    if (known !== undefined) return known;
    const state = stateOf(key);
    const unseen = make("span", { class: "unseen" }, `${this.say("key")} `);
    const button = make("button", { type: "button", class: "button quiet reel-key", "data-frame": String(key.frame) }, unseen, String(key.frame));
    if (state) button.append(make("small", {}, ` ${this.say(state)}`));
    this.buttons.set(nameOf(key), button);
    return button;
  }
}

const stateOf = ({ visible, occluded }: Keyframe): string => (visible ? (occluded ? "occluded" : "") : "gone");
const nameOf = (key: Keyframe): string => `${key.frame} ${stateOf(key)}`;

/** Where a thing is seen, where it is hidden, and its keyframes, along the film. */
function stripOf(keyframes: readonly Keyframe[], count: number): readonly SVGElement[] {
  const place = (frame: number): number => Math.round((frame / Math.max(1, count - 1)) * STRIP_WIDTH * 10) / 10;
  const lines = (state: string): string => keyframes.map((one, index) => (stateOf(one) === state ? `M${place(one.frame)} 5H${place(keyframes[index + 1]?.frame ?? count - 1)}` : "")).join("");
  const ticks = keyframes.map((one) => `M${place(one.frame)} 0V10`).join("");
  return [svg("path", { d: lines("") }), svg("path", { d: lines("occluded"), class: "faint" }), svg("path", { d: ticks, class: "tick" })];
}
