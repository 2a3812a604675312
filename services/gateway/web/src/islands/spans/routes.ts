// The way of a line from one word of a text to another: between the lines of the text, and down its margin where lines lie
// between them. All pure: no page in here.

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Ends {
  readonly from: Box;
  readonly to: Box;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Route {
  /** Its corners, from the one end to the other. */
  readonly places: readonly Place[];
  /** Its longest level part: room for words. */
  readonly level: { readonly from: number; readonly to: number; readonly y: number };
}

/** Lines between two lines of text, from the text upwards, and in the margin, from its edge inwards. */
const LEVELS = 3;
const LEVEL_PIXELS = 4.5;
const FIRST_PIXELS = 5;
const CORNER_PIXELS = 5;
const HEAD_PIXELS = 4.5;
const HEAD_HIGH_PIXELS = 6;
/** Words on a line: how high they are with what is left free, and where they may stand on a level part, as shares of it. */
export const WORDS_HEIGHT = 13;
const WORDS_BESIDE = 14;
const WORDS_AT = [0.5, 0.3, 0.7, 0.15, 0.85] as const;
/** Ends of a word where lines begin and arrive stand beside each other. */
const BESIDE_PIXELS = 4;

/** The routes of all joins of a text with lines of this height. Short ones run nearer to the text than long ones. */
export function routesOf(joins: readonly Ends[], lineHeight: number): readonly Route[] {
  const gaps = new Levels();
  const routes = new Map<Ends, Route>();
  const far = ({ from, to }: Ends): number => Math.abs(from.top - to.top) * 1_000 + Math.abs(from.left - to.left);
  for (const ends of [...joins].sort((a, b) => far(a) - far(b))) routes.set(ends, routeOf(ends, lineHeight, gaps));
  return joins.map((ends) => routes.get(ends) as Route);
}

function routeOf({ from, to }: Ends, lineHeight: number, gaps: Levels): Route {
  const [start, end] = apart(middleOf(from) - BESIDE_PIXELS, middleOf(to) + BESIDE_PIXELS);
  const gap = (top: number): string => `line ${Math.round((2 * top) / lineHeight)}`;
  const above = (top: number, a: number, b: number): number => top - FIRST_PIXELS - LEVEL_PIXELS * gaps.take(gap(top), a, b);
  if (Math.abs(from.top - to.top) < lineHeight / 2) {
    const top = Math.min(from.top, to.top);
    const y = above(top, start, end);
    return measured([{ x: start, y: from.top }, { x: start, y }, { x: end, y }, { x: end, y: to.top }]);
  }
  const isDown = from.top < to.top;
  const [upper, lower] = isDown ? [from, to] : [to, from];
  const [x, lowerX] = isDown ? [start, end] : [end, start];
  const under = upper.top + lineHeight;
  const isNext = lower.top - under < lineHeight / 2;
  const margin = FIRST_PIXELS + LEVEL_PIXELS * (isNext ? 0 : gaps.take("margin", under, lower.top));
  const y = above(isNext ? lower.top : under, x, isNext ? lowerX : margin);
  // Where the line under the upper word fills the gap, an arrow reaches into it.
  const leaving = [{ x, y: Math.min(upper.bottom, y - HEAD_HIGH_PIXELS) }, { x, y }];
  const arriving = [{ x: lowerX, y: isNext ? y : above(lower.top, margin, lowerX) }, { x: lowerX, y: lower.top }];
  const between = isNext ? [] : [{ x: margin, y }, { x: margin, y: arriving[0]?.y ?? y }];
  const places = [...leaving, ...between, ...arriving];
  return measured(isDown ? places : places.reverse());
}

const middleOf = ({ left, right }: Box): number => (left + right) / 2;

/** Two ends of which one is nearly over the other, drawn apart. */
function apart(start: number, end: number): readonly [number, number] {
  return Math.abs(start - end) < 3 * BESIDE_PIXELS ? [start - BESIDE_PIXELS, end + BESIDE_PIXELS] : [start, end];
}

function measured(places: readonly Place[]): Route {
  let level = { from: 0, to: 0, y: 0 };
  places.slice(1).forEach(({ x, y }, index) => {
    const before = places[index] as Place;
    const isLonger = y === before.y && Math.abs(x - before.x) > level.to - level.from;
    if (isLonger) level = { from: Math.min(x, before.x), to: Math.max(x, before.x), y };
  });
  return { places, level };
}

/** Where words of these widths stand on each route's level part, in its middle or beside it; null: they find no room. */
export function wordsOn(routes: readonly Route[], widths: readonly number[]): readonly (Place | null)[] {
  const taken: (Place & { readonly half: number })[] = [];
  const places: (Place | null)[] = routes.map(() => null);
  const wide = ({ level }: Route): number => level.to - level.from;
  // Who has the least room chooses first.
  for (const [index, { level: { from, to, y } }] of [...routes.entries()].sort(([, a], [, b]) => wide(a) - wide(b))) {
    const half = ((widths[index] ?? 0) + WORDS_BESIDE) / 2;
    const isFree = (x: number): boolean => taken.every((one) => Math.abs(one.y - y) >= WORDS_HEIGHT || Math.abs(one.x - x) >= half + one.half);
    const x = WORDS_AT.map((share) => from + (to - from) * share).find((at) => at - half >= from && at + half <= to && isFree(at));
    if (x === undefined) continue;
    places[index] = { x, y };
    taken.push({ x, y, half });
  }
  return places;
}

/** What is taken of each gap, level by level. */
class Levels {
  private readonly taken = new Map<string, [number, number][][]>();

  /** The lowest level that is free there; the highest where none is. */
  take(gap: string, a: number, b: number): number {
    const levels = this.taken.get(gap) ?? Array.from({ length: LEVELS }, () => []);
    this.taken.set(gap, levels);
    const [from, to] = [Math.min(a, b) - LEVEL_PIXELS, Math.max(a, b) + LEVEL_PIXELS];
    const free = levels.findIndex((level) => level.every(([begin, end]) => to <= begin || end <= from));
    const at = free < 0 ? LEVELS - 1 : free;
    levels[at]?.push([from, to]);
    return at;
  }
}

/** A route as the path of an svg, with round corners. */
export function pathOf(places: readonly Place[]): string {
  return places.map((place, index) => {
    const [before, after] = [places[index - 1], places[index + 1]];
    if (before === undefined) return `M${spot(place)}`;
    if (after === undefined) return `L${spot(place)}`;
    return `L${spot(towards(place, before))}Q${spot(place)} ${spot(towards(place, after))}`;
  }).join("");
}

/** The head of an arrow at the end of a route. */
export function headOf(places: readonly Place[]): string {
  const [before, end] = [places.at(-2), places.at(-1)];
  if (before === undefined || end === undefined) return "";
  const back = end.y - Math.sign(end.y - before.y || 1) * HEAD_HIGH_PIXELS;
  return `M${spot({ x: end.x - HEAD_PIXELS, y: back })}L${spot({ x: end.x + HEAD_PIXELS, y: back })}L${spot(end)}Z`;
}

/** A little way from one corner to the next, and never past the middle. */
function towards(from: Place, to: Place): Place {
  const way = Math.hypot(to.x - from.x, to.y - from.y);
  const share = way === 0 ? 0 : Math.min(CORNER_PIXELS, way / 2) / way;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

const spot = ({ x, y }: Place): string => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;
