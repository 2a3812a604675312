// Keeps what is not handed in yet: in this browser at once, at the server after a short rest.
import { whenBack } from "./line.ts";
import type { Item } from "./model";
import { call } from "./net";
import { backoffMilliseconds, type Kept } from "./queue";

export type Saving = "saving" | "saved" | "on-device";

interface Verdict {
  readonly id: string;
  readonly saved: boolean;
  readonly reason: string;
  readonly leaseEnd: number;
}

export interface DraftEvents {
  state(saving: Saving): void;
  renewed(item: Item, leaseEnd: number): void;
  /** Somebody chose later elsewhere, or the item has ended. */
  stale(): void;
  signedOut(): void;
}

const REST_MILLISECONDS = 800;
const SENT_AT_ONCE = 100;

export class Drafts {
  private readonly changed = new Map<string, Item>();
  private timer = 0;
  private failures = 0;
  /** What was sent last is on this device alone. */
  private isHere = false;
  private readonly kept: Kept;
  private readonly who: { readonly account: string; readonly job: string; mark: string };
  private readonly on: DraftEvents;

  constructor(kept: Kept, who: { readonly account: string; readonly job: string; mark: string }, on: DraftEvents) {
    [this.kept, this.who, this.on] = [kept, who, on];
    const leave = (): void => {
      if (document.visibilityState === "hidden") void this.save(true);
    };
    document.addEventListener("visibilitychange", leave);
    window.addEventListener("pagehide", () => void this.save(true));
    whenBack(() => {
      this.failures = 0;
      void this.save();
    });
  }

  /** A choice has changed: it is kept here at once, and sent when the person rests. */
  change(item: Item): void {
    item.revision += 1;
    this.resume(item);
    void this.keep(item, false);
  }

  /** A choice that was kept here and had not reached the server. */
  resume(item: Item): void {
    this.changed.set(item.id, item);
    this.on.state("saving");
    this.later(REST_MILLISECONDS);
  }

  /** An answered item needs no draft any more. */
  drop(item: Item): void {
    this.changed.delete(item.id);
  }

  /** Sends at once what has changed; whether the server has everything now. */
  async saveNow(): Promise<boolean> {
    await this.save();
    return this.changed.size === 0 && !this.isHere;
  }

  /** Sends what has changed; `closing` lets the request outlive the page. */
  async save(closing = false): Promise<void> {
    clearTimeout(this.timer);
    const sent = [...this.changed.values()].slice(0, SENT_AT_ONCE);
    if (sent.length === 0) return;
    const drafts = sent.map((item) => ({ id: item.id, marks: item.marks, notSure: item.notSure, revision: item.revision }));
    const address = `/work/jobs/${this.who.job}/drafts`;
    const reply = await call<{ verdicts: readonly Verdict[] }>(address, { mark: this.who.mark, json: { drafts }, keepalive: closing });
    this.isHere = reply.is !== "ok";
    if (reply.is === "ok") {
      this.failures = 0;
      await this.settle(sent, new Map(drafts.map((one) => [one.id, one.revision])), reply.data.verdicts);
      return;
    }
    this.failures += 1;
    this.on.state("on-device");
    if (reply.is === "signed-out") this.on.signedOut();
    else if (reply.is === "stale") this.on.stale();
    else if (reply.is === "away") this.later(backoffMilliseconds(this.failures, Math.random()));
    else for (const item of sent) this.changed.delete(item.id);
  }

  private async settle(sent: readonly Item[], revisions: ReadonlyMap<string, number>, verdicts: readonly Verdict[]): Promise<void> {
    const found = new Map(verdicts.map((verdict) => [verdict.id, verdict]));
    let stale = false;
    for (const item of sent) {
      const verdict = found.get(item.id);
      // Handed in meanwhile: what became of its draft matters no more.
      if (!this.changed.has(item.id)) continue;
      if (item.revision === revisions.get(item.id)) this.changed.delete(item.id);
      if (!this.changed.has(item.id)) await this.keep(item, verdict?.saved === true);
      if (verdict?.saved) this.on.renewed(item, verdict.leaseEnd);
      else stale = true;
    }
    if (stale) this.on.stale();
    if (this.changed.size > 0) this.later(REST_MILLISECONDS);
    else if (!stale) this.on.state("saved");
  }

  private async keep(item: Item, saved: boolean): Promise<void> {
    const { marks, notSure, revision } = item;
    await this.kept.keepDraft(this.who.account, item.id, { marks, notSure, revision, saved, time: Date.now() });
  }

  private later(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), milliseconds);
  }
}
