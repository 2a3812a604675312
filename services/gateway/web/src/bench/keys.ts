// Which key does what at the bench. Matched on `code`: with the Hangul input mode on, the B key's `key` is "ㅠ" or "Process".
import { actIn, chordOf, isSingle, KEYS, labelKeyOf, type OwnKeys, type Pressed } from "./keymap.ts";

export type { Pressed } from "./keymap.ts";

const ACTS = ["submit", "not-sure", "report", "guide", "keep", "save", "earlier", "later"] as const;

export type Act = { readonly do: "choose"; readonly key: string } | { readonly do: (typeof ACTS)[number] };

/** Where the focus is: nowhere in particular, on a choice, on something that Enter presses, or where one types. */
export type Place = "free" | "choice" | "presses" | "types" | "outside";

/** What a key press asks for; null: nothing of ours, the browser does what it does. */
export function actOf(pressed: Pressed, place: Place, singleKeys: boolean, own: OwnKeys = {}): Act | null {
  if (pressed.isComposing || pressed.altKey || pressed.metaKey || pressed.repeat || place === "outside") return null;
  const isEnter = pressed.code === "Enter" || pressed.code === "NumpadEnter";
  if (pressed.ctrlKey && isEnter) return { do: "submit" };
  if (pressed.ctrlKey || !singleKeys || place === "types") return null;
  if (isEnter && place === "presses") return null;
  const act = actIn(pressed, ACTS, own);
  if (act !== null) return { do: act };
  const digit = labelKeyOf(pressed);
  return digit === null ? null : { do: "choose", key: digit };
}

/**
 * Whether a press saves, wherever the focus is: with Ctrl it is meant where one types too, and while letters are composed, or
 * the browser would open its own dialog. A single key that somebody gave to saving is like the other single keys.
 */
export function isSave(pressed: Pressed, own: OwnKeys): boolean {
  const chord = own.save ?? KEYS.save[0];
  return !isSingle(chord) && chordOf(pressed) === chord;
}

/** Whether a press may be an island's: not while one types, and no single key where those are switched off. */
export function isForIslands(pressed: Pressed, place: Place, singleKeys: boolean): boolean {
  return !pressed.isComposing && place !== "outside" && place !== "types" && (singleKeys || !isSingle(chordOf(pressed)));
}

/** What kind of place an element is, for keys. */
export function placeOf(element: Element | null, bench: Element): Place {
  if (element === null || element === document.body || element === document.documentElement) return "free";
  if (!bench.contains(element) && element.id !== "main") return "outside";
  if (element instanceof HTMLInputElement) return element.type === "radio" || element.type === "checkbox" ? "choice" : element.type === "range" ? "presses" : "types";
  if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) return "types";
  return element.closest("a, button, summary") ? "presses" : "free";
}
