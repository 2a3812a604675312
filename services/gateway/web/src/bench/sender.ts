// Sends the kept answers one request after the other until the server has taken them all.
import { whenBack } from "./line.ts";
import { call } from "./net.ts";
import { backoffMilliseconds, nextToSend, type Kept, type Waiting } from "./queue.ts";

interface Verdict {
  readonly id: string;
  readonly taken: boolean;
  readonly reason: string;
  readonly words: string;
  /** The number of the mark that is refused, from 1; 0: the answer as a whole. */
  readonly mark: number;
}

/** Why an answer was not taken; `canMend`: it breaks a rule, and the item still waits for a better one. */
export interface Refused {
  readonly words: string;
  readonly canMend: boolean;
  readonly mark: number;
}

export interface SenderEvents {
  taken(answers: readonly Waiting[]): void;
  refused(answer: Waiting, why: Refused): void;
  /** How many are left; and whether they wait because the server is away. */
  left(count: number, away: boolean): void;
  signedOut(): void;
  stale(): void;
}

export class Sender {
  private running = false;
  /** The line came back while a request was on its way. */
  private again = false;
  private failures = 0;
  private timer = 0;
  private onlyOne = false;
  private readonly kept: Kept;
  private readonly who: { readonly account: string; mark: string };
  private readonly on: SenderEvents;

  constructor(kept: Kept, who: { readonly account: string; mark: string }, on: SenderEvents) {
    [this.kept, this.who, this.on] = [kept, who, on];
    whenBack(() => this.hurry());
  }

  async add(answer: Waiting): Promise<void> {
    await this.kept.keepAnswer(answer);
    this.wake();
  }

  /** Sends now what is kept. */
  wake(): void {
    clearTimeout(this.timer);
    void this.run();
  }

  /** The line is back: what waits for its time goes at once, and waits begin short again. */
  private hurry(): void {
    this.failures = 0;
    this.again = true;
    this.wake();
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      do {
        clearTimeout(this.timer);
        this.again = false;
        // Two windows of one person do not both send; it would do no harm.
        await navigator.locks.request(`ilgam-bench:${this.who.account}`, () => this.drain());
      } while (this.again);
    } finally {
      this.running = false;
    }
    if (this.failures === 0 && (await this.kept.answersOf(this.who.account)).length > 0) this.later();
  }

  private async drain(): Promise<void> {
    for (;;) {
      const waiting = await this.kept.answersOf(this.who.account);
      this.on.left(waiting.length, this.failures > 0);
      const batch = nextToSend(waiting).slice(0, this.onlyOne ? 1 : undefined);
      const first = batch[0];
      if (first === undefined) return;
      if (await this.send(first.job, batch)) continue;
      this.on.left(waiting.length, true);
      return;
    }
  }

  /** Sends one request; whether to go on. */
  private async send(job: string, batch: readonly Waiting[]): Promise<boolean> {
    const answers = batch.map(({ id, marks, notSure }) => ({ id, marks, notSure }));
    const reply = await call<{ verdicts: readonly Verdict[] }>(`/work/jobs/${job}/answers`, { mark: this.who.mark, json: { answers } });
    if (reply.is === "ok") {
      this.failures = 0;
      this.onlyOne = false;
      await this.settle(batch, reply.data.verdicts);
      return true;
    }
    if (reply.is === "refused") return this.setApart(batch, reply.words);
    this.failures += 1;
    if (reply.is === "signed-out") this.on.signedOut();
    else if (reply.is === "stale") this.on.stale();
    else this.later();
    return false;
  }

  private async settle(batch: readonly Waiting[], verdicts: readonly Verdict[]): Promise<void> {
    const refused = new Map(verdicts.filter(({ taken }) => !taken).map((verdict) => [verdict.id, verdict]));
    for (const answer of batch) await this.kept.forget(answer.account, answer.id);
    const known = new Set(verdicts.map(({ id }) => id));
    this.on.taken(batch.filter(({ id }) => known.has(id) && !refused.has(id)));
    for (const answer of batch) {
      const verdict = refused.get(answer.id);
      if (verdict !== undefined) this.on.refused(answer, { words: verdict.words, canMend: verdict.reason === "ANSWER_INVALID", mark: verdict.mark });
    }
  }

  /** A request that is refused as a whole is sent again one by one, so that one answer does not hold up the others. */
  private async setApart(batch: readonly Waiting[], words: string): Promise<boolean> {
    const [only, ...others] = batch;
    this.onlyOne = true;
    if (only !== undefined && others.length === 0) {
      await this.kept.forget(only.account, only.id);
      this.on.refused(only, { words, canMend: true, mark: 0 });
    }
    return true;
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.wake(), backoffMilliseconds(Math.max(1, this.failures), Math.random()));
  }
}
