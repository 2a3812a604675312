import assert from "node:assert/strict";
import { test } from "node:test";
import { choiceMark } from "../src/bench/marks.ts";
import { backoffMilliseconds, marksKept, nextOrder, nextToSend, SENT_AT_ONCE, type Waiting } from "../src/bench/queue.ts";

const answer = (id: string, order: number, job = "one"): Waiting => ({ account: "a", job, id, marks: [choiceMark("label", "cat")], notSure: false, order });

test("answers leave in the order in which they were handed in", () => {
  const sent = nextToSend([answer("third", 3), answer("first", 1), answer("second", 2)]);
  assert.deepEqual(sent.map((one) => one.id), ["first", "second", "third"]);
});

test("one request holds the answers of one job", () => {
  const sent = nextToSend([answer("a", 1), answer("b", 2, "two"), answer("c", 3)]);
  assert.deepEqual(sent.map((one) => one.id), ["a"]);
});

test("a long time offline leaves in several requests", () => {
  const many = Array.from({ length: SENT_AT_ONCE + 5 }, (_, index) => answer(`${index}`, index));
  assert.equal(nextToSend(many).length, SENT_AT_ONCE);
  assert.deepEqual(nextToSend([]), []);
});

test("the order grows within a millisecond, and does not go back with the clock", () => {
  const first = nextOrder(1_000);
  const second = nextOrder(1_000);
  const third = nextOrder(500);
  assert.ok(first < second && second < third);
});

test("waits double with each failure, are spread, and end at a minute", () => {
  assert.equal(backoffMilliseconds(1, 1), 1_000);
  assert.equal(backoffMilliseconds(1, 0), 500);
  assert.equal(backoffMilliseconds(3, 1), 4_000);
  assert.equal(backoffMilliseconds(50, 1), 60_000);
});

test("what was kept when an answer was one choice is read as its mark", () => {
  assert.deepEqual(marksKept({ control: "label", choice: "cat" }), [choiceMark("label", "cat")]);
  assert.deepEqual(marksKept({ choice: "cat" }, "mood"), [choiceMark("mood", "cat")]);
  assert.deepEqual(marksKept({ choice: "" }), []);
  assert.deepEqual(marksKept({ marks: [choiceMark("label", "dog")], choice: "cat" }), [choiceMark("label", "dog")]);
});
