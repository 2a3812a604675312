// What is meant by a press: which figure, and which handle, at a scale of so many screen pixels for one of the picture.
import { isHit, type Point, type Shape, sizeOf, spanOf } from "./geometry.ts";
import { type Handle, handleAt, handlesOf } from "./handles.ts";

const [LINE_NEAR, POINT_NEAR, MIDDLE_ROOM] = [8, 20, 48];

/** The figures under a press; the smallest first, for it may lie in others. */
export function hitsAt(figures: readonly { readonly id: string; readonly shape: Shape }[], at: Point, scale: number): readonly string[] {
  const found = figures.filter(({ shape }) => isHit(shape, at, (shape.kind === "point" ? POINT_NEAR : LINE_NEAR) / scale));
  return found.sort((a, b) => sizeOf(a.shape) - sizeOf(b.shape)).map((one) => one.id);
}

/** The handles of a shape; middles only where there is room for them. */
export function roomyHandles(shape: Shape, scale: number): readonly Handle[] {
  const all = handlesOf(shape);
  if (!("points" in shape)) return all;
  const { points } = shape;
  return all.filter((handle) => {
    if (handle.is !== "middle") return true;
    const index = Number(handle.id.slice(1));
    const [a, b] = [points[index] as Point, points[(index + 1) % points.length] as Point];
    return Math.hypot(a.x - b.x, a.y - b.y) * scale >= MIDDLE_ROOM;
  });
}

/** The handle under a press. Inside a small shape there is room left to take hold of the shape itself. */
export function handleUnder(shape: Shape, at: Point, near: number, scale: number): Handle | null {
  const { left, top, right, bottom } = spanOf(shape);
  const room = isHit(shape, at, 0) ? Math.max(6, (Math.min(right - left, bottom - top) * scale) / 4) : near;
  return handleAt(roomyHandles(shape, scale), at, Math.min(near, room) / scale);
}
