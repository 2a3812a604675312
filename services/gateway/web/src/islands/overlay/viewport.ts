// How a picture lies in its window: screen = picture * scale + shift. Screen lengths are CSS pixels from the window's corner.
import type { Point } from "./geometry.ts";

export interface View extends Point {
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const SCALE_MAX = 40;
const STEP = 1.25;

export const toPicture = (view: View, at: Point): Point => ({ x: (at.x - view.x) / view.scale, y: (at.y - view.y) / view.scale });

export const toScreen = (view: View, at: Point): Point => ({ x: at.x * view.scale + view.x, y: at.y * view.scale + view.y });

/** The whole picture, as large as it fits, in the middle. */
export function fitted(picture: Size, window: Size): View {
  const scale = Math.min(window.width / picture.width, window.height / picture.height);
  return { scale, x: (window.width - picture.width * scale) / 2, y: (window.height - picture.height * scale) / 2 };
}

const held = (shift: number, length: number, window: number): number =>
  length <= window ? (window - length) / 2 : Math.min(0, Math.max(window - length, shift));

/** The view with the picture kept in its window: no empty strip where there is picture to fill it. */
export function kept(view: View, picture: Size, window: Size): View {
  const least = fitted(picture, window).scale;
  const scale = Math.min(Math.max(view.scale, least), Math.max(SCALE_MAX, least));
  return { scale, x: held(view.x, picture.width * scale, window.width), y: held(view.y, picture.height * scale, window.height) };
}

/** Nearer by a factor, with the place under `at` (on the screen) staying where it is. */
export function zoomed(view: View, factor: number, at: Point, picture: Size, window: Size): View {
  const least = fitted(picture, window).scale;
  const scale = Math.min(Math.max(view.scale * factor, least), Math.max(SCALE_MAX, least));
  const under = toPicture(view, at);
  return kept({ scale, x: at.x - under.x * scale, y: at.y - under.y * scale }, picture, window);
}

export const stepped = (steps: number): number => STEP ** steps;

export function panned(view: View, dx: number, dy: number, picture: Size, window: Size): View {
  return kept({ scale: view.scale, x: view.x + dx, y: view.y + dy }, picture, window);
}

/** The least move that brings a stretch of the picture into the window. */
export function showing(view: View, span: { left: number; top: number; right: number; bottom: number }, picture: Size, window: Size): View {
  const [a, b] = [toScreen(view, { x: span.left, y: span.top }), toScreen(view, { x: span.right, y: span.bottom })];
  const go = (low: number, high: number, length: number): number => (low >= 0 && high <= length ? 0 : low < 0 && high > length ? 0 : low < 0 ? -low : length - high);
  return panned(view, go(a.x, b.x, window.width), go(a.y, b.y, window.height), picture, window);
}
