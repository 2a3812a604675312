// A rectangle of cells, from one corner to the other, both of them in it.

export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface Area {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** More cells than this are not picked at once: all of them are marked, drawn and listed while somebody waits. */
export const AREA_MAX = 300;

/** The cells between two, whichever of them is the upper or the left one. */
export function areaOf(one: Place, other: Place = one): Area {
  return {
    top: Math.min(one.row, other.row), left: Math.min(one.column, other.column),
    bottom: Math.max(one.row, other.row), right: Math.max(one.column, other.column),
  };
}

export const rowsOf = ({ top, bottom }: Area): number => bottom - top + 1;
export const columnsOf = ({ left, right }: Area): number => right - left + 1;
export const countOf = (area: Area): number => rowsOf(area) * columnsOf(area);
export const isIn = (area: Area, { row, column }: Place): boolean => area.top <= row && row <= area.bottom && area.left <= column && column <= area.right;

/** The cell of a table that is nearest to a place beside it. */
export const nearestIn = (row: number, column: number, rows: number, columns: number): Place => ({ row: Math.min(Math.max(row, 0), rows - 1), column: Math.min(Math.max(column, 0), columns - 1) });

/** The cells of an area, row by row. */
export function placesOf(area: Area): Place[] {
  return Array.from({ length: countOf(area) }, (_, at) => ({ row: area.top + Math.floor(at / columnsOf(area)), column: area.left + (at % columnsOf(area)) }));
}
