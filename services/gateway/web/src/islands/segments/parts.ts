// Small pieces of the segments' page.
import { keyHint, make } from "../made";

/** A button that does something; its key, where it has one, is shown on it. */
export function button(words: string, act: () => void, attributes: Readonly<Record<string, string>> = {}, key = ""): HTMLButtonElement {
  const made = make("button", { type: "button", class: "button quiet", ...attributes }, words);
  if (key) made.append(" ", keyHint(key));
  made.addEventListener("click", act);
  return made;
}
