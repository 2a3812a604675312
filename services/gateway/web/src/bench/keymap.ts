// Every key of the bench and of its islands, by the name of the act. A person may give an act another key: what they chose
// stands in <html data-keys>. A chord is written as in `Control+Shift+KeyZ`; keys are matched on `code`.

export const KEYS = {
  submit: ["Enter", "NumpadEnter"],
  "not-sure": ["KeyS"],
  report: ["KeyG"],
  guide: ["KeyH", "Shift+Slash"],
  keep: ["KeyL"],
  save: ["Control+KeyS"],
  earlier: ["BracketLeft"],
  later: ["BracketRight"],
  undo: ["Control+KeyZ"],
  redo: ["Control+Shift+KeyZ", "Control+KeyY"],
  delete: ["Delete", "Backspace"],
  "next-mark": ["Tab"],
  "previous-mark": ["Shift+Tab"],
  cancel: ["Escape"],
  box: ["KeyB"],
  polygon: ["KeyP"],
  line: ["KeyC"],
  point: ["KeyT"],
  select: ["KeyV"],
  "zoom-in": ["Equal", "Shift+Equal", "NumpadAdd"],
  "zoom-out": ["Minus", "NumpadSubtract"],
  fit: ["KeyF"],
  play: ["Space"],
  "frame-back": ["Comma"],
  "frame-forward": ["Period"],
  "frames-back": ["Shift+Comma"],
  "frames-forward": ["Shift+Period"],
  keyframe: ["KeyK"],
  "previous-keyframe": ["KeyN"],
  "next-keyframe": ["KeyM"],
  "segment-start": ["KeyI"],
  "segment-end": ["KeyO"],
  replay: ["KeyR"],
  relation: ["KeyR"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type ActName = keyof typeof KEYS;

export interface Pressed {
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly isComposing: boolean;
  readonly repeat: boolean;
}

/** The name of what is pressed. On a Mac the command key stands for Ctrl. */
export function chordOf(pressed: Pick<Pressed, "code" | "ctrlKey" | "altKey" | "metaKey" | "shiftKey">): string {
  const held = [pressed.ctrlKey || pressed.metaKey ? "Control" : "", pressed.altKey ? "Alt" : "", pressed.shiftKey ? "Shift" : ""];
  return [...held.filter(Boolean), pressed.code].join("+");
}

export type OwnKeys = Readonly<Partial<Record<ActName, string>>>;

/** The keys that the person of this page chose. */
export function ownKeys(): OwnKeys {
  try {
    return JSON.parse(document.documentElement.dataset["keys"] ?? "{}") as OwnKeys;
  } catch {
    return {};
  }
}

/** Which of these acts a press asks for; null: none of them. A key that somebody gave to one act is no other's any more. */
export function actIn<Act extends ActName>(pressed: Pressed, acts: readonly Act[], own: OwnKeys): Act | null {
  if (pressed.isComposing) return null;
  const chord = chordOf(pressed);
  const chosen = acts.find((act) => own[act] === chord);
  if (chosen !== undefined) return chosen;
  return acts.find((act) => own[act] === undefined && (KEYS[act] as readonly string[]).includes(chord)) ?? null;
}

/** The label's key that is pressed: "1" to "9" and "0", and with Shift "Shift+1" to "Shift+0" for the eleventh to twentieth. */
export function labelKeyOf(pressed: Pressed): string | null {
  if (pressed.isComposing || pressed.ctrlKey || pressed.altKey || pressed.metaKey) return null;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(pressed.code)?.[1];
  return digit === undefined ? null : `${pressed.shiftKey ? "Shift+" : ""}${digit}`;
}

const NAMES: Readonly<Record<string, string>> = {
  BracketLeft: "[",
  BracketRight: "]",
  Comma: ",",
  Period: ".",
  Slash: "/",
  Equal: "+",
  Minus: "−",
  Control: "Ctrl",
  Escape: "Esc",
  Semicolon: ";",
  Quote: "'",
  Backquote: "`",
  Backslash: "\\",
};

/** How a chord is written for people: Ctrl+Shift+Z. */
export function shownChord(chord: string): string {
  return chord.split("+").map((part) => NAMES[part] ?? part.replace(/^(?:Key|Digit|Numpad)(?=.)/, "")).join("+");
}

/** The key that does something, as it is written for people. */
export function shownKey(act: ActName, own: OwnKeys): string {
  return shownChord(own[act] ?? KEYS[act][0]);
}

/** Whether a chord is one key alone, which somebody may have switched off (WCAG 2.1.4). */
export const isSingle = (chord: string): boolean => /^(?:Shift\+)?(?:Key|Digit|Numpad|Bracket|Comma|Period|Slash|Equal|Minus|Semicolon|Quote|Back(?:quote|slash))/.test(chord);
