// How wide the columns of a table are: by its head and first rows, so that rows drawn later never move them.

const ROWS_READ = 60;
const [WIDTH_MIN_EM, WIDTH_MAX_EM, EDGES_EM] = [6, 18, 2];
const WIDE = /[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uff60]/gu;
const [WIDE_EM, NARROW_EM] = [1, 0.6];

/** About how wide a text is in one line. */
export function widthEm(text: string): number {
  const wide = text.match(WIDE)?.length ?? 0;
  return wide * WIDE_EM + (text.length - wide) * NARROW_EM;
}

export function columnWidthsEm(columns: readonly string[], rows: readonly (readonly string[])[]): number[] {
  return columns.map((name, column) => {
    const texts = [name, ...rows.slice(0, ROWS_READ).map((row) => row[column] ?? "")];
    const widest = texts.reduce((most, text) => Math.max(most, widthEm(text.slice(0, 100))), 0);
    return Math.min(WIDTH_MAX_EM, Math.max(WIDTH_MIN_EM, Math.ceil(widest) + EDGES_EM));
  });
}
