// Where a track's box is at each frame: in a straight line from one keyframe to the next; the last holds to the end.
import type { Mark } from "../contract";

export type Box = readonly [x: number, y: number, w: number, h: number];

export interface Keyframe {
  readonly frame: number;
  readonly box: Box;
  readonly visible: boolean;
  readonly occluded: boolean;
}

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

/** The keyframes of a mark; null: it cannot be shown. */
export function keyframesOf(mark: Pick<Mark, "type" | "value">): readonly Keyframe[] | null {
  const found = mark.value["keyframes"];
  if (mark.type !== "track" || !Array.isArray(found) || found.length === 0) return null;
  let before = -1;
  for (const one of found as readonly Partial<Keyframe>[]) {
    const box: unknown = one?.box;
    if (!Array.isArray(box) || box.length !== 4 || !box.every(isNumber)) return null;
    if (!Number.isInteger(one.frame) || (one.frame as number) <= before) return null;
    before = one.frame as number;
  }
  return found as readonly Keyframe[];
}

/** The box at a frame; null before the first keyframe. A keyframe itself is given exactly as it is. */
export function at(keyframes: readonly Keyframe[], frame: number): Keyframe | null {
  const next = keyframes.findIndex((one) => one.frame > frame);
  const before = keyframes[(next < 0 ? keyframes.length : next) - 1];
  if (before === undefined) return null;
  const after = next < 0 ? undefined : keyframes[next];
  const state = { frame, visible: before.visible !== false, occluded: before.occluded === true };
  if (after === undefined || before.frame === frame) return { ...state, box: before.box };
  const share = (frame - before.frame) / (after.frame - before.frame);
  const between = (side: 0 | 1 | 2 | 3): number => before.box[side] + (after.box[side] - before.box[side]) * share;
  return { ...state, box: [between(0), between(1), between(2), between(3)] };
}

/** With a keyframe put at its frame, in place of one that was there. */
export function withKey(keyframes: readonly Keyframe[], key: Keyframe): readonly Keyframe[] {
  return [...keyframes.filter((one) => one.frame !== key.frame), key].sort((a, b) => a.frame - b.frame);
}

/** Without the keyframe at a frame; null: it is the only one. */
export function withoutKey(keyframes: readonly Keyframe[], frame: number): readonly Keyframe[] | null {
  const left = keyframes.filter((one) => one.frame !== frame);
  return left.length === 0 ? null : left;
}

export const isKey = (keyframes: readonly Keyframe[], frame: number): boolean => keyframes.some((one) => one.frame === frame);

/** The nearest keyframe before (-1) or after (1) a frame. */
export function keyFrom(keyframes: readonly Keyframe[], frame: number, step: 1 | -1): number | null {
  const found = step > 0 ? keyframes.find((one) => one.frame > frame) : keyframes.findLast((one) => one.frame < frame);
  return found?.frame ?? null;
}
