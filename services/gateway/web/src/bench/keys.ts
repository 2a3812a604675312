// Which key does what at the bench. Matched on `code`: with the Hangul input mode on, the B key's `key` is "ㅠ" or "Process".

export type Act =
  | { readonly do: "choose"; readonly key: string }
  | { readonly do: "submit" | "not-sure" | "report" | "guide" | "earlier" | "later" | "keep" };

export interface Pressed {
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly isComposing: boolean;
  readonly repeat: boolean;
}

/** Where the focus is: nowhere in particular, on a choice, on something that Enter presses, or where one types. */
export type Place = "free" | "choice" | "presses" | "types" | "outside";

const LETTERS: Readonly<Record<string, Exclude<Act["do"], "choose">>> = {
  KeyS: "not-sure",
  KeyG: "report",
  KeyH: "guide",
  KeyL: "keep",
  BracketLeft: "earlier",
  BracketRight: "later",
};

/** What a key press asks for; null: nothing of ours, the browser does what it does. */
export function actOf(pressed: Pressed, place: Place, singleKeys: boolean): Act | null {
  if (pressed.isComposing || pressed.altKey || pressed.metaKey || place === "outside") return null;
  const isEnter = pressed.code === "Enter" || pressed.code === "NumpadEnter";
  if (pressed.ctrlKey) return isEnter && !pressed.repeat ? { do: "submit" } : null;
  if (!singleKeys || place === "types") return null;
  if (isEnter) return place === "presses" || pressed.repeat ? null : { do: "submit" };
  if (pressed.shiftKey) return pressed.code === "Slash" ? { do: "guide" } : null;
  if (pressed.repeat) return null;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(pressed.code)?.[1];
  if (digit !== undefined) return { do: "choose", key: digit };
  const letter = LETTERS[pressed.code];
  return letter === undefined ? null : { do: letter };
}

/** What kind of place an element is, for keys. */
export function placeOf(element: Element | null, bench: Element): Place {
  if (element === null || element === document.body || element === document.documentElement) return "free";
  if (!bench.contains(element) && element.id !== "main") return "outside";
  if (element instanceof HTMLInputElement) return element.type === "radio" || element.type === "checkbox" ? "choice" : "types";
  if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) return "types";
  return element.closest("a, button, summary") ? "presses" : "free";
}
