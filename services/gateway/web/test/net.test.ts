import assert from "node:assert/strict";
import { test } from "node:test";
import { call } from "../src/bench/net.ts";

const sent: RequestInit[] = [];
Object.assign(globalThis, {
  fetch: (_: string, request: RequestInit): Promise<Response> => {
    sent.push(request);
    return Promise.resolve(new Response("{}"));
  },
});

test("what is sent while the page closes outlives it, unless browsers would refuse all of it for its size", async () => {
  for (const letters of [100, 19_000, 21_000, 70_000]) await call("/drafts", { json: "가".repeat(letters), keepalive: true });
  await call("/drafts", { json: "short" });
  assert.deepEqual(sent.map((one) => one.keepalive), [true, true, false, false, false]);
  assert.equal(sent.every((one) => one.method === "POST"), true);
});
