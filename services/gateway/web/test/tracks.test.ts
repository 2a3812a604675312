import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { at, type Box, isKey, type Keyframe, keyframesOf, keyFrom, withKey, withoutKey } from "../src/islands/tracks/interpolation.ts";
import { frameOf, Player, timeOf } from "../src/islands/tracks/player.ts";

interface Case {
  readonly keyframes: readonly Keyframe[];
  readonly boxes: Readonly<Record<string, Box | null>>;
}

// The same file is read by tests/unit/labelling/test_track_frames.py: both sides give the same numbers.
const CASES = JSON.parse(readFileSync(new URL("../../../../tests/unit/labelling/track_frames.json", import.meta.url), "utf8")) as Case[];

test("between keyframes a box moves in a straight line, and a thing that is gone has none", () => {
  for (const { keyframes, boxes } of CASES) {
    for (const [frame, expected] of Object.entries(boxes)) {
      const now = at(keyframes, Number(frame));
      assert.equal(now?.visible, expected !== null);
      if (expected !== null) expected.forEach((side, place) => assert.ok(Math.abs(side - (now?.box[place] ?? NaN)) < 1e-9, `${frame}: ${now?.box}`));
    }
  }
});

test("there is nothing before the first keyframe, and the last holds to the end", () => {
  const [{ keyframes }] = CASES as [Case];
  assert.equal(at(keyframes.map((one) => ({ ...one, frame: one.frame + 5 })), 4), null);
  assert.deepEqual(at(keyframes, 9_999)?.box, keyframes.at(-1)?.box);
  assert.equal(at([], 0), null);
});

test("a keyframe is put where it belongs and in place of one that was there, and the only one stays", () => {
  const key = (frame: number, x = 0): Keyframe => ({ frame, box: [x, 0, 9, 9], visible: true, occluded: false });
  const keys = withKey(withKey(withKey([key(5)], key(1)), key(9)), key(5, 3));
  assert.deepEqual(keys.map((one) => [one.frame, one.box[0]]), [[1, 0], [5, 3], [9, 0]]);
  assert.deepEqual([keyFrom(keys, 5, 1), keyFrom(keys, 5, -1), keyFrom(keys, 9, 1), keyFrom(keys, 7, -1)], [9, 1, null, 5]);
  assert.equal(isKey(keys, 5), true);
  assert.equal(withoutKey(keys, 5)?.length, 2);
  assert.equal(withoutKey([key(5)], 5), null);
});

test("what has not the form of a track is not shown as one", () => {
  const mark = (keyframes: unknown) => ({ type: "track", value: { keyframes } });
  const key = { frame: 1, box: [0, 0, 1, 1], visible: true, occluded: false };
  assert.equal(keyframesOf(mark([key, { ...key, frame: 4 }]))?.length, 2);
  for (const wrong of [[], "x", [{ ...key, box: [1, 2, 3] }], [key, key], [{ ...key, frame: 0.5 }], [null]]) assert.equal(keyframesOf(mark(wrong)), null);
});

test("the time that is sought for a frame lies in that frame, at any rate", () => {
  for (const [numerator, denominator] of [[25, 1], [30_000, 1_001], [24_000, 1_001], [60, 1], [15, 2]] as const) {
    for (let frame = 0; frame < 40_000; frame += 37) {
      const time = timeOf(frame, [numerator, denominator]);
      assert.equal(Math.floor((time * numerator) / denominator), frame);
      assert.equal(frameOf((frame * denominator) / numerator, [numerator, denominator]), frame);
    }
  }
});

/** A film in name: it loads at once, and shows the frames that are sought unless another film came. */
class Film extends EventTarget {
  readonly duration = 60;
  #address = "";
  #time = 0;

  get src(): string {
    return this.#address;
  }

  set src(address: string) {
    const isAnother = this.#address !== "";
    this.#address = address;
    if (isAnother) queueMicrotask(() => this.dispatchEvent(new Event("emptied")));
    setTimeout(() => this.dispatchEvent(new Event(address === "broken" ? "error" : "loadeddata")));
  }

  get currentTime(): number {
    return this.#time;
  }

  set currentTime(time: number) {
    const address = this.#address;
    this.#time = time;
    setTimeout(() => this.#address === address && this.dispatchEvent(new Event("seeked")));
  }

  pause(): void {}
}

test("a film that comes while a frame of the one before is still sought stands on its own first frame", async () => {
  const film = new Film();
  Object.assign(globalThis, { document: { createElement: () => film } });
  const player = new Player();
  let broken = 0;
  player.onBroken = () => (broken += 1);
  await player.open("first", [25, 1], 100);
  const sought = player.go(40);
  await player.open("second", [10, 1], 50);
  await sought;
  assert.deepEqual([player.frame, player.count, film.currentTime], [0, 50, timeOf(0, [10, 1])]);
  await player.open("broken", [10, 1], 50);
  assert.equal(broken, 1);
  await player.open("third", [10, 1], 50, 7);
  assert.deepEqual([player.frame, broken], [7, 1]);
});
