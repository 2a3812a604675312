// Where shapes and their handles are, in words.
import type { Speak } from "./bar";
import { type Shape, spanOf } from "./geometry.ts";
import type { Handle } from "./handles.ts";

export function placeWords(say: Speak, shape: Shape): string {
  const { left, top, right, bottom } = spanOf(shape);
  const one = (value: number): string => String(Math.round(value * 10) / 10);
  if (shape.kind === "point") return say("place_point", { x: one(left), y: one(top) });
  return say("place", { x: one(left), y: one(top), w: one(right - left), h: one(bottom - top) });
}

export function handleWords(say: Speak, handle: Handle, shape: Shape): string {
  if (shape.kind === "rect") return say(`handle_${handle.id}`);
  if (handle.is === "middle") return say("handle_middle", { number: Number(handle.id.slice(1)) + 1 });
  return say("handle_corner", { number: Number(handle.id) + 1, count: "points" in shape ? shape.points.length : 1 });
}
