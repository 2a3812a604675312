// Things that are done as soon as there is time: a few in each frame, so that nobody waits for all of them.

const FRAME_MILLISECONDS = 10;

export class Soon<T> {
  private readonly waiting = new Set<T>();
  private readonly act: (one: T) => void;
  private frame = 0;

  constructor(act: (one: T) => void) {
    this.act = act;
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
    const end = performance.now() + FRAME_MILLISECONDS;
    for (const one of this.waiting) {
      this.waiting.delete(one);
      this.act(one);
      if (performance.now() > end) break;
    }
    if (this.waiting.size > 0) this.frame = requestAnimationFrame(() => this.some());
  }
}
