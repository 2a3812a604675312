// Boxes, polygons, lines and points on a picture.
import type { ControlView, MakeIsland, Mark, Part } from "../contract";
import { labelWords, newMarkId } from "../made";
import { Board } from "../overlay/board";
import type { Picture } from "../overlay/easel";
import { faultOf, type Shape } from "../overlay/geometry.ts";
import type { Tool } from "../overlay/held";
import type { Entry } from "../overlay/list";
import { lookOfMark } from "../overlay/look";
import { placeWords } from "../overlay/naming";
import type { Figure } from "../overlay/paint";
import type { Size } from "../overlay/viewport.ts";
import { shapeOf, valueOf } from "./marks.ts";

const TOOLS = ["rect", "polygon", "polyline", "point"] as const satisfies readonly Tool[];

interface Seen {
  readonly number: number;
  readonly figure: Figure | null;
  readonly entry: Entry;
}

class ShapesIsland extends Board {
  private known = new WeakMap<Mark, Seen>();

  /** The id of the line that is being drawn, and whether it is long enough to be kept. */
  private unfinishedId = newMarkId();
  private isUnfinished = false;

  /** A line that is being drawn is kept as far as it is one, so that neither a break nor an early end loses it. */
  override get marks(): readonly Mark[] {
    const unfinished = this.unfinished();
    return unfinished === null ? super.marks : [...super.marks, unfinished];
  }

  protected toolsOf(controls: readonly ControlView[]): readonly Tool[] {
    return TOOLS.filter((tool) => controls.some((control) => control.tools.length === 0 || control.tools.includes(tool)));
  }

  protected begin(): void {
    this.known = new WeakMap();
    [this.unfinishedId, this.isUnfinished] = [newMarkId(), false];
  }

  protected async open(part: Part): Promise<readonly [Picture, Size]> {
    const image = new Image();
    image.alt = "";
    image.decoding = "async";
    image.draggable = false;
    image.src = part.text;
    await image.decode().catch(() => this.missing(this.say("picture_missing")));
    const size = { width: part.width || image.naturalWidth || 1, height: part.height || image.naturalHeight || 1 };
    return [image, size];
  }

  protected figures(): readonly Figure[] {
    return this.history.now.flatMap((mark, index) => this.seen(mark, index + 1).figure ?? []);
  }

  protected entry(mark: Mark, number: number): Entry {
    return this.seen(mark, number).entry;
  }

  protected drawn(shape: Shape): void {
    const made = this.newMark(shape.kind, valueOf(shape));
    if (made === null) return;
    const mark = { ...made, id: this.unfinishedId };
    [this.unfinishedId, this.isUnfinished] = [newMarkId(), false];
    this.hand.chosen = mark.id;
    this.put([...this.history.now, mark], this.say("drawn", { name: this.words(mark, this.history.now.length + 1), place: placeWords(this.say, shape) }));
    this.hand.choose(mark.id);
  }

  protected changed(id: string, shape: Shape): void {
    const mark = this.history.now.find((one) => one.id === id);
    if (mark !== undefined) this.replace(id, { ...mark, type: shape.kind, value: valueOf(shape) }, placeWords(this.say, shape));
  }

  protected override cornered(count: number): void {
    super.cornered(count);
    const [was, is] = [this.isUnfinished, this.unfinished() !== null];
    this.isUnfinished = is;
    if (was || is) this.dispatchEvent(new CustomEvent("marks", { bubbles: true }));
  }

  private unfinished(): Mark | null {
    const { draft, least } = this.hand;
    if (draft === null || !("points" in draft) || faultOf(draft, this.hand.groundOf(least)) !== null) return null;
    const mark = this.newMark(draft.kind, valueOf(draft));
    return mark === null ? null : { ...mark, id: this.unfinishedId };
  }

  /** How a mark is shown; made anew only when it has changed. */
  private seen(mark: Mark, number: number): Seen {
    const known = this.known.get(mark);
    if (known?.number === number) return known;
    const [shape, look, words] = [shapeOf(mark), lookOfMark(mark, this.controlOf(mark)), this.words(mark, number)];
    const detail = shape === null ? this.say("undrawn") : placeWords(this.say, shape);
    const id = mark.id ?? "";
    const figure = shape === null || !id ? null : { id, shape, look, least: this.controlOf(mark)?.minPx ?? 0, name: `${words}, ${detail}` };
    const seen = { number, figure, entry: { id, look, words, detail } };
    this.known.set(mark, seen);
    return seen;
  }

  private words(mark: Mark, number: number): string {
    const kind = this.say(`kind_${TOOLS.some((tool) => tool === mark.type) ? mark.type : "other"}`);
    return this.say("name", { number, label: labelWords(this.controlOf(mark), mark.label), kind });
  }
}

export const make: MakeIsland = (words) => {
  if (customElements.get("ilgam-shapes") === undefined) customElements.define("ilgam-shapes", ShapesIsland);
  return new ShapesIsland((key, values) => words.say(key, values));
};
