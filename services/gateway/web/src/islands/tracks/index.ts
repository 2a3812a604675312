// Boxes that follow things through a film, from keyframe to keyframe.
import { actIn, ownKeys } from "../../bench/keymap.ts";
import type { ControlView, MakeIsland, Mark, Part } from "../contract";
import { labelWords } from "../made";
import type { Speak } from "../overlay/bar";
import { Board } from "../overlay/board";
import type { Picture } from "../overlay/easel";
import { round, type Shape } from "../overlay/geometry.ts";
import type { Tool } from "../overlay/held";
import type { Entry } from "../overlay/list";
import { lookOfMark } from "../overlay/look";
import { placeWords } from "../overlay/naming";
import type { Figure } from "../overlay/paint";
import type { Size } from "../overlay/viewport.ts";
import { at, isKey, type Keyframe, keyframesOf, keyFrom, withKey, withoutKey } from "./interpolation.ts";
import { Player } from "./player";
import { Reel } from "./reel";

const ACTS = ["play", "frame-back", "frame-forward", "frames-back", "frames-forward", "keyframe", "previous-keyframe", "next-keyframe"] as const;
const STEPS = { "frame-back": -1, "frame-forward": 1, "frames-back": -10, "frames-forward": 10 } as const;

class TracksIsland extends Board {
  private readonly player = new Player();
  private reel: Reel | undefined;
  /** The track in hand, seen in this frame or not. */
  private track: string | null = null;
  /** The frame that a film begins with: where it stood when it could not be read any more. */
  private from = 0;

  constructor(say: Speak) {
    super(say);
    const { player } = this;
    [player.onFrame, player.onPlay] = [() => this.frame(), () => this.frame()];
    player.onBroken = () => {
      this.from = Math.max(0, player.frame);
      this.missing(say("film_missing"));
    };
    this.easel.element.addEventListener("pointerdown", () => player.video.pause());
  }

  protected override get chosenId(): string | null {
    return this.track;
  }

  protected override get around(): readonly HTMLElement[] {
    this.reel = new Reel(this.say, {
      play: () => void this.player.toggle(),
      step: (frames) => this.go(this.player.frame + frames),
      go: (frame) => this.go(frame),
      speed: (rate) => {
        this.player.video.playbackRate = rate;
      },
      key: () => this.toggleKey(),
      jump: (step) => this.jump(step),
      visible: () => this.flip("visible"),
      occluded: () => this.flip("occluded"),
    }, this.hand.isReadOnly);
    return [this.reel.film, this.reel.track];
  }

  disconnectedCallback(): void {
    this.player.video.pause();
  }

  protected toolsOf(controls: readonly ControlView[]): readonly Tool[] {
    return controls.some((control) => control.kind === "track") ? ["rect"] : [];
  }

  protected begin(): void {
    [this.track, this.from] = [null, 0];
  }

  protected async open(part: Part): Promise<readonly [Picture, Size]> {
    const { player } = this;
    await player.open(part.text, part.fps, part.frameCount, this.from);
    return [player.video, { width: part.width || player.video.videoWidth || 1, height: part.height || player.video.videoHeight || 1 }];
  }

  protected figures(): readonly Figure[] {
    return this.history.now.flatMap((mark, index) => {
      const now = at(keyframesOf(mark) ?? [], this.player.frame);
      if (now === null || !now.visible || mark.id === undefined) return [];
      const [x, y, w, h] = now.box;
      const shape: Shape = { kind: "rect", x, y, w, h };
      const name = `${this.words(mark, index + 1)}, ${placeWords(this.say, shape)}`;
      return [{ id: mark.id, shape, look: lookOfMark(mark, this.controlOf(mark)), least: this.controlOf(mark)?.minPx ?? 0, name, isFaint: now.occluded }];
    });
  }

  protected entry(mark: Mark, number: number): Entry {
    const keyframes = keyframesOf(mark);
    const first = String(keyframes?.[0]?.frame ?? 0);
    const detail = keyframes === null ? this.say("undrawn") : this.say("track_detail", { first, count: keyframes.length });
    return { id: mark.id ?? "", look: lookOfMark(mark, this.controlOf(mark)), words: this.words(mark, number), detail };
  }

  protected drawn(shape: Shape): void {
    const key = this.keyOf(shape, null);
    const mark = key === null ? null : this.newMark("track", { keyframes: [key] });
    if (mark === null) return;
    this.track = this.hand.chosen = mark.id ?? null;
    this.hand.take("select");
    this.put([...this.history.now, mark], this.say("drawn", { name: this.words(mark, this.history.now.length + 1), place: placeWords(this.say, shape) }));
    this.hand.choose(this.track);
  }

  protected changed(id: string, shape: Shape): void {
    const mark = this.history.now.find((one) => one.id === id);
    const keyframes = mark === undefined ? null : keyframesOf(mark);
    if (mark === undefined || keyframes === null) return;
    const key = this.keyOf(shape, at(keyframes, this.player.frame));
    if (key !== null) this.write(mark, withKey(keyframes, key), placeWords(this.say, shape));
  }

  protected override chose(id: string | null): void {
    this.track = id;
    super.chose(id);
    this.showReel();
  }

