// A table of any size: rows far from what is in view are not in the page, and the arrow keys go from cell to cell.
import { make } from "../made";
import { columnWidthsEm } from "./widths";

/** Rows come into the page in blocks of about so many cells. */
const BLOCK_CELLS = 500;
/** Tables with no more cells than this are in the page as a whole. */
const CELLS_WHOLE = 3_000;
const NEAR_PIXELS = 500;
const ROW_PIXELS = 50;
const PAGE_ROWS = 10;
const LONG_UNITS = 120;
const LEFTWARD = /[\u0590-\u08ff\u200f\ufb1d-\ufefc]/;
const JITTER_PIXELS = 14;
const NUMBER_EM = 4;

export interface Table {
  readonly name: string;
  readonly language: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What the column of row numbers is called. */
  readonly numbers: string;
}

export interface GridEvents {
  /** Adds to a cell what it is marked with. */
  dress(cell: HTMLElement, row: number, column: number): void;
  /** A cell was pressed. */
  pressed(row: number, column: number): void;
  /** The focus went to a cell. */
  reached(row: number, column: number): void;
}

interface Block {
  readonly body: HTMLTableSectionElement;
  readonly first: number;
  readonly end: number;
  isBuilt: boolean;
}

export class Grid {
  /** The region that scrolls. */
  readonly element: HTMLElement;
  row = 0;
  column = 0;
  private readonly table: Table;
  private readonly on: GridEvents;
  private readonly blocks: Block[] = [];
  private readonly blockRows: number;
  private readonly near: IntersectionObserver | null;
  private begun: { readonly cell: HTMLElement; readonly x: number; readonly y: number } | null = null;

  constructor(table: Table, on: GridEvents) {
    [this.table, this.on] = [table, on];
    this.element = make("div", { class: "cells-scroll" });
    this.blockRows = Math.max(1, Math.round(BLOCK_CELLS / table.columns.length));
    const isWhole = table.rows.length * table.columns.length <= CELLS_WHOLE;
    this.near = isWhole ? null : new IntersectionObserver((seen) => this.saw(seen), { root: this.element, rootMargin: `${NEAR_PIXELS}px` });
    const grid = this.frame();
    for (let first = 0; first < table.rows.length; first += this.blockRows) this.blocks.push(this.block(first, isWhole || first === 0));
    grid.append(...this.blocks.map((block) => block.body));
    this.element.append(grid);
    this.listen(grid);
  }

  /** Draws one cell anew. */
  draw(row: number, column: number): void {
    const cell = this.cell(row, column);
    if (cell !== null) this.fill(cell, row, column);
  }

  /** Draws all cells anew that are in the page. */
  drawAll(): void {
    for (const cell of this.element.querySelectorAll<HTMLElement>("[data-column]")) this.fill(cell, Number(cell.dataset["row"]), Number(cell.dataset["column"]));
  }

  /** Takes the focus to a cell, wherever it is; `still`: nothing scrolls, since somebody points at it. */
  goTo(row: number, column: number, still = false): void {
    const before = this.cell(this.row, this.column);
    if (before !== null) before.tabIndex = -1;
    this.row = Math.min(Math.max(row, 0), this.table.rows.length - 1);
    this.column = Math.min(Math.max(column, 0), this.table.columns.length - 1);
    const block = this.blocks[Math.floor(this.row / this.blockRows)];
    if (block !== undefined) this.build(block);
    const cell = this.cell(this.row, this.column);
    if (cell === null) return;
    cell.tabIndex = 0;
    cell.focus({ preventScroll: still });
  }

  get hasFocus(): boolean {
    return this.element.contains(document.activeElement);
  }

  /** Nothing is watched any more. */
  end(): void {
    this.near?.disconnect();
  }

  private frame(): HTMLTableElement {
    const { name, language, columns, rows, numbers } = this.table;
    const widths = columnWidthsEm(columns, rows);
    const head = make("tr", { role: "row", "aria-rowindex": "1" }, make("th", { scope: "col", role: "columnheader" }, numbers), ...columns.map((column) => make("th", { scope: "col", role: "columnheader", dir: "auto" }, column)));
    const grid = make("table", { role: "grid", class: "cells-grid", "aria-label": name, "aria-rowcount": `${rows.length + 1}`, "aria-colcount": `${columns.length + 1}`, ...(language ? { lang: language } : {}) },
      make("thead", { role: "rowgroup" }, head));
    // Each row is laid out by itself, by the same widths: what comes in further down moves nothing above.
    grid.style.setProperty("--columns", [`${NUMBER_EM}em`, ...widths.map((width) => `minmax(${width}em, ${width}fr)`)].join(" "));
    grid.style.width = `${widths.reduce((sum, width) => sum + width, NUMBER_EM)}em`;
    return grid;
  }

  private block(first: number, isBuilt: boolean): Block {
    const block: Block = { body: make("tbody", { role: "rowgroup" }), first, end: Math.min(first + this.blockRows, this.table.rows.length), isBuilt: false };
    if (isBuilt) this.build(block);
    else this.leaveRoom(block, (block.end - first) * ROW_PIXELS);
    this.near?.observe(block.body);
    return block;
  }

