// Shapes in pixels of the upright picture, rounded to one decimal. Nothing here knows of screens.

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rect extends Point {
  readonly kind: "rect";
  readonly w: number;
  readonly h: number;
}

export interface Path {
  readonly kind: "polygon" | "polyline";
  readonly points: readonly Point[];
}

export interface Dot extends Point {
  readonly kind: "point";
}

export type Shape = Rect | Path | Dot;

/** The picture that shapes lie in, and the least width and height of a box on it. */
export interface Ground {
  readonly width: number;
  readonly height: number;
  readonly least: number;
}

export const POINTS_MAX = 1_000;
const SAME = 0.05;

export const round = (value: number): number => Math.round(value * 10) / 10;
const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** The nearest point of the picture, as marks hold it. */
export function inside(point: Point, ground: Ground): Point {
  return { x: round(clamp(point.x, 0, ground.width)), y: round(clamp(point.y, 0, ground.height)) };
}

/** The box between two corners, whichever they are. */
export function rectOf(first: Point, second: Point, ground: Ground): Rect {
  const [a, b] = [inside(first, ground), inside(second, ground)];
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return { kind: "rect", x, y, w: round(Math.abs(a.x - b.x)), h: round(Math.abs(a.y - b.y)) };
}

export function pointsOf(shape: Shape): readonly Point[] {
  if (shape.kind === "point") return [shape];
  if (shape.kind !== "rect") return shape.points;
  const { x, y, w, h } = shape;
  return [{ x, y }, { x: x + w, y }, { x: x + w, y: y + h }, { x, y: y + h }];
}

export interface Span {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function spanOf(shape: Shape): Span {
  if (shape.kind === "rect") return { left: shape.x, top: shape.y, right: shape.x + shape.w, bottom: shape.y + shape.h };
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of pointsOf(shape)) {
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  }
  return { left, top, right, bottom };
}

/** The shape moved, as far as the picture lets it. */
export function moved(shape: Shape, dx: number, dy: number, ground: Ground): Shape {
  const { left, top, right, bottom } = spanOf(shape);
  const [goX, goY] = [round(clamp(dx, -left, ground.width - right)), round(clamp(dy, -top, ground.height - bottom))];
  const go = (point: Point): Point => inside({ x: point.x + goX, y: point.y + goY }, ground);
  if (shape.kind === "rect") return { ...shape, ...go(shape) };
  return shape.kind === "point" ? { kind: "point", ...go(shape) } : { kind: shape.kind, points: shape.points.map(go) };
}

/** A box with its right and lower edge moved; never smaller than the least, never out of the picture. */
export function grown(shape: Rect, dw: number, dh: number, ground: Ground): Rect {
  const w = round(clamp(shape.w + dw, Math.min(ground.least, shape.w), ground.width - shape.x));
  const h = round(clamp(shape.h + dh, Math.min(ground.least, shape.h), ground.height - shape.y));
  return { ...shape, w, h };
}

/** One number of a shape: of a line, of one of its corners. */
export type Field = "x" | "y" | "w" | "h";

/** A shape with one of its numbers typed, as far as the picture lets it; a corner is a number from 0. */
export function typed(shape: Shape, field: Field, value: number, corner: number | null, ground: Ground): Shape {
  if (shape.kind === "rect") {
    const room = { x: ground.width - shape.w, y: ground.height - shape.h, w: ground.width - shape.x, h: ground.height - shape.y };
    return { ...shape, [field]: round(clamp(value, 0, room[field])) };
  }
  if (shape.kind === "point") return { kind: "point", ...inside({ x: shape.x, y: shape.y, [field]: value }, ground) };
  return { kind: shape.kind, points: shape.points.map((point, at) => (at === corner ? inside({ ...point, [field]: value }, ground) : point)) };
}

/** Whether two shapes are one and the same mark. */
export function isSameShape(a: Shape, b: Shape): boolean {
  const [first, second] = [pointsOf(a), pointsOf(b)];
  return a.kind === b.kind && first.length === second.length && first.every((point, at) => isSame(point, second[at] as Point));
}

const turn = (a: Point, b: Point, c: Point): number => (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);

