// The wave of a recording, drawn from peaks that the server counted: nothing is decoded here, so an hour is as quick as a minute.
import type { View } from "./times";

export interface Peaks {
  readonly perSecond: number;
  /** 0 to 100. */
  readonly values: readonly number[];
}

export const NO_PEAKS: Peaks = { perSecond: 0, values: [] };
const QUIET = 0.02;

/** Reads peaks; none where there are none: segments can be made all the same. */
export async function readPeaks(url: string): Promise<Peaks> {
  if (!url) return NO_PEAKS;
  try {
    const answer = await fetch(url);
    const found = (answer.ok ? await answer.json() : {}) as { per_second?: number; peaks?: number[] };
    return found.per_second && Array.isArray(found.peaks) ? { perSecond: found.per_second, values: found.peaks } : NO_PEAKS;
  } catch {
    return NO_PEAKS;
  }
}

/** The loudest of what each of so many columns shows, 0 to 1. */
export function columns(peaks: Peaks, view: View, count: number): number[] {
  const per = (view.to - view.from) / count / 1000;
  return Array.from({ length: count }, (_, column) => {
    const first = Math.floor((view.from / 1000 + column * per) * peaks.perSecond);
    const last = Math.max(first, Math.ceil((view.from / 1000 + (column + 1) * per) * peaks.perSecond) - 1);
    let loudest = 0;
    for (let at = Math.max(0, first); at <= last && at < peaks.values.length; at += 1) loudest = Math.max(loudest, peaks.values[at] ?? 0);
    return Math.min(1, loudest / 100);
  });
}

/** Draws what is in view in the element's colour. */
export function drawWave(canvas: HTMLCanvasElement, peaks: Peaks, view: View): void {
  const scale = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(canvas.clientWidth * scale), Math.round(canvas.clientHeight * scale)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const pen = canvas.getContext("2d");
  if (pen === null || width === 0) return;
  pen.clearRect(0, 0, width, height);
  pen.fillStyle = getComputedStyle(canvas).color;
  const step = Math.max(1, Math.round(scale));
  for (const [column, share] of columns(peaks, view, Math.ceil(width / step)).entries()) {
    const tall = Math.max(QUIET, share * 0.94) * height;
    pen.fillRect(column * step, (height - tall) / 2, step, tall);
  }
}
