// Times of recordings: whole milliseconds inside, minutes:seconds.milliseconds for people.

const FORM = /^(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,6})(?:[.,](\d{1,3}))?$/;
const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

/** 62345 -> "1:02.345"; from an hour on "1:00:02.345". */
export function clock(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  const hours = Math.floor(whole / HOUR);
  const minutes = Math.floor((whole % HOUR) / MINUTE);
  const seconds = `${Math.floor((whole % MINUTE) / SECOND)}`.padStart(2, "0");
  const rest = `${whole % SECOND}`.padStart(3, "0");
  return hours ? `${hours}:${`${minutes}`.padStart(2, "0")}:${seconds}.${rest}` : `${minutes}:${seconds}.${rest}`;
}

/** What somebody typed as milliseconds: "1:02.345", "62.345", "1:00:02"; null where it is no time. */
export function milliseconds(typed: string): number | null {
  const found = FORM.exec(typed.trim());
  if (found === null) return null;
  const [, hours = "0", minutes = "0", seconds = "0", rest = ""] = found;
  return Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * SECOND + Number(rest.padEnd(3, "0") || 0);
}

/** What of a recording is in view: its first and last millisecond. */
export interface View {
  readonly from: number;
  readonly to: number;
}

const SHORTEST_MS = 500;

/** Where a time is drawn on a wave so many pixels wide. */
export function pixelOf(ms: number, view: View, width: number): number {
  return ((ms - view.from) / (view.to - view.from)) * width;
}

/** The whole millisecond at a place of the wave. */
export function timeAt(pixel: number, view: View, width: number): number {
  return Math.round(view.from + (pixel / width) * (view.to - view.from));
}

/** A view `factor` times as long around a time, inside the recording. */
export function zoomed(view: View, factor: number, around: number, duration: number): View {
  const length = Math.min(duration, Math.max(SHORTEST_MS, (view.to - view.from) * factor));
  const share = Math.min(1, Math.max(0, (around - view.from) / (view.to - view.from)));
  return within(around - share * length, length, duration);
}

/** A view of that length that begins near a time, inside the recording. */
export function within(from: number, length: number, duration: number): View {
  const begin = Math.round(Math.min(Math.max(0, from), Math.max(0, duration - length)));
  return { from: begin, to: Math.round(begin + Math.min(length, duration)) };
}