  private build(block: Block): void {
    if (block.isBuilt) return;
    block.isBuilt = true;
    block.body.removeAttribute("aria-hidden");
    block.body.style.height = "";
    const rows = this.table.rows.slice(block.first, block.end).map((texts, at) => this.rowOf(block.first + at, texts));
    block.body.replaceChildren(...rows);
  }

  private leaveRoom(block: Block, pixels: number): void {
    block.isBuilt = false;
    block.body.setAttribute("aria-hidden", "true");
    block.body.replaceChildren();
    block.body.style.height = `${pixels}px`;
  }

  private saw(seen: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting, boundingClientRect } of seen) {
      const block = this.blocks.find((one) => one.body === target);
      if (block === undefined) continue;
      if (isIntersecting) this.build(block);
      else if (block.isBuilt && !block.body.contains(document.activeElement) && boundingClientRect.height > 0) this.leaveRoom(block, boundingClientRect.height);
    }
  }

  private rowOf(row: number, texts: readonly string[]): HTMLTableRowElement {
    const cells = texts.map((text, column) => {
      const cell = make("td", { role: "gridcell", "data-row": `${row}`, "data-column": `${column}`, tabindex: row === this.row && column === this.column ? "0" : "-1" });
      if (LEFTWARD.test(text)) cell.dir = "auto";
      cell.append(text.length > LONG_UNITS ? make("span", { class: "cells-long" }, text) : text);
      this.on.dress(cell, row, column);
      return cell;
    });
    return make("tr", { role: "row", "aria-rowindex": `${row + 2}` }, make("th", { scope: "row", role: "rowheader" }, `${row + 1}`), ...cells);
  }

  private fill(cell: HTMLElement, row: number, column: number): void {
    for (const tag of cell.querySelectorAll(".cells-tag")) tag.remove();
    this.on.dress(cell, row, column);
  }

  private cell(row: number, column: number): HTMLElement | null {
    const block = this.blocks[Math.floor(row / this.blockRows)];
    return block?.isBuilt ? ((block.body.rows[row - block.first]?.cells[column + 1] as HTMLElement | undefined) ?? null) : null;
  }

  private listen(grid: HTMLTableElement): void {
    const cellOf = (event: Event): HTMLElement | null => (event.target as Element).closest<HTMLElement>("[data-column]");
    grid.addEventListener("keydown", (event) => {
      if (cellOf(event) === null || !this.keyed(event)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    grid.addEventListener("pointerdown", (event) => {
      const cell = event.button === 0 ? cellOf(event) : null;
      this.begun = cell && { cell, x: event.clientX, y: event.clientY };
    });
    grid.addEventListener("pointercancel", () => (this.begun = null));
    // A hand that shakes on selected text would otherwise carry the text away.
    grid.addEventListener("dragstart", (event) => event.preventDefault());
    // The cell on which the press began is meant, however the hand shakes before it leaves.
    this.element.addEventListener("pointerup", (event) => {
      const { begun } = this;
      this.begun = null;
      if (begun !== null && Math.hypot(event.clientX - begun.x, event.clientY - begun.y) < JITTER_PIXELS) this.press(begun.cell);
    });
    // A press without a pointer comes from a screen reader.
    grid.addEventListener("click", (event) => {
      const cell = event.detail === 0 ? cellOf(event) : null;
      if (cell !== null) this.press(cell);
    });
    grid.addEventListener("focusin", (event) => {
      const cell = cellOf(event);
      if (cell !== null) this.on.reached(Number(cell.dataset["row"]), Number(cell.dataset["column"]));
    });
  }

  private press(cell: HTMLElement): void {
    this.goTo(Number(cell.dataset["row"]), Number(cell.dataset["column"]), true);
    this.on.pressed(this.row, this.column);
  }

  private keyed(event: KeyboardEvent): boolean {
    if (event.isComposing || event.altKey || event.metaKey || event.shiftKey) return false;
    const { code, ctrlKey } = event;
    if (code === "Enter" || code === "NumpadEnter" || code === "Space") {
      if (ctrlKey) return false;
      if (!event.repeat) this.on.pressed(this.row, this.column);
      return true;
    }
    const [lastRow, lastColumn] = [this.table.rows.length - 1, this.table.columns.length - 1];
    const places: Readonly<Record<string, readonly [number, number]>> = {
      ArrowUp: [ctrlKey ? 0 : this.row - 1, this.column], ArrowDown: [ctrlKey ? lastRow : this.row + 1, this.column],
      ArrowLeft: [this.row, ctrlKey ? 0 : this.column - 1], ArrowRight: [this.row, ctrlKey ? lastColumn : this.column + 1],
      Home: [ctrlKey ? 0 : this.row, 0], End: [ctrlKey ? lastRow : this.row, lastColumn],
      PageUp: [this.row - PAGE_ROWS, this.column], PageDown: [this.row + PAGE_ROWS, this.column],
    };
    const place = places[code];
    if (place !== undefined) this.goTo(...place);
    return place !== undefined;
  }
}
