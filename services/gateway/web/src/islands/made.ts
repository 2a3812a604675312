// Small things that islands make: elements, ids of marks, and the look of labels.
import type { ControlView, Island, LabelView, MakeIsland, Say } from "./contract";

const PALETTE = ["#0b50d0", "#b3261e", "#12723f", "#8a3ab9", "#9a5b00", "#00687a"] as const;
const KEYS_IN_ORDER = "1234567890";

export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name, attributes: Readonly<Record<string, string>> = {}, ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** What an island's module exports: the element is defined once, each call gives a new one with its texts. */
export function makerOf(tag: string, kind: new () => Island & { words: Say }): MakeIsland {
  return (words) => {
    if (customElements.get(tag) === undefined) customElements.define(tag, kind);
    return Object.assign(new kind(), { words });
  };
}

/** A key as it stands on a button. Those of more than one sign (Ctrl+Z, Del) act also where single keys are switched off. */
export function keyHint(key: string): HTMLElement {
  return make("kbd", { class: "single-key", "aria-hidden": "true", ...(/^(?:Shift\+)?.$/u.test(key) ? {} : { "data-always": "" }) }, key);
}

/** A button; `act` names what it does, for one listener above. */
export function actButton(words: string, act: string, attributes: Readonly<Record<string, string>> = {}, key = ""): HTMLButtonElement {
  const made = make("button", { type: "button", class: "button quiet", "data-do": act, ...attributes }, words);
  if (key) made.append(" ", keyHint(key));
  return made;
}

/** An id that no other mark of the answer has. */
export function newMarkId(): string {
  return `m${Array.from(crypto.getRandomValues(new Uint32Array(2)), (part) => part.toString(36)).join("")}`;
}

export interface LabelOf {
  readonly control: ControlView;
  readonly label: LabelView;
  /** What chooses it: a digit, or Shift and a digit from the eleventh on; empty: nothing. */
  readonly key: string;
}

/** All labels of some controls with their keys: the schema's, or by their place where it gives none at all. */
export function labelsOf(controls: readonly ControlView[]): LabelOf[] {
  const all = controls.flatMap((control) => control.labels.map((label) => ({ control, label })));
  const given = all.some(({ label }) => label.key !== "");
  return all.map((one, place) => ({ ...one, key: given ? one.label.key : byPlace(place) }));
}

/** The labels of controls; one that has none has its own words for one. */
export function namedLabels(controls: readonly ControlView[]): readonly LabelOf[] {
  return labelsOf(controls.map((control) => {
    const own = { value: "", label: control.words, key: "", color: "", pattern: "solid" } as const;
    return control.labels.length > 0 ? control : { ...control, labels: [own] };
  }));
}

function byPlace(place: number): string {
  const digit = KEYS_IN_ORDER[place % KEYS_IN_ORDER.length] ?? "";
  if (place < KEYS_IN_ORDER.length) return digit;
  return place < 2 * KEYS_IN_ORDER.length ? `Shift+${digit}` : "";
}

/** The look of a label's marks: its colour, or one of ours by its place, and the pattern of its line. */
export function dress(element: HTMLElement | SVGElement, control: ControlView | undefined, value: string | undefined): void {
  const place = control?.labels.findIndex((one) => one.value === value) ?? -1;
  const label = control?.labels[place];
  const given = new Set(control?.labels.map((one) => one.color.toLowerCase()));
  const free = PALETTE.filter((color) => !given.has(color));
  const ours = free[Math.max(0, place) % free.length] ?? PALETTE[0];
  element.style.setProperty("--mark", label?.color || ours);
  element.style.setProperty("--edge", label?.pattern ?? "solid");
}

/** A label in the person's language; a control's own words where it has none. */
export function labelWords(control: ControlView | undefined, value: string | undefined): string {
  return control?.labels.find((one) => one.value === value)?.label ?? (value || control?.words || "");
}
