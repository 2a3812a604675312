// Things that are done as soon as there is time: a few in each frame, so that nobody waits for all of them.

export class Soon<T> {
  private readonly waiting = new Set<T>();
  private readonly act: (one: T) => void;
  private readonly milliseconds: number;
  private frame = 0;

  /** As many in each frame as are begun within that time: one at least. */
  constructor(act: (one: T) => void, milliseconds: number) {
    [this.act, this.milliseconds] = [act, milliseconds];
  }

  add(one: T): void {
    this.waiting.add(one);
    this.frame ||= requestAnimationFrame(() => this.some());
  }

  drop(one: T): void {
    this.waiting.delete(one);
  }

  end(): void {
    this.waiting.clear();
  }

  private some(): void {
    this.frame = 0;
    const end = performance.now() + this.milliseconds;
    for (const one of this.waiting) {
      this.waiting.delete(one);
      this.act(one);
      if (performance.now() >= end) break;
    }
    if (this.waiting.size > 0) this.frame = requestAnimationFrame(() => this.some());
  }
}
