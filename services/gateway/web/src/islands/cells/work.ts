// The answer to one table while somebody works on it: which cell has which label, and undo. No page in here.
import type { ControlView, Mark } from "../contract.ts";
import { History } from "../history.ts";

export interface Cell {
  readonly id: string;
  readonly control: string;
  readonly label: string;
  readonly row: number;
  readonly column: number;
}

/** What a press on a cell did. */
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

  /** Gives a cell a label, or takes it away where the cell has it already. */
  press(control: ControlView, label: string, row: number, column: number): Done {
    const there = this.at(row, column).find((cell) => cell.control === control.id);
    if (there?.label === label) {
      this.remove(there.id);
      return "cleared";
    }
    if (there !== undefined) {
      this.keep(this.marks.map((mark) => (mark.id === there.id ? markOf({ ...there, label }) : mark)));
      return "relabelled";
    }
    if (control.most > 0 && this.cells.filter((cell) => cell.control === control.id).length >= control.most) return "most";
    this.keep([...this.marks, markOf({ id: this.newId(), control: control.id, label, row, column })]);
    return "marked";
  }

  remove(id: string): void {
    this.keep(this.marks.filter((mark) => mark.id !== id));
  }

  /** Takes all labels of a cell away; whether there were any. */
  clear(row: number, column: number): boolean {
    const ids = new Set(this.at(row, column).map((cell) => cell.id));
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

const isBelow = (value: unknown, bound: number): boolean => Number.isInteger(value) && (value as number) >= 0 && (value as number) < bound;

function markOf({ id, control, label, row, column }: Cell): Mark {
  return { id, control, type: "cell", label, value: { row, column } };
}
