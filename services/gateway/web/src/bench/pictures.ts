// Pictures of the next items are fetched and decoded before they are needed, so that an item shows at once.
import type { Item } from "./model";

const AHEAD = 5;
const KEPT = 12;
const TINY_PIXELS = 64;

export class Pictures {
  private readonly ready = new Map<string, HTMLImageElement>();

  /** Prepares the pictures of these items. */
  prepare(items: readonly Item[]): void {
    for (const item of items.slice(0, AHEAD)) {
      for (const part of item.parts) if (part.kind === "image" && part.text) void this.of(part.text);
    }
  }

  /** The picture of an address; the same element each time, so that what is decoded stays so. */
  of(address: string): HTMLImageElement {
    const known = this.ready.get(address);
    this.ready.delete(address);
    const image = known ?? begin(address);
    this.ready.set(address, image);
    const oldest = this.ready.keys().next();
    if (this.ready.size > KEPT && !oldest.done) this.ready.delete(oldest.value);
    return image;
  }
}

function begin(address: string): HTMLImageElement {
  const image = new Image();
  image.src = address;
  image
    .decode()
    .then(() => markTiny(image))
    .catch(() => undefined);
  return image;
}

/** A picture of a few pixels is enlarged as it is, not smeared. */
export function markTiny(image: HTMLImageElement): void {
  image.classList.toggle("tiny", Math.max(image.naturalWidth, image.naturalHeight) <= TINY_PIXELS);
}
