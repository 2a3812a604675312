// Calls of the bench to its own server, and what their answers mean for what is kept here.
import { heard, over } from "./line.ts";

export type Reply<T> =
  | { readonly is: "ok"; readonly data: T }
  /** The server cannot be reached or cannot do it now: try again later. */
  | { readonly is: "away" }
  /** The sign-in has ended. */
  | { readonly is: "signed-out" }
  /** The page belongs to an earlier sign-in. */
  | { readonly is: "stale" }
  | { readonly is: "refused"; readonly words: string };

const TIMEOUT_MILLISECONDS = 15_000;
const TOO_MANY = 429;
/** Browsers refuse what is larger to outlive its page (64 KiB for all such requests): it goes as long as the page does. */
const OUTLIVING_BYTES_MAX = 60 * 1024;
const AGAIN_REASONS = new Set(["CONFLICT", "OVERLOADED", "DEADLINE_EXCEEDED", "UNAVAILABLE"]);

export interface Sent {
  readonly mark?: string;
  readonly json?: unknown;
  readonly form?: URLSearchParams;
  /** The page is closing: the request goes on without it. */
  readonly keepalive?: boolean;
}

/** Reads an address, or sends to it when there is something to send. */
export async function call<T>(address: string, sent: Sent = {}): Promise<Reply<T>> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (sent.mark !== undefined) headers["x-mark"] = sent.mark;
  if (sent.json !== undefined) headers["content-type"] = "application/json";
  const body = sent.json !== undefined ? JSON.stringify(sent.json) : sent.form;
  try {
    const { answer, data } = await over(TIMEOUT_MILLISECONDS, async (signal) => {
      const answer = await fetch(address, {
        method: body === undefined ? "GET" : "POST",
        headers,
        ...(body === undefined ? {} : { body }),
        keepalive: sent.keepalive === true && bytesOf(body) <= OUTLIVING_BYTES_MAX,
        signal,
      });
      return { answer, data: (await answer.json()) as T & { reason?: string; words?: string } };
    });
    heard(true);
    return answer.ok ? { is: "ok", data } : refusal(answer.status, data.reason ?? "", data.words ?? "");
  } catch {
    heard(false);
    return { is: "away" };
  }
}

const bytesOf = (body: string | URLSearchParams | undefined): number => new TextEncoder().encode(String(body ?? "")).length;

function refusal<T>(status: number, reason: string, words: string): Reply<T> {
  if (reason === "SESSION_ENDED") return { is: "signed-out" };
  if (reason === "FORM_STALE") return { is: "stale" };
  if (status >= 500 || status === TOO_MANY || AGAIN_REASONS.has(reason)) return { is: "away" };
  return { is: "refused", words };
}
