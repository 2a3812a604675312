// What a key press asks of the segments: by the one map of keys, matched on `code`, never where one types.
import { actIn, labelKeyOf, ownKeys, type ActName, type Pressed } from "../../bench/keymap";

export type SegmentAct =
  | { readonly do: "play" | "replay" | "from" | "to" | "remove" | "undo" | "redo" | "leave" | "closer" | "farther" | "all" | "next" | "previous" }
  | { readonly do: "step"; readonly ms: number }
  | { readonly do: "label"; readonly key: string };

const ACTS = {
  play: { do: "play" }, replay: { do: "replay" }, "segment-start": { do: "from" }, "segment-end": { do: "to" }, delete: { do: "remove" },
  undo: { do: "undo" }, redo: { do: "redo" }, cancel: { do: "leave" }, "zoom-in": { do: "closer" }, "zoom-out": { do: "farther" }, fit: { do: "all" },
  "previous-keyframe": { do: "previous" }, "next-keyframe": { do: "next" }, "frame-back": { do: "step", ms: -10 }, "frame-forward": { do: "step", ms: 10 },
  "frames-back": { do: "step", ms: -100 }, "frames-forward": { do: "step", ms: 100 },
} as const satisfies Partial<Record<ActName, SegmentAct>>;
const NAMES = Object.keys(ACTS) as (keyof typeof ACTS)[];
const ARROW_MS = 100;
const FAR = 10;

export function segmentAct(pressed: Pressed, own = ownKeys()): SegmentAct | null {
  const act = actIn(pressed, NAMES, own);
  if (act !== null) return ACTS[act];
  const key = labelKeyOf(pressed);
  if (key !== null) return { do: "label", key };
  if (pressed.isComposing || pressed.ctrlKey || pressed.altKey || pressed.metaKey || !/^Arrow(?:Left|Right)$/.test(pressed.code)) return null;
  return { do: "step", ms: (pressed.code === "ArrowLeft" ? -ARROW_MS : ARROW_MS) * (pressed.shiftKey ? FAR : 1) };
}

/** Whether the press belongs to what has the focus: text, or a button that it presses. */
export function isTaken(target: EventTarget | null, code: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement && target.type === "range") return code.startsWith("Arrow");
  if (target.matches("input, textarea, select, [contenteditable]")) return true;
  return (code === "Space" || code === "Enter") && target.closest("a, button, summary") !== null;
}
