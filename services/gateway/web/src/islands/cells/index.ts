// <ilgam-cells>: cells of a table marked with labels: by one press, or by arrow keys and digits.
import { actIn, labelKeyOf, ownKeys, shownKey } from "../../bench/keymap";
import type { Island, MakeIsland, Mark, Part, Say, Shown } from "../contract";
import { actButton, dress, type LabelOf, labelsOf, labelWords, make as element, newMarkId } from "../made";
import { Roving, type Row } from "../roving";
import { type Cell, type Done, Work } from "./work";
import { Grid } from "./grid";

const TAG = "ilgam-cells";
const ACTS = ["undo", "redo", "delete", "cancel"] as const;
const WORDS_MAX = 60;

class CellsIsland extends HTMLElement implements Island {
  words!: Say;
  private readOnly = true;
  private table!: Part;
  private work!: Work;
  private grid!: Grid;
  private list!: Roving;
  /** The label that a press on a cell gives. */
  private armed: LabelOf | undefined;
  private readonly now = element("p", { class: "mark-now" });
  private readonly count = element("p", { class: "mark-head" });

  constructor() {
    super();
    this.addEventListener("click", (event) => this.clicked(event));
  }

  disconnectedCallback(): void {
    this.grid?.end();
  }

  show({ part, controls, marks, readOnly }: Shown): Promise<void> {
    this.grid?.end();
    [this.table, this.readOnly] = [part, readOnly];
    this.work = new Work(part.rows.length, part.columns.length, controls, marks, newMarkId);
    this.armed = labelsOf(controls)[0];
    const { columns, rows, language } = part;
    this.grid = new Grid({ name: part.alt || this.tell("table"), language, columns, rows, numbers: this.tell("number") }, {
      dress: (cell, row, column) => this.dress(cell, row, column),
      pressed: (row, column) => this.pressed(row, column),
      reached: (row, column) => this.reached(row, column),
    });
    this.list = new Roving(element("ol", { class: "mark-list", "aria-label": this.tell("list") }));
    this.replaceChildren(this.bar(), element("div", { class: "mark-places" }, this.grid.element, element("div", { class: "mark-side" }, this.count, this.list.element)));
    this.now.textContent = this.tell("hint");
    this.draw();
    return Promise.resolve();
  }

  get marks(): readonly Mark[] {
    return this.work.marks;
  }

  press(event: KeyboardEvent): boolean {
    if (this.readOnly || event.defaultPrevented) return false;
    const act = actIn(event, ACTS, ownKeys());
    if (act === "undo" || act === "redo") return this.step(act);
    if (act === "delete") return this.clear();
    if (act !== null) return false;
    const key = labelKeyOf(event);
    const found = key === null ? undefined : labelsOf(this.work.controls).find((one) => one.key === key);
    if (found === undefined) return false;
    this.arm(found);
    if (this.grid.hasFocus) this.pressed(this.grid.row, this.grid.column);
    return true;
  }

  private bar(): HTMLElement {
    const bar = element("div", { class: "mark-bar" });
    const all = labelsOf(this.work.controls);
    for (const control of this.work.controls) {
      const group = element("div", { class: "mark-labels", role: "group", "aria-label": control.words || this.tell("labels") });
      if (control.words) group.append(element("span", { class: "mark-words" }, control.words));
      group.append(...all.filter((one) => one.control === control).map((one) => this.labelButton(one)));
      bar.append(group);
    }
    if (this.readOnly) return bar;
    const keys = ownKeys();
    bar.append(element("div", { class: "mark-labels" }, actButton(this.tell("undo"), "undo", {}, shownKey("undo", keys)), actButton(this.tell("redo"), "redo", {}, shownKey("redo", keys))), this.now);
    return bar;
  }

  private labelButton({ control, label, key }: LabelOf): HTMLElement {
    const attributes = { "data-control": control.id, "data-label": label.value, class: "button quiet mark-label" };
    const shown = this.readOnly ? element("span", { class: "mark-label is-legend" }, label.label) : actButton(label.label, "label", attributes, key);
    shown.prepend(element("span", { class: "mark-look", "aria-hidden": "true" }), " ");
    dress(shown, control, label.value);
    return shown;
  }

  private clicked(event: MouseEvent): void {
    const button = (event.target as Element).closest<HTMLElement>("[data-do]");
    if (button === null || button.getAttribute("aria-disabled") === "true") return;
    const { do: act, control, label } = button.dataset;
    const id = button.closest<HTMLElement>("li")?.dataset["row"] ?? "";
    const cell = this.work.cells.find((one) => one.id === id);
    if (act === "label") this.arm(labelsOf(this.work.controls).find((one) => one.control.id === control && one.label.value === label));
    else if (act === "undo" || act === "redo") this.step(act);
    else if (act === "go" && cell !== undefined) this.grid.goTo(cell.row, cell.column);
    else if (act === "remove") this.changed(() => this.work.remove(id), this.tell("cleared"));
  }

  /** From now on a press on a cell gives this label. */
  private arm(found: LabelOf | undefined): void {
    if (found === undefined) return;
    this.armed = found;
    this.draw();
    if (!this.grid.hasFocus) this.say(this.tell("armed", { label: found.label.label }));
  }

