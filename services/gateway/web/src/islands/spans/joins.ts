// Lines over a text between the words that relations join. For eyes alone: the list beside the text says the same in words.
import { svg } from "../overlay/look";
import type { Relation, Span } from "./marks";
import { type Box, type Ends, headOf, pathOf, type Place, routesOf, WORDS_HEIGHT, wordsOn } from "./routes";

/** Where there are more, only those of what is chosen are drawn. */
const DRAWN_MOST = 12;

/** How a mark looks: its colour, and its label as `data-tag`. */
export type DressOne = (element: SVGElement, one: { readonly control: string; readonly label: string }) => void;

export interface Joined {
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
  /** The id of the mark that is chosen; empty: none. */
  readonly chosen: string;
}

/** The relations that are drawn. */
export function drawnOf({ relations, chosen }: Joined): readonly Relation[] {
  if (relations.length <= DRAWN_MOST) return relations;
  return relations.filter(({ id, from, to }) => [id, from, to].includes(chosen));
}

export class Joins {
  private readonly element = svg("svg", { class: "spans-joins", "aria-hidden": "true", width: 1, height: 1 });
  private readonly text: HTMLElement;
  private shown: { readonly relations: readonly Relation[]; readonly chosen: string; readonly dress: DressOne } | null = null;
  private drawn = "";
  private frame = 0;

  constructor(text: HTMLElement) {
    this.text = text;
    new ResizeObserver(() => this.soon()).observe(text);
    // Of a long text only what is near is laid out: the rest takes its place when it comes.
    text.addEventListener("scroll", () => this.soon(), { passive: true });
    void document.fonts.ready.then(() => this.soon());
  }

  /** Draws them when the page is drawn next. `moved`: the text itself has changed, so that words may stand elsewhere. */
  show(joined: Joined, dress: DressOne, moved: boolean): void {
    const relations = drawnOf(joined);
    const as = relations.map((one) => [one.id, one.label, one.from, one.to, one.id === joined.chosen].join(" ")).join("|");
    if (as === this.drawn && !moved) return;
    [this.drawn, this.shown] = [as, { relations, chosen: joined.chosen, dress }];
    this.soon();
  }

  private soon(): void {
    const isNothing = this.shown === null || (this.shown.relations.length === 0 && !this.element.hasChildNodes());
    if (isNothing || this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  private draw(): void {
    const { text, element, shown } = this;
    if (shown === null || !text.isConnected) return;
    const found = this.boxes(new Set(shown.relations.flatMap(({ from, to }) => [from, to])));
    const all = shown.relations.flatMap((relation) => {
      const [from, to] = [found.get(relation.from), found.get(relation.to)];
      return from === undefined || to === undefined ? [] : [{ relation, ends: { from, to } satisfies Ends }];
    });
    const routes = routesOf(all.map(({ ends }) => ends), Number.parseFloat(getComputedStyle(text).lineHeight));
    const lines = all.map(({ relation }, index) => this.line(relation, routes[index]?.places ?? [], relation.id === shown.chosen, shown.dress));
    const words = lines.map((line) => {
      const one = svg("text", { "text-anchor": "middle", "dominant-baseline": "central" }) as SVGTextElement;
      one.textContent = line.dataset["tag"] ?? "";
      return one;
    });
    // What is chosen lies over the others, and words over all lines.
    element.replaceChildren(...[...lines].sort((a, b) => a.classList.length - b.classList.length), ...words);
    if (!element.isConnected) text.append(element);
    // All words are measured before one is moved, so that the page is laid out once.
    const widths = words.map((one) => one.getComputedTextLength());
    const places = wordsOn(routes, widths);
    words.forEach((one, index) => {
      const [place, width] = [places[index], (widths[index] ?? 0) + 4];
      if (!place) return one.remove();
      one.before(svg("rect", { x: place.x - width / 2, y: place.y - WORDS_HEIGHT / 2, width, height: WORDS_HEIGHT }));
      one.setAttribute("x", `${place.x}`);
      one.setAttribute("y", `${place.y}`);
    });
  }

  /** Where marks begin, in pixels of the text. */
  private boxes(ids: ReadonlySet<string>): ReadonlyMap<string, Box> {
    const { text } = this;
    const frame = text.getBoundingClientRect();
    const [left, top] = [frame.left + text.clientLeft - text.scrollLeft, frame.top + text.clientTop - text.scrollTop];
    const found = new Map<string, Box>();
    for (const mark of text.querySelectorAll<HTMLElement>(".spans-mark.is-first")) {
      const id = mark.dataset["mark"] ?? "";
      const rect = ids.has(id) ? mark.getClientRects()[0] : undefined;
      if (rect) found.set(id, { left: rect.left - left, right: rect.right - left, top: rect.top - top, bottom: rect.bottom - top });
    }
    return found;
  }

  private line(relation: Relation, places: readonly Place[], isChosen: boolean, dress: DressOne): SVGElement {
    const line = svg("g", isChosen ? { class: "is-chosen" } : {});
    dress(line, relation);
    const path = pathOf(places);
    line.append(svg("path", { d: path, class: "halo" }), svg("path", { d: path }), svg("path", { d: headOf(places), class: "head" }));
    return line;
  }
}
