// What an island had before and after each change: undo and redo of everything a person does.

const STEPS_MAX = 300;

export class History<T> {
  private past: T[] = [];
  private future: T[] = [];
  private current: T;

  constructor(first: T) {
    this.current = first;
  }

  get now(): T {
    return this.current;
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  /** A change: what was undone before it cannot be redone any more. */
  put(next: T): void {
    this.past = [...this.past.slice(1 - STEPS_MAX), this.current];
    this.future = [];
    this.current = next;
  }

  /** Goes back by one change that is not meant after all: it cannot be redone. */
  drop(): void {
    this.current = this.past.pop() ?? this.current;
  }

  /** Goes back by one change; whether there was one. */
  undo(): boolean {
    return this.step(this.past, this.future);
  }

  redo(): boolean {
    return this.step(this.future, this.past);
  }

  private step(from: T[], to: T[]): boolean {
    const found = from.pop();
    if (found === undefined) return false;
    to.push(this.current);
    this.current = found;
    return true;
  }
}
