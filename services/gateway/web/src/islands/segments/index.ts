// <ilgam-segments>: stretches of a recording or a film, each with a label and, where asked, what is said in it.
import type { Island, Mark, Part, Say, Shown } from "../contract";
import { make as element, makerOf, newMarkId } from "../made";
import { Board } from "./board";
import { isTaken, segmentAct, type SegmentAct } from "./keys";
import { labelWords, List, type Tell } from "./list";
import { Segments, type Outcome, type Segment } from "./model";
import { Player } from "./player";
import { clock } from "./times";
import { Tools } from "./tools";
import { readPeaks } from "./wave";

const WHY: Readonly<Record<Exclude<Outcome, "done">, string>> = { cut: "was_cut", overlaps: "was_overlaps", full: "was_full", empty: "was_empty" };

class SegmentsIsland extends HTMLElement implements Island {
  words!: Say;
  private model = new Segments([], [], 0);
  private readOnly = true;
  private player: Player | null = null;
  private board: Board | null = null;
  private list: List | null = null;
  private tools: Tools | null = null;
  /** Where the segment that is being made begins. */
  private begun: number | null = null;

  private readonly tell: Tell = (key, values) => this.words.say(key, values);

  async show(shown: Shown): Promise<void> {
    const { part } = shown;
    this.readOnly = shown.readOnly;
    this.begun = null;
    const controls = shown.controls.filter((one) => one.kind === "segment");
    const media = this.media(shown);
    const player = new Player(media, () => this.moved(), () => this.tools?.turned(player.playing));
    const model = () => this.model;
    this.model = new Segments(shown.marks, controls, part.durationMs);
    this.board = new Board({
      pointed: (ms, segment) => this.pointed(ms, segment),
      drew: (from, to) => this.add(from, to),
      moved: (id, edge, to, done) => this.moveEdge(id, edge, to, "drag", done),
      unmoved: () => this.changed(() => this.model.dropMerge("drag"), false),
    }, part.alt || this.tell("wave"), model, this.readOnly);
    this.list = new List({
      choose: (id) => this.choose(id === this.model.selected ? "" : id),
      play: (one) => player.playOnly(one.start, one.end),
      remove: (one) => this.drop(one),
      move: (id, edge, to) => this.moveEdge(id, edge, to, "", true),
      here: (id, edge) => this.moveEdge(id, edge, player.now, "", true),
      label: (id, value) => this.relabel(id, value),
      text: (id, text) => { if (this.model.all.find((one) => one.id === id)?.text !== text) this.changed(() => this.model.setText(id, text, `text-${id}`)); },
      textEnded: () => this.model.endMerge(),
    }, this.tell, model, this.readOnly);
    this.tools = new Tools({ act: (act) => this.act(act), goTo: (ms) => player.goTo(ms), speed: (rate) => player.speed(rate), scroll: (by) => this.board?.scroll(by) },
      this.tell, controls, part.durationMs, this.readOnly);
    this.player?.release();
    this.player = player;
    this.replaceChildren(media, this.board.element, this.tools.element, this.list.element);
    this.draw();
    this.board.show(await readPeaks(part.peaksUrl));
    this.moved();
  }

  get marks(): readonly Mark[] {
    return this.model.marks;
  }

  renew(part: Part): void {
    this.player?.renew(part.text);
  }

  press(event: KeyboardEvent): boolean {
    if (isTaken(event.target, event.code)) return false;
    const act = segmentAct(event);
    if (act === null || this.player === null) return false;
    const taken = this.act(act);
    if (taken) event.preventDefault();
    return taken;
  }

  disconnectedCallback(): void {
    this.player?.stop();
  }

  private media({ part }: Shown): HTMLMediaElement {
    const media = element(part.kind === "video" ? "video" : "audio", { preload: part.kind === "video" ? "auto" : "metadata", src: part.text });
    if (media instanceof HTMLVideoElement) {
      media.setAttribute("playsinline", "");
      if (part.width > 0) [media.width, media.height] = [part.width, part.height];
      media.setAttribute("aria-label", part.alt || this.tell("film"));
    }
    media.addEventListener("error", () => this.broken(media));
    return media;
  }

  /** Of a recording that was left behind nothing is said. */
  private broken(media: HTMLMediaElement): void {
    if (!media.isConnected) return;
    this.say(this.tell("broken"));
    this.dispatchEvent(new CustomEvent("broken", { bubbles: true }));
  }

