// A table of any size: rows far from what is in view are not in the page, and the arrow keys go from cell to cell.
import { make } from "../made";
import { type Area, AREA_MAX, areaOf, countOf, isIn, nearestIn, type Place, placesOf } from "./area";
import { Soon } from "./soon";
import { columnWidthsEm } from "./widths";

/** Rows come into the page in blocks of about so many cells, no more of them at once than there is time for. */
const BLOCK_CELLS = 500;
/** Tables with no more cells than this are in the page as a whole. */
const CELLS_WHOLE = 3_000;
/** Rows are ready so far from what is in view; wide ones come one by one, for laying out many of them at once takes long. */
const [NEAR_PIXELS, NEAR_WIDE_PIXELS, WIDE_COLUMNS] = [500, 60, 200];
const ROW_PIXELS = 50;
const PAGE_ROWS = 10;
const LONG_UNITS = 120;
const LEFTWARD = /[\u0590-\u08ff\u200f\ufb1d-\ufefc]/;
const JITTER_PIXELS = 14;
const FRAME_MILLISECONDS = 10;
const [NUMBER_EM, FILLS_EM] = [4, 300];

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
  /** A cell was pressed, or the cells that are picked. */
  pressed(area: Area): void;
  /** Several cells are picked now; null: so many cannot be. */
  picked(area: Area | null): void;
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
  /** Where the cells that are picked begin; null: nothing but the cell of the focus. */
  private from: Place | null = null;
  private readonly table: Table;
  private readonly on: GridEvents;
  private readonly blocks: Block[] = [];
  private readonly blockRows: number;
  private readonly near: IntersectionObserver | null;
  private readonly soon: Soon<Block>;
  private begun: { readonly cell: HTMLElement; readonly x: number; readonly y: number } | null = null;

  constructor(table: Table, on: GridEvents) {
    [this.table, this.on] = [table, on];
    this.element = make("div", { class: "cells-scroll" });
    this.blockRows = Math.max(1, Math.round(BLOCK_CELLS / table.columns.length));
    const isWhole = table.rows.length * table.columns.length <= CELLS_WHOLE;
    const isWide = table.columns.length > WIDE_COLUMNS;
    const near = isWide ? NEAR_WIDE_PIXELS : NEAR_PIXELS;
    this.soon = new Soon((block) => this.build(block), isWide ? 0 : FRAME_MILLISECONDS);
    this.near = isWhole ? null : new IntersectionObserver((seen) => this.saw(seen), { root: this.element, rootMargin: `${near}px` });
    const grid = this.head();
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

  /** The cells that a label would be given to now. */
  get area(): Area {
    return areaOf(this.from ?? this, this);
  }

  /** Whether several cells are picked. */
  get hasArea(): boolean {
    return this.from !== null;
  }

  /** Picks no more than the cell of the focus; whether more were picked. */
  drop(): boolean {
    if (this.from === null) return false;
    for (const { row, column } of placesOf(this.area)) this.cell(row, column)?.classList.remove("is-picked");
    this.from = null;
    return true;
  }

  /** Picks all cells up to one; not more than can be marked at once. */
  pickTo(row: number, column: number, still = false): boolean {
    const from = this.from ?? { row: this.row, column: this.column };
    const to = this.nearest(row, column);
    if (countOf(areaOf(from, to)) > AREA_MAX) {
      this.on.picked(null);
      return false;
    }
    this.goTo(to.row, to.column, still);
    this.from = countOf(areaOf(from, to)) > 1 ? from : null;
    if (this.from === null) return true;
    for (const place of placesOf(this.area)) this.cell(place.row, place.column)?.classList.add("is-picked");
    this.on.picked(this.area);
    return true;
  }

  /** Takes the focus to a cell, wherever it is; `still`: nothing scrolls, since somebody points at it. */
  goTo(row: number, column: number, still = false): void {
    this.drop();
    this.stand(this.nearest(row, column));
    const block = this.blocks[Math.floor(this.row / this.blockRows)];
    if (block !== undefined) this.build(block);
    const cell = this.cell(this.row, this.column);
    if (cell !== null) cell.tabIndex = 0;
    cell?.focus({ preventScroll: still });
  }

  get hasFocus(): boolean {
    return this.element.contains(document.activeElement);
  }

  /** Nothing is watched any more. */
  end(): void {
    this.near?.disconnect();
    this.soon.end();
  }

  /** From here on keys act on this cell; what was picked from another is not any more. */
  private stand({ row, column }: Place): void {
    if (row === this.row && column === this.column) return;
    this.drop();
    const before = this.cell(this.row, this.column);
    if (before !== null) before.tabIndex = -1;
    [this.row, this.column] = [row, column];
    const now = this.cell(row, column);
    if (now !== null) now.tabIndex = 0;
  }

  private nearest(row: number, column: number): Place {
    return nearestIn(row, column, this.table.rows.length, this.table.columns.length);
  }

  private head(): HTMLTableElement {
    const { name, language, columns, rows, numbers } = this.table;
    const widths = columnWidthsEm(columns, rows);
    const head = make("tr", { role: "row", "aria-rowindex": "1" }, make("th", { scope: "col", role: "columnheader" }, numbers), ...columns.map((column) => make("th", { scope: "col", role: "columnheader", dir: "auto" }, column)));
    const grid = make("table", { role: "grid", class: "cells-grid", "aria-label": name, "aria-multiselectable": "true", "aria-readonly": "true", "aria-rowcount": `${rows.length + 1}`, "aria-colcount": `${columns.length + 1}`, ...(language ? { lang: language } : {}) },
      make("thead", { role: "rowgroup" }, head));
    // Each row is laid out by itself, by the same widths: what comes in further down moves nothing above. Where they fill any
    // window, they share out nothing, which would take long for hundreds of columns.
    const all = widths.reduce((sum, width) => sum + width, NUMBER_EM);
    grid.style.setProperty("--columns", [`${NUMBER_EM}em`, ...widths.map((width) => (all > FILLS_EM ? `${width}em` : `minmax(${width}em, ${width}fr)`))].join(" "));
    grid.style.width = `${all}em`;
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
    const away = ({ boundingClientRect: own, rootBounds: all }: IntersectionObserverEntry): number => Math.abs(own.top + own.bottom - (all?.top ?? 0) - (all?.bottom ?? 0));
    for (const { target, isIntersecting, boundingClientRect } of [...seen].sort((one, other) => away(one) - away(other))) {
      const block = this.blocks.find((one) => one.body === target);
      if (block === undefined) continue;
      this.soon.drop(block);
      // The nearest first.
      if (isIntersecting) this.soon.add(block);
      else if (block.isBuilt && !block.body.contains(document.activeElement) && boundingClientRect.height > 0) this.leaveRoom(block, boundingClientRect.height);
    }
  }

  private rowOf(row: number, texts: readonly string[]): HTMLTableRowElement {
    const cells = texts.map((text, column) => {
      const cell = make("td", { role: "gridcell", "data-row": `${row}`, "data-column": `${column}`, tabindex: row === this.row && column === this.column ? "0" : "-1" });
      if (LEFTWARD.test(text)) cell.dir = "auto";
      if (this.from !== null && isIn(this.area, { row, column })) cell.classList.add("is-picked");
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
    // With Shift cells are picked, not the words in them.
    grid.addEventListener("mousedown", (event) => {
      if (event.shiftKey) event.preventDefault();
    });
    // A hand that shakes on selected text would otherwise carry the text away.
    grid.addEventListener("dragstart", (event) => event.preventDefault());
    // The cell on which the press began is meant, however the hand shakes before it leaves.
    this.element.addEventListener("pointerup", (event) => {
      const { begun } = this;
      this.begun = null;
      if (begun !== null && Math.hypot(event.clientX - begun.x, event.clientY - begun.y) < JITTER_PIXELS) this.press(begun.cell, event.shiftKey);
    });
    // A press without a pointer comes from a screen reader.
    grid.addEventListener("click", (event) => {
      const cell = event.detail === 0 ? cellOf(event) : null;
      if (cell !== null) this.press(cell, false);
    });
    grid.addEventListener("focusin", (event) => {
      const cell = cellOf(event);
      if (cell === null) return;
      // A screen reader takes the focus wherever it reads.
      this.stand({ row: Number(cell.dataset["row"]), column: Number(cell.dataset["column"]) });
      this.on.reached(this.row, this.column);
    });
  }

  private press(cell: HTMLElement, picks: boolean): void {
    const [row, column] = [Number(cell.dataset["row"]), Number(cell.dataset["column"])];
    if (!picks) this.goTo(row, column, true);
    else if (!this.pickTo(row, column, true)) return;
    this.on.pressed(this.area);
  }

  private keyed(event: KeyboardEvent): boolean {
    if (event.isComposing || event.altKey || event.metaKey) return false;
    const { code, ctrlKey, shiftKey } = event;
    if (code === "Enter" || code === "NumpadEnter" || code === "Space") {
      if (ctrlKey || shiftKey) return false;
      if (!event.repeat) this.on.pressed(this.area);
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
    if (place === undefined) return false;
    if (shiftKey) this.pickTo(...place);
    else this.goTo(...place);
    return true;
  }
}
