import assert from "node:assert/strict";
import { test } from "node:test";
import { areaOf, countOf, isIn, placesOf } from "../src/islands/cells/area.ts";
import { columnWidthsEm } from "../src/islands/cells/widths.ts";
import { Work } from "../src/islands/cells/work.ts";
import type { ControlView, Mark } from "../src/islands/contract.ts";

const control = (more: Partial<ControlView> = {}): ControlView => ({
  id: "bad", kind: "cell", on: "t", words: "", labels: ["wrong", "empty"].map((value) => ({ value, label: value, key: "", color: "", pattern: "solid" })),
  required: false, least: 0, most: 3, exclusiveWith: [], multiple: false, tools: [], minPx: 0, low: null, high: null, step: null, lengthMax: 0, transcript: false, overlap: false, tie: false, ...more,
});

const cell = (row: number, column: number) => areaOf({ row, column });

function workOn(marks: readonly Mark[] = []): Work {
  let made = 0;
  return new Work(4, 3, [control(), control({ id: "other" })], marks, () => `m${(made += 1)}`);
}

test("a press marks a cell, another label takes its place, and the same label takes it away", () => {
  const work = workOn();
  assert.equal(work.press(control(), "wrong", cell(1, 2)), "marked");
  assert.deepEqual(work.marks, [{ id: "m1", control: "bad", type: "cell", label: "wrong", value: { row: 1, column: 2 } }]);
  assert.equal(work.press(control(), "empty", cell(1, 2)), "relabelled");
  assert.deepEqual(work.marks.map((mark) => [mark.id, mark.label]), [["m1", "empty"]]);
  assert.equal(work.press(control(), "empty", cell(1, 2)), "cleared");
  assert.deepEqual(work.marks, []);
});

test("a cell is marked once for each question asked of it", () => {
  const work = workOn();
  work.press(control(), "wrong", cell(0, 0));
  work.press(control({ id: "other" }), "empty", cell(0, 0));
  assert.deepEqual(work.at(0, 0).map((cell) => [cell.control, cell.label]), [["bad", "wrong"], ["other", "empty"]]);
  assert.equal(work.clear(cell(0, 0)), true);
  assert.equal(work.clear(cell(0, 0)), false);
});

test("no more cells than the question wants, but each can get another label", () => {
  const work = workOn();
  for (const row of [0, 1, 2]) assert.equal(work.press(control(), "wrong", cell(row, 0)), "marked");
  assert.equal(work.press(control(), "wrong", cell(3, 0)), "most");
  assert.equal(work.press(control(), "empty", cell(2, 0)), "relabelled");
});

test("several cells get a label, another one, and lose it by one change each, and none where they are too many", () => {
  const work = workOn();
  const [wide, area] = [control({ most: 6 }), areaOf({ row: 2, column: 1 }, { row: 1, column: 2 })];
  const labels = () => work.cells.map((one) => `${one.row}${one.column} ${one.label}`);
  work.press(wide, "wrong", cell(1, 1));
  assert.equal(work.press(wide, "wrong", area), "marked");
  assert.deepEqual(labels(), ["11 wrong", "12 wrong", "21 wrong", "22 wrong"]);
  assert.equal(work.press(wide, "empty", area), "relabelled");
  assert.equal(work.press(wide, "empty", areaOf({ row: 0, column: 0 }, { row: 3, column: 1 })), "most");
  assert.deepEqual(labels(), ["11 empty", "12 empty", "21 empty", "22 empty"]);
  assert.equal(work.press(wide, "empty", area), "cleared");
  for (const left of [4, 4, 1, 0]) assert.ok(work.undo() && work.cells.length === left);
});

test("an area holds the cells between its corners, whichever they are", () => {
  const area = areaOf({ row: 4, column: 0 }, { row: 2, column: 3 });
  assert.deepEqual(area, areaOf({ row: 2, column: 3 }, { row: 4, column: 0 }));
  assert.deepEqual([countOf(area), placesOf(area).length, new Set(placesOf(area).map((one) => `${one.row} ${one.column}`)).size], [12, 12, 12]);
  assert.ok(placesOf(area).every((one) => isIn(area, one)));
  assert.equal(isIn(area, { row: 5, column: 0 }), false);
});

test("undo and redo bring back every answer that was there", () => {
  const work = workOn();
  const answers = [JSON.stringify(work.marks)];
  for (const act of [() => work.press(control(), "wrong", cell(0, 0)), () => work.press(control(), "empty", cell(0, 0)), () => work.press(control(), "wrong", cell(2, 1)), () => work.clear(cell(0, 0))]) {
    act();
    answers.push(JSON.stringify(work.marks));
  }
  for (const answer of answers.slice(0, -1).reverse()) assert.ok(work.undo() && JSON.stringify(work.marks) === answer);
  for (const answer of answers.slice(1)) assert.ok(work.redo() && JSON.stringify(work.marks) === answer);
});

test("marks that are outside this table, or that nobody here knows, stay in the answer", () => {
  const outside: Mark = { id: "x", control: "bad", type: "cell", label: "wrong", value: { row: 9, column: 0 } };
  const broken: Mark = { id: "y", control: "bad", type: "cell", label: "wrong", value: { row: 0.5, column: "a" } };
  const work = workOn([outside, broken]);
  work.press(control(), "wrong", cell(3, 2));
  assert.deepEqual(work.marks.slice(0, 2), [outside, broken]);
  assert.deepEqual(work.lost.map((mark) => mark.id), ["x", "y"]);
  assert.deepEqual(work.cells.map((cell) => [cell.row, cell.column]), [[3, 2]]);
});

test("columns are as wide as their first rows want, within bounds", () => {
  assert.deepEqual(columnWidthsEm(["a", "주소", "long"], [["1", "부산광역시 해운대구", "x".repeat(500)], []]), [6, 12, 18]);
});
