import assert from "node:assert/strict";
import { test } from "node:test";
import { actOf, isSave, type Pressed } from "../src/bench/keys.ts";

const press = (code: string, more: Partial<Pressed> = {}): Pressed => ({
  code,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  shiftKey: false,
  isComposing: false,
  repeat: false,
  ...more,
});

test("a digit chooses, on the row and on the number pad", () => {
  assert.deepEqual(actOf(press("Digit1"), "free", true), { do: "choose", key: "1" });
  assert.deepEqual(actOf(press("Numpad9"), "choice", true), { do: "choose", key: "9" });
  assert.deepEqual(actOf(press("Digit0"), "free", true), { do: "choose", key: "0" });
});

test("letters act by their place on the keyboard, whatever the input mode makes of them", () => {
  assert.deepEqual(actOf(press("KeyS"), "free", true), { do: "not-sure" });
  assert.deepEqual(actOf(press("KeyG"), "presses", true), { do: "report" });
  assert.deepEqual(actOf(press("Slash", { shiftKey: true }), "free", true), { do: "guide" });
  assert.deepEqual(actOf(press("BracketLeft"), "free", true), { do: "earlier" });
});

test("nothing acts while somebody types, composes or is elsewhere on the page", () => {
  assert.equal(actOf(press("Digit1"), "types", true), null);
  assert.equal(actOf(press("KeyS", { isComposing: true }), "free", true), null);
  assert.equal(actOf(press("Enter"), "outside", true), null);
});

test("keys with Ctrl, Alt or Meta belong to the browser, but for Ctrl+Enter", () => {
  assert.equal(actOf(press("KeyS", { ctrlKey: true }), "free", true), null);
  assert.equal(actOf(press("Digit1", { altKey: true }), "free", true), null);
  assert.equal(actOf(press("KeyH", { metaKey: true }), "free", true), null);
  assert.deepEqual(actOf(press("Enter", { ctrlKey: true }), "types", false), { do: "submit" });
});

test("Ctrl+S saves wherever the focus is and while letters are composed, and a single key of one's own only where it acts", () => {
  for (const more of [{ ctrlKey: true }, { metaKey: true }, { ctrlKey: true, isComposing: true }]) assert.equal(isSave(press("KeyS", more), {}), true);
  for (const more of [{}, { ctrlKey: true, shiftKey: true }, { altKey: true }]) assert.equal(isSave(press("KeyS", more), {}), false);
  assert.equal(isSave(press("KeyS", { ctrlKey: true }), { save: "KeyX" }), false);
  assert.equal(isSave(press("KeyX"), { save: "KeyX" }), false);
  assert.deepEqual(actOf(press("KeyX"), "free", true, { save: "KeyX" }), { do: "save" });
  assert.equal(actOf(press("KeyX"), "types", true, { save: "KeyX" }), null);
});

test("single keys that are switched off do nothing", () => {
  for (const code of ["Digit1", "Enter", "KeyS", "KeyG", "BracketRight"]) assert.equal(actOf(press(code), "free", false), null);
});

test("Enter presses a focused button or link, and submits everywhere else", () => {
  assert.equal(actOf(press("Enter"), "presses", true), null);
  assert.deepEqual(actOf(press("Enter"), "choice", true), { do: "submit" });
  assert.deepEqual(actOf(press("NumpadEnter"), "free", true), { do: "submit" });
});

test("a key that is held down acts once", () => {
  assert.equal(actOf(press("Enter", { repeat: true }), "free", true), null);
  assert.equal(actOf(press("Enter", { repeat: true, ctrlKey: true }), "free", true), null);
  assert.equal(actOf(press("KeyS", { repeat: true }), "free", true), null);
});