  private act(act: SegmentAct): boolean {
    const player = this.player;
    const chosen = this.model.chosen;
    if (player === null) return false;
    switch (act.do) {
      case "play": player.toggle(); return true;
      case "step": player.goTo(Math.min(this.model.duration, player.now + act.ms)); return true;
      case "replay": if (chosen) player.playOnly(chosen.start, chosen.end); return chosen !== undefined;
      case "closer": case "farther": this.board?.zoom(act.do === "closer" ? 0.5 : 2, player.now); return true;
      case "all": this.board?.look({ from: 0, to: Math.max(1, this.model.duration) }); return true;
      case "next": case "previous": return this.walk(act.do === "next" ? 1 : -1);
      case "leave": return this.leave();
      default: return !this.readOnly && this.change(act);
    }
  }

  private change(act: SegmentAct): boolean {
    const player = this.player;
    const chosen = this.model.chosen;
    if (player === null) return false;
    switch (act.do) {
      case "from":
        this.begun = player.now;
        this.say(this.tell("begun", { time: clock(player.now) }));
        this.moved();
        return true;
      case "to":
        if (this.begun === null) this.say(this.tell("not_begun"));
        else this.add(this.begun, player.now);
        return true;
      case "remove": if (chosen) this.drop(chosen); return chosen !== undefined;
      case "undo": case "redo": {
        const done = act.do === "undo" ? this.model.undo() : this.model.redo();
        if (done) this.changed(() => this.say(this.tell(act.do === "undo" ? "undone" : "redone")));
        return done;
      }
      case "label": return this.digit(act.key);
      default: return false;
    }
  }

  /** A digit names what is made next, and the chosen segment too where the label is of its control. */
  private digit(key: string): boolean {
    const found = this.tools?.choose(key);
    if (!found) return false;
    const chosen = this.model.chosen;
    if (chosen && chosen.control === found.control) this.relabel(chosen.id, found.label);
    return true;
  }

  private pointed(ms: number, segment: Segment | undefined): void {
    this.player?.goTo(ms);
    this.choose(segment?.id ?? "");
  }

  private add(from: number, to: number): void {
    const naming = this.tools?.naming;
    if (!naming || this.readOnly) return;
    const outcome = this.model.add(naming.control, naming.label, from, to, newMarkId());
    if (outcome === "done" || outcome === "cut") {
      this.begun = null;
      this.changed(() => undefined);
      const made = this.model.chosen;
      if (made) this.say(this.tell("made", { label: labelWords(this.model, made), start: clock(made.start), end: clock(made.end) }));
    }
    this.explain(outcome);
    this.moved();
  }

  private moveEdge(id: string, edge: "start" | "end", to: number, merge: string, done: boolean): void {
    const outcome = this.model.moveEdge(id, edge, to, merge);
    if (done) this.model.endMerge();
    this.changed(() => undefined, done);
    if (!done) return;
    const now = this.model.all.find((one) => one.id === id);
    if (now) this.say(`${this.tell(edge)} ${clock(now[edge])}`);
    this.explain(outcome);
  }

  private explain(outcome: Outcome): void {
    if (outcome !== "done") this.say(this.tell(WHY[outcome]));
  }

  private relabel(id: string, label: string): void {
    this.changed(() => this.model.setLabel(id, label));
  }

  private drop(one: Segment): void {
    this.changed(() => this.model.remove(one.id));
    this.say(this.tell("removed"));
    this.querySelector<HTMLElement>(".seg-choose, .seg-play")?.focus();
  }

  private walk(by: number): boolean {
    const all = this.model.all;
    const at = all.findIndex((one) => one.id === this.model.selected);
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length];
    if (next) {
      this.choose(next.id);
      this.player?.goTo(next.start);
    }
    return next !== undefined;
  }

  private leave(): boolean {
    const busy = this.begun !== null || this.model.selected !== "";
    this.begun = null;
    this.choose("");
    this.moved();
    return busy;
  }

  private choose(id: string): void {
    this.model.selected = id;
    const chosen = this.model.chosen;
    if (chosen) this.say(this.tell("chosen", { label: labelWords(this.model, chosen), start: clock(chosen.start), end: clock(chosen.end) }));
    this.draw();
  }

  private changed(by: () => void, tell = true): void {
    by();
    this.draw();
    if (tell) this.dispatchEvent(new CustomEvent("marks", { bubbles: true }));
  }

  private draw(): void {
    if (!this.readOnly && this.model.all.length === 0 && this.begun === null) this.tools?.tell(this.tell("none"));
    this.board?.drawMarks();
    this.list?.draw();
    this.tools?.draw(this.model);
  }

  private moved(): void {
    const now = this.player?.now ?? 0;
    this.board?.follow(now, this.player?.playing ?? false);
    this.board?.begun(this.begun, now);
    this.tools?.moved(now, this.begun);
  }

  private say(words: string): void {
    this.tools?.tell(words);
    this.dispatchEvent(new CustomEvent("say", { bubbles: true, detail: words }));
  }
}

export const make = makerOf("ilgam-segments", SegmentsIsland);
