// What the bench knows: the batch's items, what is asked, and what follows from what the person does. No page in here.
import type { ControlView, Mark, Part } from "../islands/contract";
import type { Drawn } from "./drawn";

export type { ControlView, Mark, Part } from "../islands/contract";

export interface Item {
  readonly id: string;
  readonly number: number;
  readonly question: number;
  parts: readonly Part[];
  state: string;
  stateWords: string;
  marks: readonly Mark[];
  notSure: boolean;
  revision: number;
  readonly price: number;
  leaseEnd: number;
  readonly holdEnd: number;
  /** Why its answer was not taken, and at which control. */
  words?: string;
  wrongAt?: string;
}

export interface Question {
  readonly controls: readonly ControlView[];
  readonly objects: readonly { readonly id: string; readonly kind: string }[];
  readonly words: string;
  readonly notSure: boolean;
  readonly guide: string;
}

export type Texts = Readonly<Record<string, string | Record<string, string>>>;

export interface BenchData {
  readonly account: string;
  mark: string;
  readonly job: string;
  readonly language: string;
  readonly now: number;
  today: number | null;
  readonly texts: Texts;
  readonly questions: readonly Question[];
  readonly items: readonly Item[];
  readonly at?: number;
  /** Of the guide to the question that the page shows. */
  readonly examples?: readonly Drawn[];
}

export interface Said {
  readonly marks: readonly Mark[];
  readonly notSure: boolean;
  readonly revision: number;
}

const NOT_ANSWERED = new Set(["LIVE", "RETURNED", "EXPIRED", "ENDED", "REFUSED"]);

/** Whether an item waits for an answer. */
export const isOpen = (item: Item): boolean => item.state === "LIVE";

/** The open item after one (or before it), going round when there is none further on; undefined: no other is open. */
export function nextOpen(items: readonly Item[], number: number, step: 1 | -1): Item | undefined {
  const others = items.filter((item) => isOpen(item) && item.number !== number);
  const ahead = others.filter((item) => (item.number - number) * step > 0);
  const from = ahead.length > 0 ? ahead : others;
  return step === 1 ? from[0] : from.at(-1);
}

/** Which of two versions of an answer holds: the newer revision; the first where both are the same. */
export function newer(first: Said, second: Said | undefined): Said {
  return second !== undefined && second.revision > first.revision ? second : first;
}

/** How many of the batch are answered, and the won that waits and that is earned. */
export function sumsOf(items: readonly Item[]): { done: number; pendingKrw: number; earnedKrw: number } {
  const answered = items.filter((item) => !NOT_ANSWERED.has(item.state));
  const won = (found: readonly Item[]): number => found.reduce((sum, item) => sum + item.price, 0);
  return {
    done: answered.length,
    pendingKrw: won(answered.filter((item) => item.state === "PENDING" || item.state === "SENDING")),
    earnedKrw: won(answered.filter((item) => item.state === "ACCEPTED")),
  };
}

/** What the server has taken is never open again: who says so knew it before. */
const TAKEN: ReadonlySet<string> = new Set(["PENDING", "ACCEPTED", "REJECTED", "RETURNED"]);

/** Takes over what the server knew when it was asked; what is on its way there, or arrived since, stays as it is. */
export function takeOver(items: readonly Item[], fresh: readonly Item[], onTheWay: ReadonlySet<string>): void {
  const found = new Map(fresh.map((item) => [item.id, item]));
  for (const item of items) {
    const now = found.get(item.id);
    if (now === undefined) continue;
    item.parts = now.parts;
    item.leaseEnd = now.leaseEnd;
    if (onTheWay.has(item.id) || item.state === "REFUSED" || (isOpen(now) && TAKEN.has(item.state))) continue;
    item.state = now.state;
    item.stateWords = now.stateWords;
    if (!isOpen(now) || newer(item, now) === now) [item.marks, item.notSure, item.revision] = [now.marks, now.notSure, now.revision];
  }
}
