import assert from "node:assert/strict";
import { test } from "node:test";
import { choiceMark } from "../src/bench/marks.ts";
import { type Item, newer, nextOpen, sumsOf, takeOver } from "../src/bench/model.ts";

const item = (number: number, more: Partial<Item> = {}): Item => ({
  id: `${number}`,
  number,
  question: 0,
  parts: [],
  state: "LIVE",
  stateWords: "",
  marks: [],
  notSure: false,
  revision: 0,
  price: 40,
  leaseEnd: 0,
  holdEnd: 0,
  ...more,
});

test("the next open item comes after this one, and the first again after the last", () => {
  const items = [item(1), item(2, { state: "PENDING" }), item(3), item(4)];
  assert.equal(nextOpen(items, 1, 1)?.number, 3);
  assert.equal(nextOpen(items, 4, 1)?.number, 1);
  assert.equal(nextOpen(items, 3, -1)?.number, 1);
  assert.equal(nextOpen(items, 1, -1)?.number, 4);
});

test("nothing is next when all others are answered", () => {
  assert.equal(nextOpen([item(1), item(2, { state: "SENDING" })], 1, 1), undefined);
});

test("the newer revision of a choice holds, and the page's where both are the same", () => {
  const old = { marks: [choiceMark("label", "cat")], notSure: false, revision: 1 };
  const later = { marks: [choiceMark("label", "dog")], notSure: true, revision: 2 };
  assert.equal(newer(old, later), later);
  assert.equal(newer(later, old), later);
  assert.equal(newer(old, { ...later, revision: 1 }), old);
  assert.equal(newer(old, undefined), old);
});

test("an answer on its way counts as waiting, a refused or returned one as nothing", () => {
  const states = ["LIVE", "SENDING", "PENDING", "ACCEPTED", "REJECTED", "RETURNED", "REFUSED", "EXPIRED"];
  const sums = sumsOf(states.map((state, index) => item(index + 1, { state })));
  assert.deepEqual(sums, { done: 4, pendingKrw: 80, earnedKrw: 40 });
});

test("what the server knows is taken over, but not for answers on their way", () => {
  const mine = [item(1, { state: "SENDING", marks: [choiceMark("label", "cat")] }), item(2, { state: "PENDING", marks: [choiceMark("label", "cat")] })];
  takeOver(mine, [item(1), item(2, { state: "ACCEPTED", marks: [choiceMark("label", "cat")] })], new Set(["1"]));
  assert.deepEqual(mine.map((one) => one.state), ["SENDING", "ACCEPTED"]);
  assert.deepEqual(mine[0]?.marks, [choiceMark("label", "cat")]);
});

test("an answer that arrived while the server was asked is not open again", () => {
  const mine = [item(1, { state: "PENDING", marks: [choiceMark("label", "cat")] }), item(2)];
  takeOver(mine, [item(1), item(2)], new Set());
  assert.deepEqual(mine.map((one) => one.state), ["PENDING", "LIVE"]);
  assert.equal(nextOpen(mine, 2, 1), undefined);
});

test("a choice made elsewhere later replaces this one, an earlier one does not", () => {
  const mine = [item(1, { marks: [choiceMark("label", "cat")], revision: 2 }), item(2, { marks: [choiceMark("label", "cat")], revision: 2 })];
  takeOver(mine, [item(1, { marks: [choiceMark("label", "dog")], revision: 3 }), item(2, { marks: [choiceMark("label", "dog")], revision: 1 })], new Set());
  assert.deepEqual(mine.map((one) => one.marks), [[choiceMark("label", "dog")], [choiceMark("label", "cat")]]);
});
