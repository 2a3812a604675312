// Shapes as marks hold them (ilgam.annotation/1), and back.
import type { Mark } from "../contract";
import type { Point, Shape } from "../overlay/geometry.ts";

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

function pointsIn(value: unknown): Point[] | null {
  if (!Array.isArray(value)) return null;
  const points = value.flatMap((pair: unknown) => {
    if (!Array.isArray(pair) || pair.length !== 2) return [];
    const [x, y] = pair as readonly unknown[];
    return isNumber(x) && isNumber(y) ? [{ x, y }] : [];
  });
  return points.length === value.length && points.length > 0 ? points : null;
}

/** The shape of a mark; null: it cannot be drawn. */
export function shapeOf(mark: Pick<Mark, "type" | "value">): Shape | null {
  const { x, y, w, h, points } = mark.value;
  if (mark.type === "rect") return isNumber(x) && isNumber(y) && isNumber(w) && isNumber(h) ? { kind: "rect", x, y, w, h } : null;
  if (mark.type === "point") return isNumber(x) && isNumber(y) ? { kind: "point", x, y } : null;
  if (mark.type !== "polygon" && mark.type !== "polyline") return null;
  const found = pointsIn(points);
  return found === null ? null : { kind: mark.type, points: found };
}

export function valueOf(shape: Shape): Mark["value"] {
  if (shape.kind === "rect") return { x: shape.x, y: shape.y, w: shape.w, h: shape.h };
  if (shape.kind === "point") return { x: shape.x, y: shape.y };
  return { points: shape.points.map(({ x, y }) => [x, y]) };
}
