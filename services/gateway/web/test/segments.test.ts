import assert from "node:assert/strict";
import { test } from "node:test";
import type { ControlView, Mark } from "../src/islands/contract.ts";
import { Segments } from "../src/islands/segments/model.ts";
import { clock, milliseconds, pixelOf, timeAt, within, zoomed } from "../src/islands/segments/times.ts";
import { columns } from "../src/islands/segments/wave.ts";

const HOURS_4 = 4 * 3_600_000;
const RUNS = 2_000;

/** The same numbers at each run: 0 up to 1. */
function chance(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const control = (more: Partial<ControlView> = {}): ControlView => ({
  id: "speech", kind: "segment", on: "sound", words: "Speech", labels: [], required: false, least: 0, most: 0, exclusiveWith: [], multiple: false,
  tools: [], minPx: 0, low: null, high: null, step: null, lengthMax: 0, transcript: false, overlap: false, tie: false, ...more,
});
const times = (model: Segments): number[][] => model.all.map((one) => [one.start, one.end]);

test("a drag that is broken off leaves nothing behind, not even a step to take back", () => {
  const model = new Segments([], [control()], 10_000);
  model.add("speech", "", 1_000, 2_000, "a");
  for (const to of [2_100, 2_500, 3_000]) model.moveEdge("a", "end", to, "drag");
  model.dropMerge("drag");
  assert.deepEqual([times(model), model.canRedo], [[[1_000, 2_000]], false]);
  model.dropMerge("drag");
  assert.deepEqual(times(model), [[1_000, 2_000]]);
  model.undo();
  assert.deepEqual(times(model), []);
});

test("a time that is shown and typed again is the same millisecond", () => {
  const next = chance(7);
  for (let run = 0; run < RUNS; run += 1) {
    const ms = Math.floor(next() * HOURS_4);
    assert.equal(milliseconds(clock(ms)), ms);
  }
});

test("times may be typed as people write them, and what is no time is none", () => {
  assert.deepEqual(["1:02.345", "62.345", "62,3", "1:00:02", "7"].map(milliseconds), [62_345, 62_345, 62_300, 3_602_000, 7_000]);
  assert.deepEqual(["", "soon", "1:2:3:4", "-3", "1.2345", "NaN", "1e3"].map(milliseconds), [null, null, null, null, null, null, null]);
});

test("an end that is drawn again where it is shown stays within a millisecond of itself at any zoom that shows milliseconds", () => {
  const next = chance(11);
  for (let run = 0; run < RUNS; run += 1) {
    const width = 200 + next() * 3_000;
    const from = Math.floor(next() * HOURS_4);
    const view = { from, to: from + 500 + Math.floor(next() * width) };
    const ms = Math.round(view.from + next() * (view.to - view.from));
    assert.equal(timeAt(pixelOf(ms, view, width), view, width), ms);
  }
});

test("a view never leaves the recording, however it is zoomed and moved", () => {
  const next = chance(13);
  const duration = 92_345;
  let view = { from: 0, to: duration };
  for (let run = 0; run < RUNS; run += 1) {
    view = next() < 0.5 ? zoomed(view, 0.3 + next() * 3, next() * duration, duration) : within((next() - 0.2) * 2 * duration, view.to - view.from, duration);
    assert.ok(view.from >= 0 && view.to <= duration && view.to - view.from >= 500, JSON.stringify(view));
  }
});

test("segments of a control that allows no overlap never lie over each other, whatever is done", () => {
  const next = chance(17);
  const model = new Segments([], [control()], 20_000);
  for (let run = 0; run < RUNS; run += 1) {
    const some = model.all[Math.floor(next() * model.all.length)];
    const act = next();
    if (act < 0.4 || some === undefined) model.add("speech", "", Math.round(next() * 26_000 - 3_000), Math.round(next() * 26_000 - 3_000), `${run}`);
    else if (act < 0.7) model.moveEdge(some.id, next() < 0.5 ? "start" : "end", next() * 26_000 - 3_000);
    else if (act < 0.8) model.remove(some.id);
    else if (act < 0.9) model.undo();
    else model.redo();
    let last = 0;
    for (const one of model.all) {
      assert.ok(Number.isInteger(one.start) && Number.isInteger(one.end) && last <= one.start && one.start < one.end && one.end <= 20_000);
      last = one.end;
    }
  }
});

test("everything can be taken back to the beginning and done again", () => {
  const model = new Segments([], [control({ transcript: true })], 10_000);
  model.add("speech", "voice", 1_000, 2_000, "a");
  model.setText("a", "안", "t");
  model.setText("a", "안녕", "t");
  model.moveEdge("a", "end", 2_500);
  model.setLabel("a", "noise");
  model.remove("a");
  const states = [JSON.stringify(model.marks)];
  while (model.undo()) states.unshift(JSON.stringify(model.marks));
  assert.equal(states[0], "[]");
  // One stretch of typing is one step.
  assert.equal(states.length, 6);
  for (const state of states.slice(1)) assert.ok(model.redo() && JSON.stringify(model.marks) === state);
});

test("marks of other kinds, and segments that cannot be read, stay as they were given", () => {
  const given: Mark[] = [{ id: "x", control: "box", type: "rect", value: { x: 1 } }, { id: "y", control: "speech", type: "segment", value: { start_ms: "1" } }];
  const model = new Segments(given, [control()], 10_000);
  model.add("speech", "", 0, 10, "z");
  assert.deepEqual(model.marks.slice(0, 2), given);
});

test("a segment stops at its neighbour, is refused inside one, and may lie over it where that is allowed", () => {
  const model = new Segments([], [control()], 10_000);
  assert.equal(model.add("speech", "", 1_000, 3_000, "a"), "done");
  assert.equal(model.add("speech", "", 2_000, 4_000, "b"), "cut");
  assert.equal(model.add("speech", "", 1_500, 2_500, "c"), "overlaps");
  assert.equal(model.add("speech", "", 9_000, 12_000, "d"), "cut");
  assert.deepEqual(times(model), [[1_000, 3_000], [3_000, 4_000], [9_000, 10_000]]);
  const free = new Segments([], [control({ overlap: true, most: 2 })], 10_000);
  assert.deepEqual([free.add("speech", "", 0, 3_000, "a"), free.add("speech", "", 2_000, 4_000, "b"), free.add("speech", "", 5_000, 6_000, "c")], ["done", "done", "full"]);
});

test("an hour's peaks are drawn from at most so many values, and the loudest of a column is seen", () => {
  const peaks = { perSecond: 5, values: Array.from({ length: 18_000 }, (_, at) => (at === 9_001 ? 100 : 10)) };
  const shown = columns(peaks, { from: 0, to: 3_600_000 }, 700);
  assert.equal(shown.length, 700);
  assert.equal(shown.filter((share) => share === 1).length, 1);
  assert.equal(shown[Math.floor((9_001 / 18_000) * 700)], 1);
});
