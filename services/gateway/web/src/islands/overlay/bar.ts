// The buttons around the picture: tools, undo, labels, zoom, light. Everything that keys do has a button here.
import { ownKeys, shownKey, type ActName } from "../../bench/keymap.ts";
import { keyHint, type LabelOf, make } from "../made";
import type { Light } from "./easel";
import type { Tool } from "./held";
import { lookOf, swatch } from "./look";

export type Speak = (key: string, values?: Readonly<Record<string, string | number>>) => string;

const KEY_OF: Readonly<Record<Tool, ActName>> = { select: "select", rect: "box", polygon: "polygon", polyline: "line", point: "point" };

export function press(words: string, act: () => void, key = "", attributes: Readonly<Record<string, string>> = {}): HTMLButtonElement {
  const made = make("button", { type: "button", class: "button quiet", ...attributes }, make("span", {}, words));
  if (key) made.append(keyHint(key));
  made.addEventListener("click", act);
  return made;
}

function group(name: string, ...children: readonly HTMLElement[]): HTMLElement {
  return make("div", { class: "drawing-group", role: "group", "aria-label": name }, ...children);
}

export interface BarActs {
  take(tool: Tool): void;
  undo(): void;
  redo(): void;
  label(one: LabelOf): void;
  zoom(steps: number): void;
  fit(): void;
  pan(x: number, y: number): void;
  light(brightness: number, contrast: number): void;
  done(): void;
}

export class Bar {
  readonly tools: HTMLElement;
  readonly labels: HTMLElement;
  readonly views: HTMLElement;
  private readonly toolButtons = new Map<Tool, HTMLButtonElement>();
  private readonly labelButtons: readonly (readonly [LabelOf, HTMLButtonElement])[];
  private readonly undo: HTMLButtonElement;
  private readonly redo: HTMLButtonElement;
  private readonly done: HTMLButtonElement;
  private readonly percent = make("output", { class: "drawing-percent" });

  constructor(say: Speak, tools: readonly Tool[], labels: readonly LabelOf[], acts: BarActs, lit: Light, isReadOnly: boolean) {
    const own = ownKeys();
    for (const tool of tools) this.toolButtons.set(tool, press(say(`tool_${tool}`), () => acts.take(tool), shownKey(KEY_OF[tool], own)));
    this.undo = press(say("undo"), () => acts.undo(), shownKey("undo", own));
    this.redo = press(say("redo"), () => acts.redo(), shownKey("redo", own));
    this.done = press(say("done"), () => acts.done(), "Enter");
    this.done.classList.add("main");
    this.done.hidden = true;
    this.tools = make("div", { class: "drawing-bar" }, group(say("tools"), ...this.toolButtons.values(), this.done), group(say("steps"), this.undo, this.redo));
    this.labelButtons = labels.map((one) => {
      const button = press(one.label.label, () => acts.label(one), one.key, { class: "button quiet drawing-label" });
      button.prepend(swatch(lookOf(one.control.labels, one.label.value)));
      return [one, button];
    });
    this.labels = group(say("labels"), ...this.labelButtons.map(([, button]) => button));
    this.views = this.view(say, acts, lit, isReadOnly ? "" : shownKey("fit", own));
  }

  /** Shows which tool and label are in hand. */
  shows(tool: Tool, label: LabelOf | undefined): void {
    for (const [name, button] of this.toolButtons) button.setAttribute("aria-pressed", String(name === tool));
    for (const [one, button] of this.labelButtons) {
      button.setAttribute("aria-pressed", String(one.control.id === label?.control.id && one.label.value === label.label.value));
    }
  }

  steps(canUndo: boolean, canRedo: boolean): void {
    for (const [button, can] of [[this.undo, canUndo], [this.redo, canRedo]] as const) button.setAttribute("aria-disabled", String(!can));
  }

  nearness(percent: number): void {
    this.percent.textContent = `${percent}%`;
  }

  /** Whether a line is being drawn that can be ended. */
  drawing(canEnd: boolean): void {
    this.done.hidden = !canEnd;
  }

  private view(say: Speak, acts: BarActs, lit: Light, fitKey: string): HTMLElement {
    const small = (words: string, sign: string, act: () => void): HTMLButtonElement => press(sign, act, "", { "aria-label": words, title: words, class: "button quiet drawing-sign" });
    const range = (name: keyof Light): readonly [HTMLElement, HTMLInputElement] => {
      const input = make("input", { type: "range", min: "40", max: "220", step: "10", value: String(lit[name]) });
      return [make("label", { class: "drawing-range" }, say(name), input), input];
    };
    const [[bright, brightness], [strong, contrast]] = [range("brightness"), range("contrast")];
    const light = (): void => acts.light(Number(brightness.value), Number(contrast.value));
    brightness.addEventListener("input", light);
    contrast.addEventListener("input", light);
    const plain = press(say("plain_light"), () => {
      brightness.value = contrast.value = "100";
      light();
    });
    const moves = group(
      say("pan"), small(say("pan_left"), "←", () => acts.pan(1, 0)), small(say("pan_up"), "↑", () => acts.pan(0, 1)),
      small(say("pan_down"), "↓", () => acts.pan(0, -1)), small(say("pan_right"), "→", () => acts.pan(-1, 0)),
    );
    const more = make("details", { class: "more drawing-more" }, make("summary", {}, say("view_more")), make("div", { class: "drawing-light" }, moves, bright, strong, plain));
    const zoom = group(
      say("zoom"), small(say("zoom_out"), "−", () => acts.zoom(-1)), this.percent, small(say("zoom_in"), "+", () => acts.zoom(1)),
      press(say("fit"), () => acts.fit(), fitKey),
    );
    return make("div", { class: "drawing-views" }, zoom, more);
  }
}
