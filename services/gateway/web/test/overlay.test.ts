import assert from "node:assert/strict";
import { test } from "node:test";
import { areaOf, crosses, faultOf, type Field, type Ground, grown, inside, isHit, isSameShape, moved, type Path, type Point, pointsOf, type Rect, rectOf, round, type Shape, typed } from "../src/islands/overlay/geometry.ts";
import { handleAt, handlesOf, pulled, withCorner, withoutCorner } from "../src/islands/overlay/handles.ts";
import { fitted, kept, panned, toPicture, toScreen, zoomed } from "../src/islands/overlay/viewport.ts";

/** Numbers that look random and are the same in each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const RATIOS = [1, 1.25, 1.5, 2, 3];

test("a press on a pixel of the screen is within half of that pixel in the picture, at any zoom, scale of screen and rotation", () => {
  const random = seeded(1);
  for (let run = 0; run < 2_000; run += 1) {
    const long = 400 + Math.floor(random() * 3_600);
    const short = 300 + Math.floor(random() * 2_700);
    // A rotated photo is upright when it is shown: width and height have changed places.
    const picture = random() < 0.5 ? { width: long, height: short } : { width: short, height: long };
    const window = { width: 240 + random() * 1_000, height: 200 + random() * 600 };
    let view = fitted(picture, window);
    for (let step = 0; step < 4; step += 1) {
      view = zoomed(view, 0.4 + random() * 3, { x: random() * window.width, y: random() * window.height }, picture, window);
      view = panned(view, (random() - 0.5) * 500, (random() - 0.5) * 500, picture, window);
    }
    const ratio = RATIOS[run % RATIOS.length] as number;
    const aimed = { x: round(random() * picture.width), y: round(random() * picture.height) };
    const screen = toScreen(view, aimed);
    const back = toPicture(view, screen);
    assert.ok(Math.abs(back.x - aimed.x) < 1e-6 && Math.abs(back.y - aimed.y) < 1e-6);
    assert.deepEqual(inside(back, { ...picture, least: 0 }), aimed);
    const pressed = toPicture(view, { x: Math.round(screen.x * ratio) / ratio, y: Math.round(screen.y * ratio) / ratio });
    const most = 0.5 / ratio / view.scale + 1e-6;
    assert.ok(Math.abs(pressed.x - aimed.x) <= most && Math.abs(pressed.y - aimed.y) <= most);
  }
});

test("a view never leaves an empty strip where there is picture to fill it", () => {
  const random = seeded(2);
  for (let run = 0; run < 500; run += 1) {
    const [picture, window] = [{ width: 4_000, height: 3_000 }, { width: 320 + random() * 900, height: 300 }];
    const view = kept({ scale: random() * 60, x: (random() - 0.5) * 9_000, y: (random() - 0.5) * 9_000 }, picture, window);
    const [from, to] = [toScreen(view, { x: 0, y: 0 }), toScreen(view, { x: 4_000, y: 3_000 })];
    assert.ok(from.x <= 1e-6 || Math.abs(from.x - (window.width - to.x)) < 1e-6);
    assert.ok(from.y <= 1e-6 || Math.abs(from.y - (window.height - to.y)) < 1e-6);
  }
});

test("whatever is drawn, moved and pulled stays inside, has one decimal, and a box stays as large as it must be", () => {
  const random = seeded(3);
  for (let run = 0; run < 2_000; run += 1) {
    const ground: Ground = { width: 50 + Math.floor(random() * 4_000), height: 50 + Math.floor(random() * 3_000), least: 4 };
    const anywhere = () => ({ x: (random() * 1.4 - 0.2) * ground.width, y: (random() * 1.4 - 0.2) * ground.height });
    let shape: Shape = run % 2 ? rectOf(anywhere(), anywhere(), ground) : { kind: "polygon", points: [anywhere(), anywhere(), anywhere()].map((at) => inside(at, ground)) };
    if (shape.kind === "rect" && faultOf(shape, ground) !== null) continue;
    for (let step = 0; step < 5; step += 1) {
      const { x: dx, y: dy } = anywhere();
      const handles = handlesOf(shape);
      const handle = handles[Math.floor(random() * handles.length)];
      shape = random() < 0.5 || handle === undefined ? moved(shape, dx - ground.width / 2, dy, ground) : pulled(shape, handle.id, dx - ground.width / 2, dy - ground.height / 2, ground);
      for (const { x, y } of pointsOf(shape)) {
        assert.ok(x >= 0 && y >= 0 && x <= ground.width + 1e-9 && y <= ground.height + 1e-9, `${x}, ${y}`);
        assert.ok(Math.abs(round(x) - x) < 1e-9 && Math.abs(round(y) - y) < 1e-9);
      }
      if (shape.kind === "rect") assert.equal(faultOf(shape, ground), null);
    }
  }
});

test("a handle that is pulled nowhere changes nothing, and a move there and back neither", () => {
  const ground: Ground = { width: 640, height: 480, least: 4 };
  const box: Rect = { kind: "rect", x: 163, y: 16.3, w: 285.3, h: 309.8 };
  for (const { id } of handlesOf(box)) assert.deepEqual(pulled(box, id, 0, 0, ground), box);
  assert.deepEqual(moved(moved(box, 17.4, 3.3, ground), -17.4, -3.3, ground), box);
  assert.deepEqual(grown(grown(box, 10, 1, ground), -10, -1, ground), box);
});

test("a number that is typed is the mark's number to the last decimal, and never takes it out of the picture", () => {
  const random = seeded(5);
  const ground: Ground = { width: 640, height: 480, least: 4 };
  const points = [{ x: 10.1, y: 20.2 }, { x: 300.7, y: 40 }, { x: 90, y: 400.9 }];
  const shapes: readonly Shape[] = [{ kind: "rect", x: 163, y: 16.3, w: 285.3, h: 309.8 }, { kind: "point", x: 3.3, y: 7 }, { kind: "polygon", points }];
  for (let run = 0; run < 2_000; run += 1) {
    const before = shapes[run % 3] as Shape;
    const corner = before.kind === "polygon" ? run % 4 === 3 ? 2 : run % 3 : null;
    const fields = before.kind === "rect" ? (["x", "y", "w", "h"] as const) : (["x", "y"] as const);
    const field = fields[Math.floor(random() * fields.length)] as Field;
    const value = round((random() * 2 - 0.5) * 640);
    const after = typed(before, field, value, corner, ground);
    for (const { x, y } of pointsOf(after)) assert.ok(x >= 0 && y >= 0 && x <= 640 + 1e-9 && y <= 480 + 1e-9);
    const [was, now] = [before, after].map((shape) => ("points" in shape ? shape.points[corner ?? 0] : shape) as Rect) as [Rect, Rect];
    const room = { x: 640 - (was.w ?? 0), y: 480 - (was.h ?? 0), w: 640 - was.x, h: 480 - was.y };
    if (value >= 0 && value <= room[field]) assert.equal(now[field], value);
    // Back to what it was: exactly the mark of before.
    assert.deepEqual(typed(after, field, was[field], corner, ground), before);
    assert.equal(isSameShape(before, after), Math.abs(now[field] - was[field]) < 0.05);
  }
  assert.deepEqual(typed(shapes[0] as Shape, "w", 9_999, null, ground), { kind: "rect", x: 163, y: 16.3, w: 477, h: 309.8 });
});

test("sides that cross, touch or turn back are seen", () => {
  const at = (...pairs: [number, number][]) => pairs.map(([x, y]) => ({ x, y }));
  assert.equal(crosses(at([0, 0], [10, 0], [10, 10], [0, 10])), false);
  assert.equal(crosses(at([0, 0], [10, 10], [10, 0], [0, 10])), true);
  assert.equal(crosses(at([0, 0], [10, 0], [5, 0], [5, 9])), true);
  assert.equal(crosses(at([0, 0], [10, 0], [10, 10], [5, 0], [0, 10])), true);
  assert.equal(areaOf(at([0, 0], [10, 0], [10, 10], [0, 10])), 100);
});

test("a star around a point never crosses itself, and a round one does when two of its corners change places", () => {
  const random = seeded(4);
  for (let run = 0; run < 300; run += 1) {
    const n = 5 + Math.floor(random() * 20);
    const star = (far: () => number) => Array.from({ length: n }, (_, index) => {
      const [angle, away] = [((index + random() * 0.6) / n) * 2 * Math.PI, far()];
      return { x: 500 + away * Math.cos(angle), y: 500 + away * Math.sin(angle) };
    });
    assert.equal(crosses(star(() => 100 + random() * 300)), false);
    const [first, second, third, ...rest] = star(() => 300) as [Point, Point, Point];
    assert.equal(crosses([third, second, first, ...rest]), true);
  }
});

test("corners are put in and taken out, but never below what a line needs", () => {
  const triangle: Path = { kind: "polygon", points: [{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: 0, y: 10 }] };
  const four = withCorner(triangle, 2);
  assert.deepEqual(four.points[3], { x: 0, y: 5 });
  assert.deepEqual(withoutCorner(four, 3), triangle);
  assert.equal(withoutCorner(triangle, 0), null);
  const line: Path = { kind: "polyline", points: [{ x: 0, y: 0 }, { x: 10, y: 0 }] };
  assert.deepEqual(withCorner(line, 1).points[1], { x: 5, y: 0 });
});

test("corners come before middles, and a press in a box is for the box", () => {
  const box: Rect = { kind: "rect", x: 10, y: 10, w: 20, h: 20 };
  assert.equal(handleAt(handlesOf(box), { x: 12, y: 11 }, 22)?.id, "nw");
  assert.equal(isHit(box, { x: 20, y: 20 }, 4), true);
  assert.equal(isHit(box, { x: 40, y: 20 }, 4), false);
});
