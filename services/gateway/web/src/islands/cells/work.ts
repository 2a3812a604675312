// The answer to one table while somebody works on it: which cell has which label, and undo. No page in here.
import type { ControlView, Mark } from "../contract.ts";
import { History } from "../history.ts";
import { type Area, isIn, placesOf } from "./area.ts";

/** As many as a question can want (services/labelling/README.md). */
const MARKS_MAX = 2_000;

export interface Cell {
  readonly id: string;
  readonly control: string;
  readonly label: string;
  readonly row: number;
  readonly column: number;
}

/** What a press on a cell, or on several that are picked, did. */
export type Done = "marked" | "relabelled" | "cleared" | "most";

export class Work {
  cells: readonly Cell[] = [];
  readonly controls: readonly ControlView[];
  private readonly rows: number;
  private readonly columns: number;
  private readonly history: History<readonly Mark[]>;
  private readonly newId: () => string;
  private places = new Map<string, Cell[]>();

  constructor(rows: number, columns: number, controls: readonly ControlView[], marks: readonly Mark[], newId: () => string) {
    [this.rows, this.columns, this.controls, this.newId] = [rows, columns, controls, newId];
    this.history = new History(marks);
    this.read();
  }

  get marks(): readonly Mark[] {
    return this.history.now;
  }

  get canUndo(): boolean {
    return this.history.canUndo;
  }

  get canRedo(): boolean {
    return this.history.canRedo;
  }

  /** Marks of cells that this table does not have: kept until somebody takes them away. */
  get lost(): readonly Mark[] {
    const known = new Set(this.cells.map((cell) => cell.id));
    return this.marks.filter((mark) => mark.id !== undefined && !known.has(mark.id));
  }

  control(id: string): ControlView | undefined {
    return this.controls.find((one) => one.id === id);
  }

  /** The marks of one cell; a control has at most one there. */
  at(row: number, column: number): readonly Cell[] {
    return this.places.get(`${row} ${column}`) ?? [];
  }

  /** Gives cells a label, or takes it away where all of them have it already: one change, however many they are. */
  press(control: ControlView, label: string, area: Area): Done {
    const own = this.cells.filter((cell) => cell.control === control.id);
    const there = new Map(own.filter((cell) => isIn(area, cell)).map((cell) => [cell.id, cell]));
    const places = placesOf(area);
    if (there.size === places.length && [...there.values()].every((cell) => cell.label === label)) {
      this.keep(this.marks.filter((mark) => !there.has(mark.id ?? "")));
      return "cleared";
    }
    const free = places.filter(({ row, column }) => !this.at(row, column).some((cell) => cell.control === control.id));
    if (free.length > 0 && own.length + free.length > mostOf(control)) return "most";
    const changed = this.marks.map((mark) => {
      const cell = there.get(mark.id ?? "");
      return cell === undefined || cell.label === label ? mark : markOf({ ...cell, label });
    });
    this.keep([...changed, ...free.map((place) => markOf({ id: this.newId(), control: control.id, label, ...place }))]);
    return free.length > 0 ? "marked" : "relabelled";
  }

  remove(id: string): void {
    this.keep(this.marks.filter((mark) => mark.id !== id));
  }

  /** Takes all labels of cells away; whether there were any. */
  clear(area: Area): boolean {
    const ids = new Set(this.cells.filter((cell) => isIn(area, cell)).map((cell) => cell.id));
    if (ids.size > 0) this.keep(this.marks.filter((mark) => !ids.has(mark.id ?? "")));
    return ids.size > 0;
  }

  undo(): boolean {
    return this.history.undo() && this.read();
  }

  redo(): boolean {
    return this.history.redo() && this.read();
  }

  private keep(marks: readonly Mark[]): void {
    this.history.put(marks);
    this.read();
  }

  private read(): true {
    this.cells = this.marks.flatMap((mark) => this.cellOf(mark)).sort((a, b) => a.row - b.row || a.column - b.column);
    this.places = new Map();
    for (const cell of this.cells) {
      const place = `${cell.row} ${cell.column}`;
      this.places.set(place, [...(this.places.get(place) ?? []), cell]);
    }
    return true;
  }

  private cellOf({ id, control, type, label, value }: Mark): Cell[] {
    const { row, column } = value;
    const isInside = isBelow(row, this.rows) && isBelow(column, this.columns);
    return type === "cell" && id !== undefined && isInside ? [{ id, control, label: label ?? "", row: row as number, column: column as number }] : [];
  }
}

/** How many cells a question can want at most. */
export const mostOf = (control: ControlView): number => control.most || MARKS_MAX;

const isBelow = (value: unknown, bound: number): boolean => Number.isInteger(value) && (value as number) >= 0 && (value as number) < bound;

function markOf({ id, control, label, row, column }: Cell): Mark {
  return { id, control, type: "cell", label, value: { row, column } };
}
