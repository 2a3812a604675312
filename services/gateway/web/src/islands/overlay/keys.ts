// What keys do while the focus is in the picture: those that the browser would take otherwise (arrows, Tab, Enter, space).
import { actIn, type ActName, ownKeys } from "../../bench/keymap.ts";
import type { Easel } from "./easel";
import { inside } from "./geometry.ts";
import type { Hand } from "./hand";
import type { Tool } from "./held";

const ARROWS: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const [STEP, PAN_STEP] = [10, 60];
const ACTS = ["undo", "redo", "delete", "box", "polygon", "line", "point", "select", "zoom-in", "zoom-out", "fit"] as const satisfies readonly ActName[];
const TOOL_OF: Readonly<Record<string, Tool>> = { polygon: "polygon", line: "polyline", point: "point" };

export interface KeyEvents {
  undo(): void;
  redo(): void;
  remove(): void;
  /** A tool was taken up by a key: the cross stands in the middle. */
  aims(tool: Tool): void;
  /** The focus goes to another figure. */
  walk(id: string | null): void;
  /** Space, where no corner is put with it; whether it was taken. */
  space(repeats: boolean): boolean;
}

export class Keys {
  tools: readonly Tool[] = [];
  /** After Esc, Tab leads on to what comes after the picture. */
  private leaves = false;
  private readonly easel: Easel;
  private readonly hand: Hand;
  private readonly on: KeyEvents;

  constructor(easel: Easel, hand: Hand, on: KeyEvents) {
    [this.easel, this.hand, this.on] = [easel, hand, on];
    easel.element.addEventListener("keydown", (event) => {
      if (!event.isComposing && this.pressInside(event)) {
        event.preventDefault();
        event.stopPropagation();
      }
    });
    easel.element.addEventListener("keyup", (event) => {
      if (event.code === "Space") this.hold(false);
    });
    // Whoever goes elsewhere, or to another window, holds nothing here any more.
    easel.element.addEventListener("focusout", (event) => {
      if (easel.element.contains(event.relatedTarget as Node | null)) return;
      this.leaves = false;
      this.hold(false);
    });
  }

  /** A press that the bench hands on: acts of the key map. */
  press(event: KeyboardEvent): boolean {
    const act = actIn(event, ACTS, ownKeys());
    if (act === "zoom-in" || act === "zoom-out") this.easel.zoom(act === "zoom-in" ? 1 : -1);
    else if (act === "fit") this.easel.fit();
    else if (act === null || this.hand.isReadOnly) return false;
    else if (act === "undo") {
      if (!this.hand.back(false)) this.on.undo();
    } else if (act === "redo") this.on.redo();
    else if (act === "delete") return this.delete();
    else if (act === "select") this.hand.take("select");
    else return this.tool(act === "box" ? "rect" : (TOOL_OF[act] ?? "select"));
    return true;
  }

  /** Stands in the middle of what is seen, for whoever draws without a mouse. */
  aim(tool: Tool): void {
    this.hand.take(tool);
    this.hand.cross = inside(this.easel.middle, this.hand.groundOf(0));
    this.hand.redraw();
    this.easel.element.focus();
    this.on.aims(tool);
  }

  private tool(tool: Tool): boolean {
    if (!this.tools.includes(tool)) return false;
    if (tool === "rect") this.hand.addBox();
    else this.aim(tool);
    return true;
  }

  private delete(): boolean {
    if (this.hand.back(false) || this.hand.dropCorner()) return true;
    if (this.hand.chosen === null) return false;
    this.on.remove();
    return true;
  }

  private pressInside(event: KeyboardEvent): boolean {
    if (event.altKey || event.metaKey) return false;
    if (event.code !== "Tab") this.leaves = false;
    const arrow = ARROWS[event.code];
    if (arrow !== undefined) return this.arrow(arrow[0], arrow[1], event);
    if (event.code === "Escape") return this.cancel();
    if (event.ctrlKey) return false;
    if (event.code === "Tab") return this.walk(event.shiftKey ? -1 : 1);
    if (event.code === "Space") return this.space(event);
    if (event.code === "Enter" || event.code === "NumpadEnter") return this.enter();
    return (event.code === "Delete" || event.code === "Backspace") && !this.hand.isReadOnly && this.delete();
  }

  private arrow(x: number, y: number, event: KeyboardEvent): boolean {
    const { hand, easel } = this;
    const step = event.ctrlKey ? 1 : STEP;
    if (hand.cross !== null) {
      const far = event.shiftKey ? STEP * 5 : step;
      hand.cross = inside({ x: hand.cross.x + x * far, y: hand.cross.y + y * far }, hand.groundOf(0));
      if (hand.draft?.kind === "rect") hand.draft = { ...hand.draft, to: hand.cross };
      easel.reveal({ kind: "point", ...hand.cross });
      hand.redraw();
      return true;
    }
    if (hand.nudge(x * step, y * step, event.shiftKey)) {
      if (hand.figure !== null) easel.reveal(hand.figure.shape);
      return true;
    }
    if (easel.percent <= 100) return false;
    easel.pan(-x * PAN_STEP, -y * PAN_STEP);
    return true;
  }

  private cancel(): boolean {
    const { hand } = this;
    this.leaves = true;
    if (hand.back(true)) return true;
    if (hand.corner !== null) {
      hand.corner = null;
      hand.choose(hand.chosen);
      return true;
    }
    if (hand.tool !== "select") {
      hand.take("select");
      return true;
    }
    if (hand.chosen === null) return false;
    hand.choose(null);
    this.easel.element.focus();
    return true;
  }

  private walk(step: 1 | -1): boolean {
    const { hand, easel } = this;
    const shape = hand.figure?.shape;
    if (hand.cross !== null || hand.draft !== null) return false;
    if (hand.corner !== null && shape !== undefined && "points" in shape) {
      hand.corner = (hand.corner + step + shape.points.length) % shape.points.length;
      hand.choose(hand.chosen);
      return true;
    }
    if (this.leaves) return false;
    const ids = easel.figures.map((one) => one.id);
    const at = hand.chosen === null ? (step > 0 ? -1 : 0) : ids.indexOf(hand.chosen);
    const next = ids[at + step];
    if (at + step >= 0 && next !== undefined) {
      this.on.walk(next);
      return true;
    }
    if (step > 0 || hand.chosen === null) return false;
    this.on.walk(null);
    return true;
  }

  private space(event: KeyboardEvent): boolean {
    const { hand } = this;
    if (hand.cross !== null) {
      if (!event.repeat) hand.tap(hand.cross);
    } else if (!this.on.space(event.repeat)) this.hold(true);
    return true;
  }

  private enter(): boolean {
    const { hand } = this;
    if (hand.draft !== null && hand.draft.kind !== "rect") hand.finishPath();
    else if (hand.cross !== null) hand.tap(hand.cross);
    else if (hand.corner !== null && !hand.isReadOnly) hand.addCorner();
    else if (hand.figure !== null && "points" in hand.figure.shape && !hand.isReadOnly) {
      hand.corner = 0;
      hand.choose(hand.chosen);
    } else return hand.chosen !== null;
    return true;
  }

  private hold(isHeld: boolean): void {
    this.hand.isSpaceHeld = isHeld;
    this.easel.element.classList.toggle("pulls", isHeld);
  }
}
