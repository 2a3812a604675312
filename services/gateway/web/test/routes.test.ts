import assert from "node:assert/strict";
import { test } from "node:test";
import { type Box, type Ends, headOf, pathOf, type Route, routesOf, wordsOn } from "../src/islands/spans/routes.ts";

const LINE = 47;
const LETTERS = 27;

/** A word on a line of the text, from one place of it to another. */
const word = (line: number, left: number, right: number): Box => ({ left, right, top: 23 + line * LINE, bottom: 23 + line * LINE + LETTERS });
const only = (joins: readonly Ends[]): Route => routesOf(joins, LINE)[0] as Route;

/** Numbers that look like chance and are the same each time. */
function chance(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** How far a height is from the letters of the nearest line; below 0: in them. */
const fromLetters = (y: number): number => {
  const inLine = (((y - 23) % LINE) + LINE) % LINE;
  return inLine < LETTERS ? -1 : LINE - inLine;
};

test("a line within one line of text goes over it, and arrives from above", () => {
  const { places } = only([{ from: word(0, 20, 80), to: word(0, 200, 300) }]);
  assert.equal(places.length, 4);
  assert.ok(places[1]!.y < 23 && places[1]!.y === places[2]!.y);
  assert.ok(places[3]!.y > places[2]!.y);
});

test("between a line and the next it stays in the gap, whichever way it goes", () => {
  for (const [from, to] of [[word(1, 300, 380), word(2, 20, 90)], [word(2, 20, 90), word(1, 300, 380)]] as const) {
    const { places } = only([{ from, to }]);
    assert.equal(places.length, 4);
    assert.ok(fromLetters(places[1]!.y) > 0);
    assert.ok(Math.abs(places[0]!.x - (from.left + from.right) / 2) < 10);
    assert.ok(Math.abs(places.at(-1)!.x - (to.left + to.right) / 2) < 10);
  }
});

test("level parts never cross letters, and long ways go down the margin", () => {
  const next = chance(7);
  for (let round = 0; round < 300; round += 1) {
    const joins = Array.from({ length: 12 }, (): Ends => {
      const some = (): Box => {
        const left = 19 + Math.floor(next() * 400);
        const plain = word(Math.floor(next() * 9), left, left + 20 + Math.floor(next() * 120));
        // The line under a mark that lies under others takes most of the gap.
        return { ...plain, bottom: plain.bottom + Math.floor(next() * 20) };
      };
      return { from: some(), to: some() };
    });
    const routes = routesOf(joins, LINE);
    assert.equal(routes.length, joins.length);
    routes.forEach(({ places }, at) => {
      const far = Math.abs(joins[at]!.from.top - joins[at]!.to.top) > LINE * 1.5;
      assert.equal(places.length, far ? 6 : 4);
      // There is room for the head of an arrow, so that it points to the word.
      const { from, to } = joins[at]!;
      const comes = Math.sign(places.at(-1)!.y - places.at(-2)!.y);
      assert.ok(Math.abs(places.at(-1)!.y - places.at(-2)!.y) >= 5);
      assert.equal(comes, to.top < from.top - LINE / 2 ? -1 : 1);
      for (let index = 1; index < places.length; index += 1) {
        const [a, b] = [places[index - 1]!, places[index]!];
        assert.ok(a.x === b.x || a.y === b.y);
        if (a.y === b.y && a.x !== b.x) assert.ok(fromLetters(a.y) > 0, `${a.y}`);
        if (a.x === b.x && Math.abs(a.y - b.y) > LINE) assert.ok(a.x < 19, `${a.x}`);
      }
    });
  }
});

test("lines in one gap run on levels of their own, the short one nearer to the text", () => {
  const [long, short] = routesOf([{ from: word(1, 20, 60), to: word(1, 400, 460) }, { from: word(1, 150, 200), to: word(1, 250, 300) }], LINE);
  assert.ok((long?.level.y ?? 0) < (short?.level.y ?? 0));
});

test("words stand on the level part where they fit, beside each other, and nowhere else", () => {
  const routes = routesOf([
    { from: word(1, 20, 60), to: word(1, 400, 460) },
    { from: word(1, 120, 160), to: word(1, 280, 330) },
    { from: word(3, 20, 60), to: word(3, 70, 110) },
  ], LINE);
  const [first, second, none] = wordsOn(routes, [40, 40, 50]);
  assert.ok(first && second);
  assert.ok(Math.abs(first.x - second.x) >= 40);
  assert.equal(none, null);
});

test("a path begins and ends where its route does, and its head points that way", () => {
  const { places } = only([{ from: word(2, 20, 90), to: word(1, 300, 380) }]);
  assert.match(pathOf(places), /^M51 .*L344 97$/);
  assert.match(headOf(places), /L344 97Z$/);
  assert.equal(pathOf([]), "");
  assert.equal(headOf([]), "");
});
