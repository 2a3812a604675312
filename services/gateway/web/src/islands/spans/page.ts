// The text in the page: built once, in pieces of which a change draws anew only those that it touches, and the way between
// places of the text and places of the page.
import type { Part } from "../contract";
import { readHtml } from "../../lib/safe-html";
import { make } from "../made";
import { type Joined, Joins } from "./joins";
import { inOrder, lanesOf, type Span } from "./marks";
import { ShownText, type Stretch } from "./text";
import type { Role } from "./work";

/** Lines of a text that are longer are shown as several, so that a change of one mark never draws much. */
const LINE_UNITS = 2_000;
/** Of texts that are longer, only what is near the part in view is laid out. */
const LONG_UNITS = 8_000;

/** One run of text in the page, with the marks in it. */
interface Run extends Stretch {
  readonly element: HTMLElement;
  readonly text: string;
  drawn: string;
}

/** How a span or a relation looks. */
export type Dress = (element: HTMLElement | SVGElement, one: { readonly control: string; readonly label: string }) => void;

export class TextPage {
  readonly element: HTMLElement;
  readonly text: ShownText;
  private readonly runs: Run[] = [];
  private readonly isHtml: boolean;
  private readonly joins: Joins;

  /** Fills the element with a text or html. */
  constructor(element: HTMLElement, part: Part) {
    this.element = element;
    this.isHtml = part.kind === "html";
    if (this.isHtml) {
      const { content, text, leaves } = readHtml(part.text);
      this.text = new ShownText(text);
      for (const { node, start } of leaves) node.replaceWith(this.run(node.data, start));
      element.append(content);
    } else {
      this.text = new ShownText(part.text);
      element.append(...this.lines());
      element.classList.toggle("is-long", part.text.length > LONG_UNITS);
    }
    this.joins = new Joins(element);
  }

  /** Draws the spans and what joins them; those that are as they were stay untouched. */
  draw(marked: Joined & { readonly roles: ReadonlyMap<string, Role> }, dress: Dress): void {
    const { spans, roles } = marked;
    const ordered = [...spans].sort(inOrder);
    const lanes = lanesOf(ordered);
    const here: Span[][] = this.runs.map(() => []);
    for (const span of ordered) {
      for (let at = this.runIndex(span.start); at < this.runs.length && (this.runs[at] as Run).start < span.end; at += 1) here[at]?.push(span);
    }
    let isMoved = false;
    this.runs.forEach((run, at) => {
      const inside = here[at] ?? [];
      const as = inside.map((one) => `${one.id} ${one.label} ${one.start} ${one.end} ${lanes.get(one.id)} ${roles.get(one.id)}`).join("|");
      if (as === run.drawn) return;
      run.drawn = as;
      isMoved = true;
      run.element.replaceChildren(...this.pieces(run, inside, lanes, roles, dress));
    });
    this.joins.show(marked, dress, isMoved);
  }

  /** The text node and the offset in it where a place stands; backwards: at the end of the run before, where there are two. */
  nodeAt(unit: number, backwards = false): readonly [Text, number] | null {
    let at = this.runIndex(unit);
    if (backwards && at > 0 && (this.runs[at]?.start ?? 0) >= unit) at -= 1;
    const run = this.runs[Math.min(at, this.runs.length - 1)];
    if (run === undefined) return null;
    let rest = Math.min(Math.max(unit - run.start, 0), run.text.length);
    const walker = document.createTreeWalker(run.element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode() as Text | null; node !== null; node = walker.nextNode() as Text | null) {
      if (rest < node.length || (rest === node.length && (backwards || walker.currentNode === lastText(run.element)))) return [node, rest];
      rest -= node.length;
    }
    return null;
  }

  /** The place of the text at a place of the page; null: it is not in the text. */
  unitAt(node: Node, offset: number): number | null {
    if (!this.element.contains(node)) return null;
    const inside = (node instanceof Element ? node : node.parentElement)?.closest("[data-run]");
    const run = inside == null ? this.runAfter(node, offset) : this.runs[Number((inside as HTMLElement).dataset["run"])];
    if (run === undefined) return this.text.length;
    if (inside == null) return run.start;
    const before = document.createRange();
    before.setStart(run.element, 0);
    before.setEnd(node, offset);
    return run.start + before.toString().length;
  }

