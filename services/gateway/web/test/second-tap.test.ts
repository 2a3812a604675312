import assert from "node:assert/strict";
import { test } from "node:test";
import { isSecondOf } from "../src/lib/second-tap.ts";

const first = { x: 100, y: 300, at: 1_000 };

test("the second of two taps on one place is not meant for what came in between", () => {
  assert.equal(isSecondOf(first, { x: 104, y: 297, at: 1_180 }), true);
});

test("a tap somewhere else is meant", () => {
  assert.equal(isSecondOf(first, { x: 100, y: 340, at: 1_180 }), false);
});

test("a tap some time later is meant", () => {
  assert.equal(isSecondOf(first, { x: 100, y: 300, at: 1_800 }), false);
});

test("the first tap of a visit is meant, and so is one after the clock was put back", () => {
  assert.equal(isSecondOf(null, first), false);
  assert.equal(isSecondOf(first, { x: 100, y: 300, at: 900 }), false);
});
