// What somebody points at: the character under a finger or a mouse, and what they selected by dragging.
import type { TextPage } from "./page";
import type { Stretch } from "./text";

/** A hand that shakes moves so far while it presses. */
export const JITTER_PIXELS = 14;

/** The character at a place of the screen; null: there is none. */
export function characterAt(page: TextPage, x: number, y: number): Stretch | null {
  const { text } = page;
  const unit = caretAt(page, x, y);
  if (unit === null) return null;
  const near = [text.graphemeAt(unit), unit > 0 ? text.graphemeAt(unit - 1) : null];
  const isUnder = (stretch: Stretch | null): boolean => [...((stretch && page.range(stretch)?.getClientRects()) ?? [])].some((rect) => rect.left <= x && x <= rect.right && rect.top - 6 <= y && y <= rect.bottom + 6);
  return near.find(isUnder) ?? null;
}

/** The place of the text that is nearest to a place of the screen. */
export function caretAt(page: TextPage, x: number, y: number): number | null {
  if (document.caretPositionFromPoint) {
    const found = document.caretPositionFromPoint(x, y);
    return found === null ? null : page.unitAt(found.offsetNode, found.offset);
  }
  const range = document.caretRangeFromPoint(x, y);
  return range === null ? null : page.unitAt(range.startContainer, range.startOffset);
}

/** What the browser has selected in the text, from where to where, as far as it lies in it; null: nothing. */
export function selectedIn(page: TextPage): { readonly anchor: number; readonly focus: number } | null {
  const selection = getSelection();
  if (selection === null || selection.isCollapsed || selection.anchorNode === null || selection.focusNode === null) return null;
  const [from, to] = [page.unitAt(selection.anchorNode, selection.anchorOffset), page.unitAt(selection.focusNode, selection.focusOffset)];
  if (from === null && to === null) return null;
  const anchor = from ?? endBeside(page, selection.anchorNode, selection.anchorOffset);
  const focus = to ?? endBeside(page, selection.focusNode, selection.focusOffset);
  return anchor === focus ? null : { anchor, focus };
}

/** The end of the text that is nearer to a place of the page beside it. */
function endBeside(page: TextPage, node: Node, offset: number): number {
  const place = document.createRange();
  place.setStart(node, offset);
  return place.comparePoint(page.element, 0) < 0 ? page.text.length : 0;
}

/** One line up or down, or to a line's beginning or end, as the browser counts lines. */
export function movedByLine(page: TextPage, from: number, how: "up" | "down" | "home" | "end"): number {
  const [selection, place] = [getSelection(), page.nodeAt(from)];
  if (selection === null || place === null) return from;
  const edge = how === "home" || how === "end";
  selection.collapse(...place);
  selection.modify("move", how === "up" || how === "home" ? "backward" : "forward", edge ? "lineboundary" : "line");
  const found = selection.focusNode === null ? null : page.unitAt(selection.focusNode, selection.focusOffset);
  if (found !== null) return found;
  return how === "up" || how === "home" ? 0 : page.text.length;
}
