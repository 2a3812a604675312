// The queue of answers on their way, kept in this browser until the server has taken them: it outlives a closed window,
// a lost connection and an ended sign-in. Whose answers they are is part of the key: nobody else's session sends them.
import { createStore, delMany, entries, set } from "idb-keyval";
import type { Mark } from "../islands/contract";
import { choiceMark } from "./marks.ts";

export interface Waiting {
  readonly account: string;
  readonly job: string;
  readonly id: string;
  readonly marks: readonly Mark[];
  readonly notSure: boolean;
  readonly order: number;
}

export interface KeptDraft {
  readonly marks: readonly Mark[];
  readonly notSure: boolean;
  readonly revision: number;
  readonly saved: boolean;
  readonly time: number;
}

/** As it may lie here from the time when an answer was one choice; of a draft without its control. */
interface OldForm {
  readonly control?: string;
  readonly choice?: string;
}

/** Whatever form it was kept in: the marks. `control`: whose choice it was, where that is not said. */
export function marksKept(kept: { readonly marks?: readonly Mark[] } & OldForm, control = ""): readonly Mark[] {
  return kept.marks ?? (kept.choice ? [choiceMark(kept.control ?? control, kept.choice)] : []);
}

export const SENT_AT_ONCE = 50;
const DRAFT_KEPT_MILLISECONDS = 14 * 24 * 3_600_000;
const BACKOFF_FIRST_MILLISECONDS = 1_000;
const BACKOFF_MOST_MILLISECONDS = 60_000;

/** What is sent next: the oldest first, of one job, as many as fit one request. */
export function nextToSend(waiting: readonly Waiting[]): Waiting[] {
  const inOrder = [...waiting].sort((a, b) => a.order - b.order);
  const job = inOrder[0]?.job;
  const other = inOrder.findIndex((one) => one.job !== job);
  return inOrder.slice(0, other === -1 ? SENT_AT_ONCE : Math.min(other, SENT_AT_ONCE));
}

/** How long to wait after so many failures in a row; `chance` (0 to 1) spreads browsers out. */
export function backoffMilliseconds(failures: number, chance: number): number {
  const most = Math.min(BACKOFF_MOST_MILLISECONDS, BACKOFF_FIRST_MILLISECONDS * 2 ** Math.min(failures - 1, 10));
  return Math.round(most * (0.5 + chance / 2));
}

let last = 0;
/** A number that grows with each answer of this window, and with time between windows. */
export function nextOrder(now: number): number {
  last = Math.max(last + 1, now * 1000);
  return last;
}

const answerKey = (account: string, id: string): string => `answer:${account}:${id}`;
const draftKey = (account: string, id: string): string => `draft:${account}:${id}`;

/** The browser's own store; a browser that keeps nothing (a private window) still works while the page is open. */
export class Kept {
  private readonly store = createStore("ilgam-bench", "kept");
  private readonly memory = new Map<string, unknown>();

  async keepAnswer(answer: Waiting): Promise<void> {
    await this.put(answerKey(answer.account, answer.id), answer);
  }

  async answersOf(account: string): Promise<Waiting[]> {
    const found = await this.under<Waiting>(`answer:${account}:`);
    return [...found.values()].map((answer) => ({ ...answer, marks: marksKept(answer) }));
  }

  async forget(account: string, id: string): Promise<void> {
    const keys = [answerKey(account, id), draftKey(account, id)];
    for (const key of keys) this.memory.delete(key);
    await delMany(keys, this.store).catch(() => undefined);
  }

  async keepDraft(account: string, id: string, draft: KeptDraft): Promise<void> {
    await this.put(draftKey(account, id), draft);
  }

  /** Drafts by their items. Those that nobody came back to for two weeks are dropped: the server has its own copy. */
  async draftsOf(account: string): Promise<Map<string, KeptDraft>> {
    const prefix = `draft:${account}:`;
    const found = await this.under<KeptDraft>(prefix);
    const old = [...found].filter(([, draft]) => draft.time < Date.now() - DRAFT_KEPT_MILLISECONDS);
    for (const [key] of old) found.delete(key);
    if (old.length > 0) await delMany(old.map(([key]) => key), this.store).catch(() => undefined);
    return new Map([...found].map(([key, draft]) => [key.slice(prefix.length), draft]));
  }

  private async put(key: string, value: unknown): Promise<void> {
    this.memory.set(key, value);
    await set(key, value, this.store).catch(() => undefined);
  }

  private async under<T>(prefix: string): Promise<Map<string, T>> {
    const found = new Map<string, T>();
    for (const [key, value] of await entries<string, T>(this.store).catch(() => [])) {
      if (key.startsWith(prefix)) found.set(key, value);
    }
    for (const [key, value] of this.memory) if (key.startsWith(prefix)) found.set(key, value as T);
    return found;
  }
}
