// <ilgam-cells>: cells of a table marked with labels: by one press, or by arrow keys and digits.
import { actIn, labelKeyOf, ownKeys } from "../../bench/keymap";
import type { Island, Mark, Part, Say, Shown } from "../contract";
import { labelGroup, setOff, stepButtons } from "../labels";
import { actButton, dress, type LabelOf, labelsOf, labelWords, make as element, makerOf, newMarkId } from "../made";
import { Roving, type Row } from "../roving";
import { type Area, AREA_MAX, areaOf, countOf, isIn } from "./area";
import { Grid } from "./grid";
import { type Cell, type Done, mostOf, Work } from "./work";

const ACTS = ["undo", "redo", "delete", "cancel"] as const;
const DONE_ALL = { marked: "marked_all", relabelled: "relabelled_all", cleared: "cleared_all" } as const;
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
    const [labels, before] = [labelsOf(controls), this.armed];
    this.armed = labels.find((one) => one.control.id === before?.control.id && one.label.value === before.label.value) ?? labels[0];
    const { columns, rows, language } = part;
    this.grid = new Grid({ name: part.alt || this.tell("table"), language, columns, rows, numbers: this.tell("number") }, {
      dress: (cell, row, column) => this.dress(cell, row, column),
      pressed: (area) => this.pressed(area),
      picked: (area) => this.picked(area),
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
    if (act === "cancel") return this.leave();
    const key = labelKeyOf(event);
    const found = key === null ? undefined : labelsOf(this.work.controls).find((one) => one.key === key);
    if (found === undefined) return false;
    this.arm(found);
    if (this.grid.hasFocus) this.pressed(this.grid.area);
    return true;
  }

  private bar(): HTMLElement {
    const bar = element("div", { class: "mark-bar" });
    const labels = labelsOf(this.work.controls);
    bar.append(...this.work.controls.map((control) => labelGroup(control, labels, this.tell("labels"), this.readOnly)));
    if (!this.readOnly) bar.append(element("div", { class: "mark-labels" }, ...stepButtons(this.tell)), this.now);
    return bar;
  }

  private clicked(event: MouseEvent): void {
    const button = (event.target as Element).closest<HTMLElement>("[data-do]");
    if (button === null || button.getAttribute("aria-disabled") === "true") return;
    const { do: act, control, label } = button.dataset;
    const id = button.closest<HTMLElement>("li")?.dataset["row"] ?? "";
    const cell = this.work.cells.find((one) => one.id === id);
    if (act === "label") {
      this.arm(labelsOf(this.work.controls).find((one) => one.control.id === control && one.label.value === label));
      if (this.grid.hasArea) this.pressed(this.grid.area);
    }
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

  private pressed(area: Area): void {
    if (this.readOnly || this.armed === undefined) return;
    const { control, label } = this.armed;
    let done: Done = "most";
    this.changed(() => (done = this.work.press(control, label.value, area)), () => this.done(done, mostOf(control), label.label, area));
  }

  private done(done: Done, most: number, label: string, area: Area): string {
    const count = countOf(area);
    if (done !== "most" && count > 1) return this.tell(DONE_ALL[done], { label, count });
    return this.tell(done, { label, count: most, ...this.named(area.top, area.left) });
  }

  /** Several cells are picked, or more than there can be. */
  private picked(area: Area | null): void {
    if (area === null) return this.say(this.tell("picked_most", { count: AREA_MAX }));
    const [first, last] = [this.placeOf(area.top, area.left), this.placeOf(area.bottom, area.right)];
    this.say(this.tell("picked", { count: countOf(area), first, last }));
  }

  private clear(): boolean {
    const row = document.activeElement?.closest<HTMLElement>("li");
    const cell = row && this.contains(row) ? this.work.cells.find((one) => one.id === row.dataset["row"]) : undefined;
    if (cell === undefined && !this.grid.hasFocus) return false;
    const area = cell === undefined ? this.grid.area : areaOf(cell);
    if (!this.work.cells.some((one) => isIn(area, one))) return false;
    this.changed(() => void this.work.clear(area), this.tell("cleared"));
    return true;
  }

  private leave(): boolean {
    if (!this.grid.drop()) return false;
    this.say(this.tell("hint"));
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
    setOff(this.querySelector("[data-do=undo]"), !this.work.canUndo);
    setOff(this.querySelector("[data-do=redo]"), !this.work.canRedo);
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

  private placeOf(row: number, column: number): string {
    return this.tell("place", this.named(row, column));
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

export const make = makerOf("ilgam-cells", CellsIsland);