  /** A range of the page; null where nothing of it is shown. */
  range({ start, end }: Stretch): Range | null {
    const [from, to] = [this.nodeAt(start), this.nodeAt(end, true)];
    if (from === null || to === null) return null;
    const range = document.createRange();
    range.setStart(...from);
    range.setEnd(...to);
    return range;
  }

  /** Scrolls the text, where it scrolls by itself, so that a part of it is in view. */
  reveal(stretch: Stretch): void {
    const [box, rect] = [this.element.getBoundingClientRect(), this.range(stretch)?.getBoundingClientRect()];
    if (rect && (rect.top < box.top || rect.bottom > box.bottom)) this.element.scrollTop += rect.top - box.top - this.element.clientHeight / 3;
  }

  /** Whether the character at a place takes room on the screen; of a plain text each does. */
  shows(unit: number): boolean {
    if (!this.isHtml) return true;
    const rects = this.range({ start: unit, end: unit + 1 })?.getClientRects();
    return [...(rects ?? [])].some((rect) => rect.width > 0);
  }

  /** Whether the line of a place is read from right to left. */
  isLeftward(unit: number): boolean {
    const line = this.nodeAt(unit)?.[0].parentElement?.closest("[dir], p, li, td, div");
    return line != null && getComputedStyle(line).direction === "rtl";
  }

  private lines(): HTMLElement[] {
    let start = 0;
    return this.text.text.split(/(?<=\n)/).flatMap((line) => {
      const elements: HTMLElement[] = [];
      for (const end = start + line.length; start < end || elements.length === 0; ) {
        const to = this.lineEnd(start, end);
        elements.push(make("div", { class: "spans-line", dir: "auto" }, this.run(this.text.quote({ start, end: to }), start)));
        start = to;
      }
      return elements;
    });
  }

  /** Where a line is cut that begins at a place: at its end, or behind a word where it is very long. */
  private lineEnd(start: number, end: number): number {
    if (end - start <= LINE_UNITS) return end;
    const blank = this.text.text.lastIndexOf(" ", start + LINE_UNITS);
    const cut = blank > start ? blank + 1 : start + LINE_UNITS;
    return this.text.graphemeAt(cut)?.start ?? cut;
  }

  private run(text: string, start: number): HTMLElement {
    const element = make("span", { "data-run": `${this.runs.length}` }, text);
    this.runs.push({ element, text, start, end: start + text.length, drawn: "" });
    return element;
  }

  /** The first run that ends behind a place. */
  private runIndex(unit: number): number {
    let [low, high] = [0, this.runs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.runs[middle] as Run).end <= unit) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private runAfter(node: Node, offset: number): Run | undefined {
    const place = document.createRange();
    place.setStart(node, offset);
    return this.runs.find(({ element }) => place.comparePoint(element, 0) >= 0);
  }

  /** What stands in a run: its text cut where marks begin and end, in the marks that lie over each piece. */
  private pieces(run: Run, spans: readonly Span[], lanes: ReadonlyMap<string, number>, roles: ReadonlyMap<string, Role>, dress: Dress): Node[] {
    const cuts = new Set([run.start, run.end]);
    for (const { start, end } of spans) for (const cut of [start, end]) if (cut > run.start && cut < run.end) cuts.add(cut);
    const places = [...cuts].sort((a, b) => a - b);
    return places.slice(0, -1).map((from, index) => {
      const to = places[index + 1] as number;
      let piece: Node = document.createTextNode(run.text.slice(from - run.start, to - run.start));
      // The lower its line, the further out it stands, so that none hides the line of another.
      const over = spans.filter((one) => one.start < to && from < one.end);
      for (const span of over.sort((a, b) => (lanes.get(a.id) ?? 0) - (lanes.get(b.id) ?? 0))) {
        const mark = make("mark", { class: "spans-mark", "data-mark": span.id, "data-lane": `${Math.min(lanes.get(span.id) ?? 0, 3)}` }, piece);
        if (span.start === from) mark.classList.add("is-first");
        if (span.end === to) mark.classList.add("is-last");
        const role = roles.get(span.id);
        if (role !== undefined) mark.classList.add(`is-${role}`);
        dress(mark, span);
        piece = mark;
      }
      return piece;
    });
  }
}

function lastText(element: Element): Node {
  let node: Node = element;
  while (node.lastChild !== null) node = node.lastChild;
  return node;
}
