// Small pieces of the segments' page.
import type { LabelView } from "../contract";

type Attributes = Readonly<Record<string, string>>;

export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name, attributes: Attributes = {}, ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** A button that does something; its key, where it has one, is shown on it. */
export function button(words: string, act: () => void, attributes: Attributes = {}, key = ""): HTMLButtonElement {
  const made = make("button", { type: "button", class: "button quiet", ...attributes }, words);
  if (key) made.append(" ", make("kbd", { class: "single-key", "aria-hidden": "true" }, key));
  made.addEventListener("click", act);
  return made;
}

const PALETTE = ["#0b50d0", "#b3261e", "#12723f", "#8a3ab9", "#9a5b00", "#00687a"] as const;

/** The look of a label's marks: its colour, or one of ours by its place, and the pattern of its edge. */
export function dress(element: HTMLElement, labels: readonly LabelView[], value: string): void {
  const place = labels.findIndex((one) => one.value === value);
  const label = labels[place];
  element.style.setProperty("--mark", label?.color || (PALETTE[Math.max(0, place) % PALETTE.length] ?? PALETTE[0]));
  element.style.setProperty("--edge", label?.pattern ?? "solid");
}