  protected override chooseFromList(id: string): void {
    this.track = id;
    const keyframes = this.inHand()?.keyframes;
    const now = keyframes === undefined ? null : at(keyframes, this.player.frame);
    this.hand.choose(now?.visible ? id : null, false);
    super.chose(id);
    this.showReel();
    // A thing that comes later is shown where it comes.
    if (now === null && keyframes !== undefined) this.go(keyframes[0]?.frame ?? 0);
  }

  protected override render(): void {
    if (!this.history.now.some((mark) => mark.id === this.track)) this.track = null;
    this.hand.chosen = this.track;
    super.render();
    this.showReel();
  }

  protected override spaced(repeats: boolean): boolean {
    if (!repeats) void this.player.toggle();
    return true;
  }

  protected override pressOwn(event: KeyboardEvent): boolean {
    const act = actIn(event, ACTS, ownKeys());
    const isOnButton = (event.target as Element | null)?.closest?.("button, a, summary, [role=option]") != null;
    if (act === null || (act === "play" && isOnButton)) return false;
    if (act === "play") void this.player.toggle();
    else if (act === "keyframe") {
      if (this.hand.isReadOnly) return false;
      this.toggleKey();
    } else if (act === "previous-keyframe" || act === "next-keyframe") this.jump(act === "next-keyframe" ? 1 : -1);
    else this.go(this.player.frame + STEPS[act]);
    return true;
  }

  private inHand(): { readonly mark: Mark; readonly keyframes: readonly Keyframe[] } | undefined {
    const mark = this.history.now.find((one) => one.id === this.track);
    const keyframes = mark === undefined ? null : keyframesOf(mark);
    return mark === undefined || keyframes === null ? undefined : { mark, keyframes };
  }

  private keyOf(shape: Shape, now: Keyframe | null): Keyframe | null {
    if (shape.kind !== "rect") return null;
    const box = [round(shape.x), round(shape.y), round(shape.w), round(shape.h)] as const;
    return { frame: this.player.frame, box, visible: true, occluded: now?.visible === true && now.occluded };
  }

  private write(mark: Mark, keyframes: readonly Keyframe[], said: string): void {
    this.replace(mark.id ?? "", { ...mark, value: { keyframes } }, said);
  }

  private go(frame: number): void {
    void this.player.go(Number.isFinite(frame) ? frame : this.player.frame).then(() => this.tell(this.say("at_frame", { frame: String(this.player.frame) })));
  }

  private jump(step: 1 | -1): void {
    const found = this.inHand();
    const frame = found === undefined ? null : keyFrom(found.keyframes, this.player.frame, step);
    if (frame === null) this.tell(this.say(found === undefined ? "no_track" : "no_key"));
    else this.go(frame);
  }

  private toggleKey(): void {
    const [found, { frame }] = [this.inHand(), this.player];
    if (found === undefined) return this.tell(this.say("no_track"));
    const { mark, keyframes } = found;
    if (!isKey(keyframes, frame)) return this.write(mark, withKey(keyframes, this.standing(keyframes)), this.say("key_put", { frame: String(frame) }));
    const left = withoutKey(keyframes, frame);
    if (left === null) this.tell(this.say("only_key"));
    else this.write(mark, left, this.say("key_taken", { frame: String(frame) }));
  }

  /** Says from this frame on that the thing is gone, or that something is in front of it, or takes it back. */
  private flip(what: "visible" | "occluded"): void {
    const found = this.inHand();
    if (found === undefined) return this.tell(this.say("no_track"));
    const now = this.standing(found.keyframes);
    const next = what === "visible" ? { ...now, visible: !now.visible, occluded: false } : { ...now, visible: true, occluded: !now.occluded };
    this.write(found.mark, withKey(found.keyframes, next), this.say(next.visible ? (next.occluded ? "occluded" : "seen") : "gone"));
  }

  /** The track as it is in this frame, as a keyframe; before its first, as in its first. */
  private standing(keyframes: readonly Keyframe[]): Keyframe {
    const now = at(keyframes, this.player.frame) ?? (keyframes[0] as Keyframe);
    const [x, y, w, h] = now.box;
    return { ...now, frame: this.player.frame, box: [round(x), round(y), round(w), round(h)] };
  }

  private frame(): void {
    this.hand.chosen = this.track;
    this.hand.show(this.figures());
    this.panel?.show(this.hand.figure, null, this.hand.isReadOnly);
    this.showReel();
  }

  private showReel(): void {
    const { player } = this;
    const keyframes = this.inHand()?.keyframes ?? NONE;
    this.reel?.show({
      frame: Math.max(0, player.frame), count: player.count, seconds: player.seconds(Math.max(0, player.frame)), isPlaying: player.isPlaying, keyframes,
      now: at(keyframes, player.frame), hasTrack: keyframes.length > 0,
    });
  }

  private words(mark: Mark, number: number): string {
    return this.say("name", { number, label: labelWords(this.controlOf(mark), mark.label) });
  }
}

const NONE: readonly Keyframe[] = [];

export const make: MakeIsland = (words) => {
  if (customElements.get("ilgam-tracks") === undefined) customElements.define("ilgam-tracks", TracksIsland);
  return new TracksIsland((key, values) => words.say(key, values));
};
