// A text counted in code points, as answers hold it, in UTF-16 units, as the browser does, and cut where a reader would: at
// what looks like one character, and at words. All pure: no page in here. A place is a number of UTF-16 units from the beginning.

export interface Stretch {
  readonly start: number;
  readonly end: number;
}

const PAIR = /[\ud800-\udbff][\udc00-\udfff]/g;

/** How many numbers of a sorted list are below a bound. */
function countBelow(sorted: Uint32Array, isBelow: (value: number, index: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBelow(sorted[middle] as number, middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class ShownText {
  readonly text: string;
  /** Where characters begin that take two units. */
  private readonly pairs: Uint32Array;
  private readonly graphemes: Intl.Segments;
  private readonly words: Intl.Segments;

  constructor(text: string) {
    this.text = text;
    this.pairs = Uint32Array.from(text.matchAll(PAIR), (found) => found.index);
    this.graphemes = new Intl.Segmenter("ko", { granularity: "grapheme" }).segment(text);
    this.words = new Intl.Segmenter("ko", { granularity: "word" }).segment(text);
  }

  get length(): number {
    return this.text.length;
  }

  /** Code points before a place; a place inside a pair counts as the one before it. */
  pointOf(unit: number): number {
    const before = countBelow(this.pairs, (at) => at + 1 < unit);
    const inside = this.pairs[before] === unit - 1 ? 1 : 0;
    return unit - before - inside;
  }

  /** The place before which there are so many code points. */
  unitOf(point: number): number {
    return point + countBelow(this.pairs, (at, index) => at - index < point);
  }

  /** The words of a stretch. */
  quote({ start, end }: Stretch): string {
    return this.text.slice(start, end);
  }

  /** The character (as a reader sees one) at a place; null at the end. */
  graphemeAt(unit: number): Stretch | null {
    return stretchOf(this.graphemes.containing(unit));
  }

  /** The word at a place, with its particle; where there is none, the character. */
  wordAt(unit: number): Stretch | null {
    const found = this.words.containing(unit);
    return found?.isWordLike ? stretchOf(found) : this.graphemeAt(unit);
  }

  /** One character further on or back; stays at the ends. */
  nextGrapheme(unit: number, step: 1 | -1): number {
    if (step === 1) return this.graphemeAt(unit)?.end ?? this.length;
    return unit <= 0 ? 0 : (this.graphemeAt(unit - 1)?.start ?? 0);
  }

  /** The end of the word that a place is in or before; backwards, the beginning of the one that it is in or behind. */
  nextWord(unit: number, step: 1 | -1): number {
    let place = unit;
    while (step === 1 ? place < this.length : place > 0) {
      const found = this.words.containing(step === 1 ? place : place - 1);
      if (found === undefined) break;
      place = step === 1 ? found.index + found.segment.length : found.index;
      if (found.isWordLike) break;
    }
    return place;
  }

  /** The beginning of the next word after a place. */
  nextWordStart(unit: number): number {
    let place = unit;
    for (let found = this.words.containing(place); found !== undefined; found = this.words.containing(place)) {
      if (found.isWordLike && found.index > unit) return found.index;
      place = found.index + found.segment.length;
    }
    return this.length;
  }

  /** A stretch without blanks at its ends, of whole characters and, if wanted, whole words; null where nothing is left. */
  snapped({ start, end }: Stretch, wholeWords: boolean): Stretch | null {
    const raw = this.text.slice(start, end);
    const lead = raw.length - raw.trimStart().length;
    if (lead === raw.length) return null;
    const trail = raw.length - raw.trimEnd().length;
    const first = this.piece(start + lead, wholeWords);
    const last = this.piece(end - trail - 1, wholeWords);
    return first && last ? { start: Math.min(first.start, last.start), end: Math.max(first.end, last.end) } : null;
  }

  private piece(unit: number, wholeWord: boolean): Stretch | null {
    return wholeWord ? this.wordAt(unit) : this.graphemeAt(unit);
  }
}

function stretchOf(found: Intl.SegmentData | undefined): Stretch | null {
  return found === undefined ? null : { start: found.index, end: found.index + found.segment.length };
}
