// How long the items are still held: in words, with a warning two minutes before the end.
import { isOpen, type Item } from "./model";

const TICK_MILLISECONDS = 5_000;
export const WARNING_MILLISECONDS = 120_000;

export interface LeaseEvents {
  left(milliseconds: number): void;
  /** The warning begins or ends; `canKeep`: the items can be kept longer. */
  warning(on: boolean, canKeep: boolean): void;
}

export class Lease {
  private warned = false;
  private readonly items: readonly Item[];
  private readonly behindMilliseconds: number;
  private readonly on: LeaseEvents;

  /** `behindMilliseconds`: how far this device's clock is behind the server's. */
  constructor(items: readonly Item[], behindMilliseconds: number, on: LeaseEvents) {
    [this.items, this.behindMilliseconds, this.on] = [items, behindMilliseconds, on];
    setInterval(() => this.tick(), TICK_MILLISECONDS);
    this.tick();
  }

  /** A kept draft renewed all items of its claim; those are held up to the same moment at most. */
  renewed(item: Item, leaseEnd: number): void {
    for (const one of this.items) if (isOpen(one) && one.holdEnd === item.holdEnd) one.leaseEnd = leaseEnd;
    this.tick();
  }

  tick(): void {
    const open = this.items.filter(isOpen);
    const first = open.reduce<Item | undefined>((soonest, item) => (soonest && soonest.leaseEnd <= item.leaseEnd ? soonest : item), undefined);
    if (first === undefined) return this.warn(false, false);
    const left = first.leaseEnd - Date.now() - this.behindMilliseconds;
    this.on.left(left);
    this.warn(left <= WARNING_MILLISECONDS, first.leaseEnd < first.holdEnd);
  }

  private warn(on: boolean, canKeep: boolean): void {
    if (on === this.warned) return;
    this.warned = on;
    this.on.warning(on, canKeep);
  }
}
