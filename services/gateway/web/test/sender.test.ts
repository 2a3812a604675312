import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { choiceMark } from "../src/bench/marks.ts";
import { call } from "../src/bench/net.ts";
import type { Kept, Waiting } from "../src/bench/queue.ts";
import { Sender } from "../src/bench/sender.ts";

/** What becomes of a request to `/answers`; others are answered. */
type Line = "cut" | "hangs" | "busy" | "open";

const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
const browser = new EventTarget();
let line: Line = "open";
let sent = 0;
let taken: string[] = [];

const answered = (status: number, data: unknown): Response => new Response(JSON.stringify(data), { status });

function answersSent(request: RequestInit): Promise<Response> {
  sent += 1;
  if (line === "cut") return Promise.reject(new TypeError("Failed to fetch"));
  if (line === "busy") return Promise.resolve(answered(503, { reason: "UNAVAILABLE" }));
  if (line === "hangs") return new Promise((_, fail) => request.signal?.addEventListener("abort", () => fail(new TypeError("aborted"))));
  const { answers } = JSON.parse(String(request.body)) as { answers: { id: string }[] };
  return Promise.resolve(answered(200, { verdicts: answers.map(({ id }) => ({ id, taken: true, reason: "", words: "", mark: 0 })) }));
}

function stub(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

mock.timers.enable({ apis: ["setTimeout"] });
stub("document", page);
stub("window", Object.assign(browser, { setTimeout: (act: () => void, rest: number) => setTimeout(act, rest) }));
stub("navigator", { locks: { request: (_: string, act: () => Promise<void>) => act() } });
stub("fetch", (address: string, request: RequestInit) => (address.endsWith("/answers") ? answersSent(request) : Promise.resolve(answered(200, {}))));

/** Lets everything happen that waits for no clock. */
const settled = (): Promise<void> => new Promise((done) => setImmediate(() => setImmediate(done)));

function senderWith(id: string): Sender {
  const kept = new Map<string, Waiting>([[id, { account: "a", job: "one", id, marks: [choiceMark("label", "cat")], notSure: false, order: 1 }]]);
  const store = { answersOf: () => Promise.resolve([...kept.values()]), forget: (_: string, one: string) => Promise.resolve(void kept.delete(one)) };
  const nothing = (): void => undefined;
  return new Sender(store as unknown as Kept, { account: "a", mark: "m" }, {
    taken: (answers) => void taken.push(...answers.map((one) => one.id)),
    refused: nothing, left: nothing, signedOut: nothing, stale: nothing,
  });
}

/** Fails so often that the next try would be most of a minute away. */
async function failingLong(sender: Sender): Promise<void> {
  sender.wake();
  for (let tries = 0; tries < 12; tries += 1) {
    await settled();
    mock.timers.tick(60_000);
  }
  await settled();
}

beforeEach(() => {
  [sent, taken, line] = [0, [], "cut"];
  page.visibilityState = "visible";
});

test("a waiting answer goes at once when the browser is online again, however long it was away", async () => {
  await failingLong(senderWith("long"));
  assert.ok(sent > 10);
  line = "open";
  await settled();
  assert.deepEqual(taken, []);
  browser.dispatchEvent(new Event("online"));
  await settled();
  assert.deepEqual(taken, ["long"]);
});

test("a request that began before the line was back is not waited for", async () => {
  line = "hangs";
  senderWith("hung").wake();
  await settled();
  line = "open";
  browser.dispatchEvent(new Event("online"));
  await settled();
  assert.deepEqual([taken, sent], [["hung"], 2]);
});

test("waits begin short again when the line is back, even where the first try fails", async () => {
  await failingLong(senderWith("soon"));
  browser.dispatchEvent(new Event("online"));
  await settled();
  line = "open";
  mock.timers.tick(1_000);
  await settled();
  assert.deepEqual(taken, ["soon"]);
});

test("a waiting answer goes at once when another call came through", async () => {
  await failingLong(senderWith("other"));
  line = "open";
  await call("/work/jobs/one/bench");
  await settled();
  assert.deepEqual(taken, ["other"]);
});

test("a waiting answer goes at once when the page is seen again, and not when it goes out of sight", async () => {
  await failingLong(senderWith("seen"));
  line = "open";
  page.visibilityState = "hidden";
  page.dispatchEvent(new Event("visibilitychange"));
  await settled();
  assert.deepEqual(taken, []);
  page.visibilityState = "visible";
  page.dispatchEvent(new Event("visibilitychange"));
  await settled();
  assert.deepEqual(taken, ["seen"]);
});

test("a server that is busy is given time, though other calls come through", async () => {
  line = "busy";
  senderWith("busy").wake();
  await settled();
  const before = sent;
  for (let times = 0; times < 5; times += 1) await call("/work/jobs/one/bench");
  await settled();
  assert.equal(sent, before);
  line = "open";
  mock.timers.tick(1_000);
  await settled();
  assert.deepEqual(taken, ["busy"]);
});
