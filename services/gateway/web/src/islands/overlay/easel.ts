// A picture or film in a window of its own, with figures over it: shows a part of it, nearer or farther.
import type { Point, Shape } from "./geometry.ts";
import { spanOf } from "./geometry.ts";
import { type Figure, Painter } from "./paint";
import { fitted, kept, panned, showing, type Size, stepped, toPicture, type View, zoomed } from "./viewport.ts";

export type Picture = HTMLImageElement | HTMLVideoElement;

/** How bright and how strong a picture is shown, in per cent. */
export interface Light {
  readonly brightness: number;
  readonly contrast: number;
}

export class Easel {
  readonly element = document.createElement("div");
  readonly paint = new Painter();
  view: View = { scale: 1, x: 0, y: 0 };
  figures: readonly Figure[] = [];
  /** Stays from one picture to the next, as whoever chose it sees as before. */
  lit: Light = { brightness: 100, contrast: 100 };
  picture: Size = { width: 1, height: 1 };
  /** The view has changed: what is under the hand is drawn anew. */
  onView: () => void = () => undefined;
  private readonly ground = document.createElement("div");
  private window: Size = { width: 1, height: 1 };
  private isFitted = true;

  constructor() {
    this.element.className = "easel";
    this.element.tabIndex = 0;
    this.element.setAttribute("role", "application");
    this.ground.className = "easel-ground";
    this.element.append(this.ground, this.paint.marks, this.paint.hand);
    new ResizeObserver(() => this.measure()).observe(this.element);
  }

  /** Puts a picture or film on, in the size that its marks are counted in. */
  put(shown: Picture, picture: Size): void {
    this.picture = picture;
    this.ground.replaceChildren(shown);
    shown.width = picture.width;
    shown.height = picture.height;
    this.reserve(picture);
    this.element.classList.toggle("tiny", Math.max(picture.width, picture.height) < 200);
    this.isFitted = true;
    this.measure();
  }

  /** Keeps the room of a picture of this size. */
  reserve({ width, height }: Size): void {
    this.element.style.setProperty("--ratio", String(width / height));
  }

  /** Says in the picture's place why there is none; empty: nothing. */
  note(text: string): void {
    this.element.querySelector(".easel-note")?.remove();
    if (text) this.element.append(Object.assign(document.createElement("p"), { className: "easel-note", textContent: text }));
  }

  light(brightness: number, contrast: number): void {
    this.lit = { brightness, contrast };
    this.ground.style.filter = brightness === 100 && contrast === 100 ? "" : `brightness(${brightness}%) contrast(${contrast}%)`;
  }

  at(screen: Point): Point {
    return toPicture(this.view, screen);
  }

  /** The middle of what is seen, in pixels of the picture. */
  get middle(): Point {
    return this.at({ x: this.window.width / 2, y: this.window.height / 2 });
  }

  /** How many pixels of the picture the window is wide and high. */
  get seen(): Size {
    const { scale } = this.view;
    return { width: Math.min(this.picture.width, this.window.width / scale), height: Math.min(this.picture.height, this.window.height / scale) };
  }

  fit(): void {
    this.isFitted = true;
    this.apply(fitted(this.picture, this.window));
  }

  zoom(steps: number): void {
    this.scale(stepped(steps), { x: this.window.width / 2, y: this.window.height / 2 });
  }

  scale(factor: number, at: Point): void {
    const next = zoomed(this.view, factor, at, this.picture, this.window);
    this.isFitted = next.scale <= fitted(this.picture, this.window).scale * 1.0001;
    this.apply(next);
  }

  pan(dx: number, dy: number): void {
    this.apply(panned(this.view, dx, dy, this.picture, this.window));
  }

  /** Brings a shape into view. */
  reveal(shape: Shape): void {
    this.apply(showing(this.view, spanOf(shape), this.picture, this.window));
  }

  /** How near the picture is: 100 means as large as it fits. */
  get percent(): number {
    return Math.round((this.view.scale / fitted(this.picture, this.window).scale) * 100);
  }

  private measure(): void {
    const { clientWidth, clientHeight } = this.element;
    if (clientWidth === 0 || clientHeight === 0) return;
    this.window = { width: clientWidth, height: clientHeight };
    this.apply(this.isFitted ? fitted(this.picture, this.window) : kept(this.view, this.picture, this.window));
  }

  private apply(view: View): void {
    this.view = view;
    this.ground.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
    this.paint.look(view);
    this.onView();
  }
}
