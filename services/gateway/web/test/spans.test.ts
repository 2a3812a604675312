import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { ControlView, Mark } from "../src/islands/contract.ts";
import { lanesOf, type Span, spansIn } from "../src/islands/spans/marks.ts";
import { ShownText } from "../src/islands/spans/text.ts";
import { Work } from "../src/islands/spans/work.ts";

interface Place { readonly text: string; readonly start: number; readonly end: number; readonly quote: string; readonly units: readonly [number, number] }

const PLACES = JSON.parse(readFileSync(new URL("./span-places.json", import.meta.url), "utf8")) as Place[];
const PIECES = ["가", "나라", " ", "\n", "😀", "👨‍👩‍👧‍👦", "𠮷", "한", "e\u0301", "שלום", "\u200f", "🇰🇷", "A1", ".", "1️⃣"];

/** The same numbers at each run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) yield (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
}

const control = (more: Partial<ControlView> = {}): ControlView => ({
  id: "ner", kind: "span", on: "t", words: "", labels: ["PER", "LOC"].map((value) => ({ value, label: value, key: "", color: "", pattern: "solid" })),
  required: false, least: 0, most: 3, exclusiveWith: [], multiple: false, tools: [], minPx: 0, low: null, high: null, step: null, lengthMax: 0, transcript: false, overlap: false, tie: false, ...more,
});
const joins = control({ id: "rel", kind: "relation", on: "ner", most: 9 });

function workOn(text: string, more: Partial<ControlView> = {}, marks: readonly Mark[] = []): Work {
  let made = 0;
  return new Work(new ShownText(text), [control(more), joins], marks, () => `m${(made += 1)}`);
}

test("places in code points and in the browser's units are those that Python slices by", () => {
  for (const { text, start, end, quote, units } of PLACES) {
    const shown = new ShownText(text);
    assert.deepEqual([shown.unitOf(start), shown.unitOf(end)], units, text);
    assert.deepEqual(units.map((unit) => shown.pointOf(unit)), [start, end], text);
    assert.equal(shown.quote({ start: units[0], end: units[1] }), quote);
  }
});

test("every code point of any text goes to its place and back, and a place inside a pair is the one before it", () => {
  const random = numbers(7);
  for (let round = 0; round < 300; round += 1) {
    const text = Array.from({ length: Math.floor(random.next().value * 30) }, () => PIECES[Math.floor(random.next().value * PIECES.length)]).join("");
    const shown = new ShownText(text);
    let unit = 0;
    Array.from(text).forEach((letter, point) => {
      assert.equal(shown.unitOf(point), unit);
      assert.equal(shown.pointOf(unit), point);
      if (letter.length === 2) assert.equal(shown.pointOf(unit + 1), point);
      unit += letter.length;
    });
    assert.equal(shown.unitOf(Array.from(text).length), text.length);
  }
});

test("what is picked is cut where a reader cuts, never inside a letter or a family", () => {
  const random = numbers(11);
  const segmenter = new Intl.Segmenter("ko", { granularity: "grapheme" });
  for (let round = 0; round < 300; round += 1) {
    const text = Array.from({ length: 12 }, () => PIECES[Math.floor(random.next().value * PIECES.length)]).join("");
    const shown = new ShownText(text);
    const edges = new Set([...Array.from(segmenter.segment(text), (one) => one.index), text.length]);
    const [first, second] = [random.next().value, random.next().value].map((at) => Math.floor(at * (text.length + 1))).sort((a, b) => a - b) as [number, number];
    for (const words of [false, true]) {
      const found = shown.snapped({ start: first, end: second }, words);
      if (found === null) continue;
      assert.ok(edges.has(found.start) && edges.has(found.end), `${text} ${first} ${second}`);
      assert.ok(found.start < found.end && shown.quote(found).trim() !== "");
    }
  }
});

test("a word is picked with its particle, without the blanks and the full stop around it", () => {
  const shown = new ShownText("  부산 해운대구에서 열렸다. ");
  const picked = (start: number, end: number, words = true): string => shown.quote(shown.snapped({ start, end }, words) ?? { start: 0, end: 0 });
  assert.equal(picked(6, 7), "해운대구에서");
  assert.equal(picked(3, 8), "부산 해운대구에서");
  assert.equal(picked(4, 7, false), "해운");
  assert.equal(shown.snapped({ start: 0, end: 2 }, true), null);
  assert.equal(shown.quote(shown.wordAt(15) ?? { start: 0, end: 0 }), ".");
});

test("words are walked over: forward to the beginning of the next, and with Shift to the end of the next", () => {
  const shown = new ShownText("가나, 다라 마");
  assert.equal(shown.nextWordStart(0), 4);
  assert.equal(shown.nextWord(0, 1), 2);
  assert.equal(shown.nextWord(2, 1), 6);
  assert.equal(shown.nextWord(6, -1), 4);
  assert.equal(shown.nextWordStart(7), shown.length);
});

test("a span holds its places in code points and its words", () => {
  const work = workOn("😀부산 해운대");
  assert.equal(work.add(control(), "LOC", { start: 2, end: 4 }), null);
  assert.deepEqual(work.marks, [{ id: "m1", control: "ner", type: "span", label: "LOC", value: { start: 1, end: 3, quote: "부산" } }]);
});

test("spans over each other are refused where the question does not allow them, and a second one alike everywhere", () => {
  const work = workOn("가나다라마");
  work.add(control(), "PER", { start: 0, end: 2 });
  assert.equal(work.add(control(), "LOC", { start: 1, end: 3 }), "overlap");
  assert.equal(work.add(control(), "LOC", { start: 2, end: 3 }), null);
  const free = workOn("가나다라마", { overlap: true });
  free.add(control({ overlap: true }), "PER", { start: 0, end: 2 });
  assert.equal(free.add(control({ overlap: true }), "LOC", { start: 1, end: 3 }), null);
  assert.equal(free.add(control({ overlap: true }), "LOC", { start: 1, end: 3 }), "same");
});

test("no more spans than the question wants", () => {
  const work = workOn("가나다라마");
  for (const start of [0, 1, 2]) assert.equal(work.add(control(), "PER", { start, end: start + 1 }), null);
  assert.equal(work.add(control(), "PER", { start: 3, end: 4 }), "most");
  assert.equal(work.relabel(control(), "LOC"), null);
});

test("an end moves by what a reader sees as one character, never past the other end or onto another mark", () => {
  const work = workOn("가👨‍👩‍👧‍👦나다");
  work.add(control(), "PER", { start: 0, end: 13 });
  assert.equal(work.moveEdge("end", -1), null);
  assert.equal(work.marks[0]?.value["quote"], "가👨‍👩‍👧‍👦");
  work.moveEdge("end", -1);
  assert.equal(work.marks[0]?.value["quote"], "가");
  assert.equal(work.moveEdge("end", -1), null);
  assert.equal(work.marks[0]?.value["quote"], "가");
  work.add(control(), "LOC", { start: 1, end: 12 });
  assert.equal(work.moveEdge("start", -1), "overlap");
});

test("undo and redo bring back every answer that was there", () => {
  const work = workOn("가나다라마바사");
  const answers = [JSON.stringify(work.marks)];
  const acts = [() => work.add(control(), "PER", { start: 0, end: 2 }), () => work.moveEdge("end", 1), () => work.add(control(), "LOC", { start: 4, end: 5 }), () => work.join(joins, "in", "m1", "m2"), () => work.turn(), () => work.remove("m1")];
  for (const act of acts) {
    act();
    answers.push(JSON.stringify(work.marks));
  }
  assert.equal(new Set(answers).size, answers.length);
  for (const answer of answers.slice(0, -1).reverse()) assert.ok(work.undo() && JSON.stringify(work.marks) === answer);
  assert.equal(work.undo(), false);
  for (const answer of answers.slice(1)) assert.ok(work.redo() && JSON.stringify(work.marks) === answer);
  assert.equal(work.redo(), false);
});

test("a relation goes with its span, joins two of the right marks, and each way once", () => {
  const work = workOn("가나다라마");
  work.add(control(), "PER", { start: 0, end: 1 });
  work.add(control(), "LOC", { start: 2, end: 3 });
  assert.equal(work.join(joins, "in", "m1", "m1"), "same");
  assert.equal(work.join(joins, "in", "m1", "m2"), null);
  assert.equal(work.join(joins, "in", "m1", "m2"), "again");
  assert.equal(work.join(joins, "in", "m2", "m1"), null);
  work.remove("m2");
  assert.deepEqual(work.marks.map((mark) => mark.id), ["m1"]);
  assert.equal(work.join({ ...joins, on: "other" }, "in", "m1", "m1"), "same");
});

test("marks that this text does not hold stay in the answer, in their place, until somebody takes them away", () => {
  const strange: Mark = { id: "x", control: "ner", type: "span", label: "PER", value: { start: 1, end: 3, quote: "없음" } };
  const unknown: Mark = { id: "y", control: "other", type: "new", value: { some: 1 } };
  const work = workOn("가나다라마", {}, [strange, unknown]);
  work.add(control(), "LOC", { start: 0, end: 1 });
  assert.deepEqual(work.marks.slice(0, 2), [strange, unknown]);
  assert.deepEqual(work.lost.map((one) => one.id), ["x", "y"]);
  work.remove("x");
  assert.deepEqual(work.marks.map((mark) => mark.id), ["y", "m1"]);
});

test("spans that lie over each other get lines of their own", () => {
  const span = (id: string, start: number, end: number): Span => ({ id, control: "ner", label: "PER", start, end });
  assert.deepEqual([...lanesOf([span("a", 0, 5), span("b", 1, 3), span("c", 2, 4), span("d", 3, 6)]).entries()], [["a", 0], ["b", 1], ["c", 2], ["d", 1]]);
  assert.deepEqual(spansIn(new ShownText("가나"), [{ id: "a", control: "ner", type: "span", value: { start: 0, end: 9, quote: "가나" } }]), []);
});
