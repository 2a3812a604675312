import assert from "node:assert/strict";
import { test } from "node:test";
import { actIn, chordOf, isSingle, KEYS, labelKeyOf, type Pressed, shownChord } from "../src/bench/keymap.ts";
import { actOf } from "../src/bench/keys.ts";

const press = (code: string, more: Partial<Pressed> = {}): Pressed => ({ code, ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, isComposing: false, repeat: false, ...more });

test("a key that somebody gave to an act is that act's, and its own key is free", () => {
  const own = { "not-sure": "KeyX", box: "KeyS" } as const;
  assert.equal(actIn(press("KeyX"), ["not-sure"], own), "not-sure");
  assert.equal(actIn(press("KeyS"), ["not-sure"], own), null);
  assert.equal(actIn(press("KeyS"), ["box", "undo"], own), "box");
  assert.deepEqual(actOf(press("KeyX"), "free", true, own), { do: "not-sure" });
});

test("the eleventh to the twentieth label have the digits with Shift", () => {
  assert.equal(labelKeyOf(press("Digit1", { shiftKey: true })), "Shift+1");
  assert.equal(labelKeyOf(press("Digit0")), "0");
  assert.equal(labelKeyOf(press("Digit0", { ctrlKey: true })), null);
  assert.deepEqual(actOf(press("Digit3", { shiftKey: true }), "free", true), { do: "choose", key: "Shift+3" });
});

test("no key of ours is one that browsers need", () => {
  for (const chord of Object.values(KEYS).flat()) assert.ok(!/^Alt|^Control\+KeyD$|^Control\+Space$/.test(chord), chord);
});

test("keys with Ctrl and keys without a letter are not single keys", () => {
  assert.deepEqual(["KeyB", "Shift+Comma", "Digit1", "Control+KeyZ", "Delete", "Space", "ArrowUp"].map(isSingle), [true, true, true, false, false, false, false]);
});

test("a chord is written as people know it", () => {
  assert.equal(shownChord(chordOf(press("KeyZ", { ctrlKey: true, shiftKey: true }))), "Ctrl+Shift+Z");
  assert.equal(shownChord("BracketLeft"), "[");
});