  private pressed(row: number, column: number): void {
    if (this.readOnly || this.armed === undefined) return;
    const { control, label } = this.armed;
    let done: Done = "most";
    this.changed(() => (done = this.work.press(control, label.value, row, column)), () => this.tell(done, { label: label.label, count: control.most, ...this.named(row, column) }));
  }

  private clear(): boolean {
    const row = document.activeElement?.closest<HTMLElement>("li");
    const cell = row && this.contains(row) ? this.work.cells.find((one) => one.id === row.dataset["row"]) : undefined;
    const [at, column] = cell ? [cell.row, cell.column] : [this.grid.row, this.grid.column];
    if ((cell === undefined && !this.grid.hasFocus) || this.work.at(at, column).length === 0) return false;
    this.changed(() => void this.work.clear(at, column), this.tell("cleared", this.named(at, column)));
    return true;
  }

  private step(act: "undo" | "redo"): boolean {
    if (act === "undo" ? !this.work.canUndo : !this.work.canRedo) return false;
    this.changed(() => void (act === "undo" ? this.work.undo() : this.work.redo()), this.tell(act === "undo" ? "undone" : "redone"));
    return true;
  }

  /** Changes the answer, draws the cells that it touched, and says what was done. */
  private changed(by: () => void, words: string | (() => string)): void {
    const before = this.work.marks;
    const touched = new Map(this.work.cells.map((cell) => [cell.id, cell]));
    by();
    for (const cell of this.work.cells) {
      const was = touched.get(cell.id);
      if (was?.label === cell.label) touched.delete(cell.id);
      else touched.set(cell.id, cell);
    }
    for (const { row, column } of touched.values()) this.grid.draw(row, column);
    this.draw();
    this.say(typeof words === "string" ? words : words());
    if (before !== this.work.marks) this.dispatchEvent(new CustomEvent("marks", { bubbles: true }));
  }

  private draw(): void {
    const { cells, lost } = this.work;
    this.count.textContent = this.tell("marks", { count: cells.length + lost.length });
    this.list.element.hidden = cells.length + lost.length === 0;
    this.list.show([...cells.map((cell) => this.row(cell)), ...lost.map((mark) => this.lostRow(mark))]);
    for (const button of this.querySelectorAll<HTMLElement>("[data-do=label]")) {
      button.setAttribute("aria-pressed", `${button.dataset["control"] === this.armed?.control.id && button.dataset["label"] === this.armed?.label.value}`);
    }
    this.querySelector("[data-do=undo]")?.setAttribute("aria-disabled", `${!this.work.canUndo}`);
    this.querySelector("[data-do=redo]")?.setAttribute("aria-disabled", `${!this.work.canRedo}`);
  }

  private row(cell: Cell): Row {
    const control = this.work.control(cell.control);
    return {
      id: cell.id,
      as: `${cell.row} ${cell.column} ${cell.label}`,
      draw: () => {
        const words = this.tell("cell", this.named(cell.row, cell.column));
        const go = element("button", { type: "button", class: "mark-pick", "data-do": "go" },
          element("span", { class: "mark-look", "aria-hidden": "true" }), element("b", {}, labelWords(control, cell.label)), " ", element("bdi", { class: "mark-quote" }, words));
        const row = element("li", { class: "has-remove" }, go);
        if (!this.readOnly) row.append(this.removeButton(words));
        dress(row, control, cell.label);
        return row;
      },
    };
  }

  private lostRow({ id, value }: Mark): Row {
    const words = this.tell("lost", { row: Number(value["row"]) + 1, column: Number(value["column"]) + 1 });
    return {
      id: id ?? "",
      as: words,
      draw: () => element("li", { class: "is-lost" }, element("span", {}, words), ...(this.readOnly ? [] : [actButton(this.tell("remove"), "remove")])),
    };
  }

  private removeButton(words: string): HTMLElement {
    // Reached by a pointer; by keys Delete does it in the row.
    return actButton("✕", "remove", { "aria-label": `${this.tell("remove")}: ${words}`, tabindex: "-1" });
  }

  private dress(cell: HTMLElement, row: number, column: number): void {
    const marks = this.work.at(row, column);
    cell.setAttribute("aria-selected", `${marks.length > 0}`);
    for (const mark of marks) {
      const control = this.work.control(mark.control);
      const tag = element("span", { class: "cells-tag" }, labelWords(control, mark.label));
      dress(tag, control, mark.label);
      dress(cell, control, mark.label);
      cell.append(" ", tag);
    }
  }

  private reached(row: number, column: number): void {
    this.now.textContent = this.tell("cell", this.named(row, column, true));
  }

  private named(row: number, column: number, whole = false): { row: number; column: string; words: string } {
    const words = this.table.rows[row]?.[column] ?? "";
    return { row: row + 1, column: this.table.columns[column] ?? "", words: whole || words.length <= WORDS_MAX ? words : `${words.slice(0, WORDS_MAX)}…` };
  }

  private readonly tell = (key: string, values?: Readonly<Record<string, string | number>>): string => this.words.say(key, values);

  private say(words: string): void {
    this.now.textContent = words;
    this.dispatchEvent(new CustomEvent("say", { bubbles: true, detail: words }));
  }
}

const make: MakeIsland = (words) => {
  if (!customElements.get(TAG)) customElements.define(TAG, CellsIsland);
  const island = document.createElement(TAG) as CellsIsland;
  island.words = words;
  return island;
};

export { make };
