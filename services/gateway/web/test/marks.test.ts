import assert from "node:assert/strict";
import { test } from "node:test";
import { choiceMark, lackOf } from "../src/bench/marks.ts";
import type { ControlView, Mark } from "../src/islands/contract.ts";

const control = (id: string, more: Partial<ControlView> = {}): ControlView => ({
  id, kind: "shape", on: "photo", words: id, labels: [], required: false, least: 0, most: 1000, exclusiveWith: [], multiple: false,
  tools: [], minPx: 4, low: null, high: null, step: null, lengthMax: 0, transcript: false, overlap: false, tie: false, ...more,
});
const box = (id: string): Mark => ({ id, control: "box", type: "rect", label: "cup", value: { x: 0, y: 0, w: 9, h: 9 } });

test("what is required must be there, once another control that rules it out is empty", () => {
  const asked = [control("box", { required: true, exclusiveWith: ["none"] }), control("none", { kind: "choice", exclusiveWith: ["box"] })];
  assert.equal(lackOf(asked, [])?.why, "required");
  assert.equal(lackOf(asked, [box("m1")]), null);
  assert.equal(lackOf(asked, [choiceMark("none", "no_object")]), null);
  assert.equal(lackOf(asked, [box("m1"), choiceMark("none", "no_object")])?.why, "exclusive");
});

test("there are as many marks as a control takes, where there are any", () => {
  const asked = [control("box", { least: 2, most: 3 })];
  assert.equal(lackOf(asked, []), null);
  assert.equal(lackOf(asked, [box("1")])?.why, "least");
  assert.equal(lackOf(asked, [box("1"), box("2")]), null);
  assert.equal(lackOf(asked, ["1", "2", "3", "4"].map(box))?.why, "most");
});
