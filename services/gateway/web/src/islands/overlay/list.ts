// The marks as a list of words beside the picture: one place for Tab, arrows inside.
import { make } from "../made";
import { type Look, swatch } from "./look";
import type { Speak } from "./bar";

export interface Entry {
  readonly id: string;
  readonly look: Look;
  /** What it is, and where or when. */
  readonly words: string;
  readonly detail: string;
}

export class MarkList {
  readonly element: HTMLElement;
  private readonly list: HTMLElement;
  private readonly head = make("p", { class: "drawing-head" });
  private readonly empty: HTMLElement;
  private readonly rows = new Map<string, { readonly row: HTMLElement; entry: Entry }>();
  private readonly say: Speak;

  constructor(say: Speak, choose: (id: string) => void, remove: (id: string) => void) {
    this.say = say;
    this.list = make("div", { class: "drawing-list", role: "listbox", "aria-label": say("list") });
    this.empty = make("p", { class: "soft" }, say("list_empty"));
    this.element = make("div", { class: "drawing-marks" }, this.head, this.empty, this.list);
    this.list.addEventListener("click", (event) => {
      const id = (event.target as Element).closest<HTMLElement>("[data-entry]")?.dataset["entry"];
      if (id !== undefined) choose(id);
    });
    this.list.addEventListener("keydown", (event) => {
      const id = (event.target as HTMLElement).dataset["entry"];
      if (id === undefined || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.code];
      const ids = [...this.rows.keys()];
      const next = step === undefined ? undefined : ids[ids.indexOf(id) + step];
      if (next !== undefined) {
        choose(next);
        this.rows.get(next)?.row.focus();
      } else if (event.code === "Enter" || event.code === "Space") choose(id);
      else if (event.code === "Delete" || event.code === "Backspace") remove(id);
      else if (step === undefined) return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  show(entries: readonly Entry[], chosen: string | null): void {
    this.head.textContent = this.say("list_count", { count: entries.length });
    this.empty.hidden = entries.length > 0;
    this.list.hidden = entries.length === 0;
    const left = new Set(this.rows.keys());
    const order = entries.map((entry) => {
      left.delete(entry.id);
      return this.row(entry);
    });
    for (const id of left) {
      this.rows.get(id)?.row.remove();
      this.rows.delete(id);
    }
    order.forEach((row, index) => {
      if (this.list.children[index] !== row) this.list.insertBefore(row, this.list.children[index] ?? null);
    });
    this.choose(chosen ?? "");
  }

  choose(chosen: string): void {
    const first = this.rows.keys().next().value;
    for (const [id, { row }] of this.rows) {
      const [isChosen, place] = [String(id === chosen), id === (this.rows.has(chosen) ? chosen : first) ? "0" : "-1"];
      if (row.getAttribute("aria-selected") !== isChosen) row.setAttribute("aria-selected", isChosen);
      if (row.getAttribute("tabindex") !== place) row.setAttribute("tabindex", place);
    }
    const row = this.rows.get(chosen)?.row;
    // Only the list itself scrolls: the page stays where the person looks.
    if (row !== undefined && this.list.scrollHeight > this.list.clientHeight) {
      const [top, bottom] = [row.offsetTop - this.list.offsetTop, row.offsetTop - this.list.offsetTop + row.offsetHeight];
      if (top < this.list.scrollTop) this.list.scrollTop = top;
      else if (bottom > this.list.scrollTop + this.list.clientHeight) this.list.scrollTop = bottom - this.list.clientHeight;
    }
  }

  private row(entry: Entry): HTMLElement {
    const known = this.rows.get(entry.id);
    if (known?.entry === entry) return known.row;
    const row = known?.row ?? make("div", { role: "option", class: "drawing-entry", "data-entry": entry.id, tabindex: "-1" });
    const before = known?.entry;
    if (before === undefined || before.words !== entry.words || before.detail !== entry.detail || before.look.color !== entry.look.color || before.look.pattern !== entry.look.pattern) {
      row.replaceChildren(swatch(entry.look), make("span", { class: "drawing-words" }, entry.words), make("span", { class: "drawing-detail" }, entry.detail));
    }
    if (known === undefined) this.rows.set(entry.id, { row, entry });
    else known.entry = entry;
    return row;
  }
}
