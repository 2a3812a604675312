// The places by which a shape is pulled: corners and sides of a box, corners of a line, and the middles where one more fits.
import { type Ground, inside, type Path, type Point, type Shape } from "./geometry.ts";

export interface Handle extends Point {
  /** "nw".."w" of a box, a number of a corner, "+" and the number of the corner before a middle. */
  readonly id: string;
  readonly is: "corner" | "side" | "middle";
}

const SIDES: readonly (readonly [string, number, number])[] = [
  ["nw", 0, 0], ["n", 0.5, 0], ["ne", 1, 0], ["e", 1, 0.5], ["se", 1, 1], ["s", 0.5, 1], ["sw", 0, 1], ["w", 0, 0.5],
];

export function handlesOf(shape: Shape): readonly Handle[] {
  if (shape.kind === "point") return [];
  if (shape.kind === "rect") {
    return SIDES.map(([id, u, v]) => ({ id, is: id.length === 2 ? "corner" : "side", x: shape.x + u * shape.w, y: shape.y + v * shape.h }));
  }
  const { points } = shape;
  const corners = points.map((point, index): Handle => ({ id: String(index), is: "corner", x: point.x, y: point.y }));
  const last = shape.kind === "polygon" ? points.length : points.length - 1;
  const middles = points.slice(0, last).map((a, index): Handle => {
    const b = points[(index + 1) % points.length] as Point;
    return { id: `+${index}`, is: "middle", x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  });
  return [...corners, ...middles];
}

/** The handle under a press; of several the nearest, and corners before middles. */
export function handleAt(handles: readonly Handle[], point: Point, near: number): Handle | null {
  let [found, least]: [Handle | null, number] = [null, Infinity];
  for (const handle of handles) {
    const reach = handle.is === "corner" ? near : near * 0.6;
    const away = Math.hypot(handle.x - point.x, handle.y - point.y);
    const counts = handle.is === "corner" ? away : away + near * 0.4;
    if (away <= reach && counts < least) [found, least] = [handle, counts];
  }
  return found;
}

/** The shape with a handle pulled so far; a box stays as wide and high as it must be. */
export function pulled(shape: Shape, id: string, dx: number, dy: number, ground: Ground): Shape {
  if (shape.kind === "point") return shape;
  if (shape.kind === "rect") {
    let [left, top, right, bottom] = [shape.x, shape.y, shape.x + shape.w, shape.y + shape.h];
    const least = ground.least;
    if (id.includes("w")) left = Math.min(left + dx, right - Math.min(least, shape.w));
    if (id.includes("e")) right = Math.max(right + dx, left + Math.min(least, shape.w));
    if (id.includes("n")) top = Math.min(top + dy, bottom - Math.min(least, shape.h));
    if (id.includes("s")) bottom = Math.max(bottom + dy, top + Math.min(least, shape.h));
    const [a, b] = [inside({ x: left, y: top }, ground), inside({ x: right, y: bottom }, ground)];
    return { kind: "rect", x: a.x, y: a.y, w: Math.round((b.x - a.x) * 10) / 10, h: Math.round((b.y - a.y) * 10) / 10 };
  }
  if (id.startsWith("+")) {
    const opened = withCorner(shape, Number(id.slice(1)));
    return pulled(opened, String(Number(id.slice(1)) + 1), dx, dy, ground);
  }
  const index = Number(id);
  const points = shape.points.map((point, at) => (at === index ? inside({ x: point.x + dx, y: point.y + dy }, ground) : point));
  return { kind: shape.kind, points };
}

/** One more corner in the middle after a corner. */
export function withCorner(shape: Path, after: number): Path {
  const a = shape.points[after] as Point;
  const isLast = after === shape.points.length - 1;
  const b = (isLast && shape.kind === "polyline" ? shape.points[after - 1] : shape.points[(after + 1) % shape.points.length]) as Point;
  const middle = { x: Math.round((a.x + b.x) * 5) / 10, y: Math.round((a.y + b.y) * 5) / 10 };
  const at = isLast && shape.kind === "polyline" ? after : after + 1;
  return { kind: shape.kind, points: [...shape.points.slice(0, at), middle, ...shape.points.slice(at)] };
}

/** A line without one of its corners; null: it needs all of them. */
export function withoutCorner(shape: Path, index: number): Path | null {
  if (shape.points.length <= (shape.kind === "polygon" ? 3 : 2)) return null;
  return { kind: shape.kind, points: shape.points.filter((_, at) => at !== index) };
}
