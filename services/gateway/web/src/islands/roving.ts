// Rows of marks, of which Tab reaches one and the arrow keys the others. A change draws anew only the rows that it touches.

export interface Row {
  readonly id: string;
  /** What the row shows: drawn anew where this differs. */
  readonly as: string;
  /** Gives the row; its first button chooses the mark. */
  draw(): HTMLElement;
}

interface Drawn {
  readonly as: string;
  readonly element: HTMLElement;
}

export class Roving {
  readonly element: HTMLElement;
  private readonly drawn = new Map<string, Drawn>();

  constructor(element: HTMLElement) {
    this.element = element;
    element.addEventListener("keydown", (event) => this.walk(event));
    element.addEventListener("focusin", (event) => {
      const row = (event.target as Element).closest("li");
      if (row !== null) this.makeReachable(row as HTMLElement);
    });
  }

  /** Shows these rows, in this order, with the focus where it was, or beside where it was. */
  show(rows: readonly Row[]): void {
    const focused = document.activeElement?.closest<HTMLElement>("li");
    const hadFocus = focused !== null && focused !== undefined && this.element.contains(focused);
    const [id, act] = [focused?.dataset["row"], (document.activeElement as HTMLElement | null)?.dataset["do"]];
    const at = hadFocus ? [...this.element.children].indexOf(focused) : -1;
    const wanted = new Set(rows.map((row) => row.id));
    for (const [known, { element }] of this.drawn) {
      if (wanted.has(known)) continue;
      element.remove();
      this.drawn.delete(known);
    }
    rows.forEach((row, index) => {
      const element = this.rowOf(row);
      const there = this.element.children[index];
      if (there !== element) this.element.insertBefore(element, there ?? null);
    });
    if (this.element.querySelector("[data-row] > button[tabindex='0']") === null) this.makeReachable(this.element.firstElementChild as HTMLElement | null);
    if (hadFocus && !this.element.contains(document.activeElement)) this.focus(id, act, at);
  }

  /** Takes the focus to a mark's row. */
  goTo(id: string): void {
    this.drawn.get(id)?.element.querySelector<HTMLElement>("button")?.focus();
  }

  /** Makes a mark's row be in view, without scrolling the page itself. */
  reveal(id: string): void {
    const row = this.drawn.get(id)?.element;
    if (row === undefined) return;
    const [box, own] = [this.element.getBoundingClientRect(), row.getBoundingClientRect()];
    if (own.top < box.top) this.element.scrollTop -= box.top - own.top;
    else if (own.bottom > box.bottom) this.element.scrollTop += own.bottom - box.bottom;
  }

  private rowOf(row: Row): HTMLElement {
    const known = this.drawn.get(row.id);
    if (known?.as === row.as) return known.element;
    const element = row.draw();
    element.dataset["row"] = row.id;
    const main = element.querySelector("button");
    if (main !== null) main.tabIndex = known?.element.querySelector("button")?.tabIndex ?? -1;
    if (known !== undefined) keepButtons(known.element, element);
    known?.element.replaceWith(element);
    this.drawn.set(row.id, { as: row.as, element });
    return element;
  }

  private focus(id: string | undefined, act: string | undefined, at: number): void {
    const row = this.drawn.get(id ?? "")?.element ?? this.element.children[Math.min(at, this.element.children.length - 1)];
    const same = act && row?.querySelector<HTMLElement>(`[data-do="${CSS.escape(act)}"]`);
    (same || row?.querySelector<HTMLElement>("button"))?.focus();
  }

  private makeReachable(row: HTMLElement | null): void {
    for (const one of this.element.querySelectorAll<HTMLElement>("[data-row] > button[tabindex='0']")) one.tabIndex = -1;
    const main = row?.querySelector("button");
    if (main) main.tabIndex = 0;
  }

  private walk(event: KeyboardEvent): void {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.code];
    const row = (event.target as Element).closest("li");
    if (by === undefined || row === null || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    (by === 1 ? row.nextElementSibling : row.previousElementSibling)?.querySelector<HTMLElement>("button")?.focus();
  }
}

/** Buttons that stay the same are the same elements: pressed again at once, they are meant again (lib/second-tap.ts). */
function keepButtons(before: HTMLElement, after: HTMLElement): void {
  for (const button of after.querySelectorAll<HTMLElement>("[data-do]")) {
    const same = before.querySelector(`[data-do="${CSS.escape(button.dataset["do"] ?? "")}"]`);
    if (same?.isEqualNode(button)) button.replaceWith(same);
  }
}
