// Everything between the person's acts and the server: what is kept here, drafts, answers on their way, leases, sign-in.
import { Drafts, type DraftEvents } from "./drafts";
import { Lease, type LeaseEvents } from "./lease";
import { type BenchData, isOpen, type Item, newer, takeOver } from "./model";
import { call } from "./net";
import { Kept, type KeptDraft, marksKept, nextOrder, type Waiting } from "./queue";
import { type Refused, Sender } from "./sender";
import { SignIn } from "./sign-in";
import type { Words } from "./words";

const REFRESH_MILLISECONDS = 5_000;

export interface DeliveryEvents extends LeaseEvents, Pick<DraftEvents, "state"> {
  /** Items, won or what is on its way changed; `read`: the server was read anew. */
  changed(read: boolean): void;
}

export class Delivery {
  /** Answers that the server has not taken yet, and whether it cannot be reached. */
  left = 0;
  away = false;
  private readonly kept = new Kept();
  private readonly drafts: Drafts;
  private readonly lease: Lease;
  private readonly sender: Sender;
  private readonly signIn: SignIn;
  private refreshTimer = 0;
  private readonly data: BenchData;
  private readonly words: Words;
  private readonly on: DeliveryEvents;

  constructor(data: BenchData, words: Words, on: DeliveryEvents) {
    [this.data, this.words, this.on] = [data, words, on];
    this.signIn = new SignIn(words.say("not_sent"), ({ account, mark }) => this.signedIn(account, mark));
    const ended = { signedOut: () => this.signIn.ask(), stale: () => void this.refresh() };
    this.drafts = new Drafts(this.kept, data, {
      ...ended,
      state: (saving) => on.state(saving),
      renewed: (item, leaseEnd) => this.lease.renewed(item, leaseEnd),
    });
    this.lease = new Lease(data.items, data.now - Date.now(), on);
    this.sender = new Sender(this.kept, data, {
      ...ended,
      taken: (answers) => answers.forEach(({ id }) => this.settle(id, "PENDING", words.say("sent"))),
      refused: (answer, why) => this.refused(answer, why),
      left: (count, away) => this.count(count, away),
    });
  }

  /** Takes up what this browser kept, where that is newer than what the server knows. */
  async restore(): Promise<void> {
    const { account } = this.data;
    const [waiting, drafts] = await Promise.all([this.kept.answersOf(account), this.kept.draftsOf(account)]);
    const found = new Map(waiting.map((answer) => [answer.id, answer]));
    for (const item of this.data.items.filter(isOpen)) {
      const answer = found.get(item.id);
      if (answer !== undefined) this.leave(item, answer);
      else this.restoreDraft(item, drafts.get(item.id));
    }
    this.left = waiting.length;
    this.sender.wake();
  }

  /** An answer has changed. */
  change(item: Item): void {
    this.drafts.change(item);
  }

  /** An answer leaves the screen; it is kept here until the server has taken it. */
  handIn(item: Item): void {
    const { account, job } = this.data;
    const { id, marks, notSure } = item;
    const answer = { account, job, id, marks, notSure, order: nextOrder(Date.now()) };
    this.leave(item, answer);
    this.left += 1;
    this.drafts.drop(item);
    void this.sender.add(answer);
  }

  /** Somebody wants it saved now, who may not know that it is. */
  async saveNow(item: Item): Promise<void> {
    const isSaved = await this.drafts.saveNow();
    if (isSaved && (item.marks.length > 0 || item.notSure)) this.on.state("saved");
  }

  /** Keeps the items of a claim longer: a changed draft renews its leases. */
  async keepLonger(item: Item): Promise<void> {
    this.drafts.change(item);
    await this.drafts.save();
  }

  /** Somebody gave an item back. */
  giveBack(id: string): void {
    const item = this.data.items.find((one) => one.id === id);
    if (item !== undefined) this.drafts.drop(item);
    this.settle(id, "RETURNED", this.words.say("returned"));
  }

  /** Reads anew what the server knows: verdicts, won, leases, links of pictures, drafts from elsewhere. */
  async refresh(): Promise<void> {
    clearTimeout(this.refreshTimer);
    this.refreshTimer = 0;
    const reply = await call<BenchData>(`/work/jobs/${this.data.job}/bench`);
    if (reply.is === "signed-out") return this.signIn.ask();
    if (reply.is !== "ok") return;
    // Somebody else is signed in by now: their bench is another one, and the first person's answers stay with them.
    if (reply.data.account !== this.data.account) return location.reload();
    const isNew = reply.data.mark !== this.data.mark;
    [this.data.mark, this.data.today] = [reply.data.mark, reply.data.today];
    const onTheWay = new Set((await this.kept.answersOf(this.data.account)).map((answer) => answer.id));
    takeOver(this.data.items, reply.data.items, onTheWay);
    this.lease.tick();
    this.on.changed(true);
    if (isNew || onTheWay.size > 0) this.sender.wake();
    void this.drafts.save();
  }

  private restoreDraft(item: Item, draft: KeptDraft | undefined): void {
    if (draft === undefined || newer(item, draft) !== draft) return;
    const control = this.data.questions[item.question]?.controls.find(({ kind }) => kind === "choice")?.id;
    Object.assign(item, { marks: marksKept(draft, control), notSure: draft.notSure, revision: draft.revision });
    if (!draft.saved) this.drafts.resume(item);
  }

  private leave(item: Item, { marks, notSure }: Waiting): void {
    Object.assign(item, { state: "SENDING", stateWords: this.words.say("sending"), marks, notSure });
  }

  /** An answer that breaks a rule goes back to the person as it was, with what is wrong with it. */
  private refused({ id, marks }: Waiting, { words, canMend, mark }: Refused): void {
    const item = this.data.items.find((one) => one.id === id);
    if (item === undefined || !canMend) return this.settle(id, "REFUSED", this.words.say("refused"), words);
    Object.assign(item, { state: "LIVE", stateWords: this.words.say("open"), words, wrongAt: marks[mark - 1]?.control ?? "" });
    this.drafts.change(item);
    this.on.changed(false);
  }

  private settle(id: string, state: string, stateWords: string, why?: string): void {
    const item = this.data.items.find((one) => one.id === id);
    if (item !== undefined) Object.assign(item, { state, stateWords }, why === undefined ? {} : { words: why });
    this.on.changed(false);
    if (this.refreshTimer === 0) this.refreshTimer = window.setTimeout(() => void this.refresh(), REFRESH_MILLISECONDS);
  }

  private count(left: number, away: boolean): void {
    const [before, wasAway] = [this.left, this.away];
    [this.left, this.away] = [left, away];
    if (away) this.on.state("on-device");
    if (before !== left || wasAway !== away) this.on.changed(false);
  }

  private signedIn(account: string, mark: string): void {
    if (account !== this.data.account) return location.reload();
    this.data.mark = mark;
    void this.refresh();
    this.sender.wake();
  }
}