function between(a: Point, b: Point, c: Point): boolean {
  return Math.min(a.x, b.x) <= c.x && c.x <= Math.max(a.x, b.x) && Math.min(a.y, b.y) <= c.y && c.y <= Math.max(a.y, b.y);
}

function meet(a: Point, b: Point, c: Point, d: Point): boolean {
  const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (abc > 0 !== abd > 0 && cda > 0 !== cdb > 0 && abc !== 0 && abd !== 0 && cda !== 0 && cdb !== 0) return true;
  return (abc === 0 && between(a, b, c)) || (abd === 0 && between(a, b, d)) || (cda === 0 && between(c, d, a)) || (cdb === 0 && between(c, d, b));
}

/** Whether two sides of a polygon cross or touch, or one turns back on the other. */
export function crosses(points: readonly Point[]): boolean {
  const n = points.length;
  const at = (index: number): Point => points[index % n] as Point;
  for (let i = 0; i < n; i += 1) {
    const [a, b, c] = [at(i), at(i + 1), at(i + 2)];
    const forward = (b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y);
    if (turn(a, b, c) === 0 && forward < 0) return true;
    for (let k = i + 2; k < n; k += 1) {
      if ((k + 1) % n !== i && meet(a, b, at(k), at(k + 1))) return true;
    }
  }
  return false;
}

export function areaOf(points: readonly Point[]): number {
  let twice = 0;
  points.forEach((a, index) => {
    const b = points[(index + 1) % points.length] as Point;
    twice += a.x * b.y - b.x * a.y;
  });
  return Math.abs(twice) / 2;
}

export const isSame = (a: Point, b: Point): boolean => Math.abs(a.x - b.x) < SAME && Math.abs(a.y - b.y) < SAME;

export type Fault = "small" | "crossing" | "few" | "many";

/** What keeps a shape from being a mark; null: nothing. */
export function faultOf(shape: Shape, ground: Ground): Fault | null {
  if (shape.kind === "point") return null;
  if (shape.kind === "rect") return shape.w <= 0 || shape.h <= 0 || shape.w < ground.least || shape.h < ground.least ? "small" : null;
  if (shape.points.length > POINTS_MAX) return "many";
  if (shape.points.length < (shape.kind === "polygon" ? 3 : 2)) return "few";
  if (shape.kind === "polyline") return null;
  if (crosses(shape.points)) return "crossing";
  return areaOf(shape.points) > 0 ? null : "small";
}

/** How far a point is from the stretch between two others. */
export function distanceTo(point: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : clamp(((point.x - a.x) * dx + (point.y - a.y) * dy) / length, 0, 1);
  return Math.hypot(point.x - a.x - along * dx, point.y - a.y - along * dy);
}

function holds(points: readonly Point[], { x, y }: Point): boolean {
  let isIn = false;
  for (let i = 0, j = points.length - 1; i < points.length; j = i, i += 1) {
    const [a, b] = [points[i] as Point, points[j] as Point];
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) isIn = !isIn;
  }
  return isIn;
}

/** Whether a press there is meant for this shape; `near` pixels beside its line count. */
export function isHit(shape: Shape, point: Point, near: number): boolean {
  const { left, top, right, bottom } = spanOf(shape);
  if (point.x < left - near || point.x > right + near || point.y < top - near || point.y > bottom + near) return false;
  if (shape.kind === "rect") return true;
  if (shape.kind === "point") return Math.hypot(point.x - shape.x, point.y - shape.y) <= near;
  const { points } = shape;
  if (shape.kind === "polygon" && holds(points, point)) return true;
  const sides = shape.kind === "polygon" ? points.length : points.length - 1;
  for (let i = 0; i < sides; i += 1) {
    if (distanceTo(point, points[i] as Point, points[(i + 1) % points.length] as Point) <= near) return true;
  }
  return false;
}

/** How much of the picture a shape takes up: of two at one place, the smaller is meant. */
export function sizeOf(shape: Shape): number {
  if (shape.kind === "rect") return shape.w * shape.h;
  return shape.kind === "polygon" ? areaOf(shape.points) : 0;
}
