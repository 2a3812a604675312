// Media of the next items are fetched before they are needed, so that an item shows at once: pictures whole and decoded, of
// sound and film the first bytes and what is known of the loudness.
import type { Item } from "./model";

const AHEAD = 5;
const KEPT = 12;
const PLAYED_AHEAD = 3;
const FIRST_BYTES = 256 * 1024;
const TINY_PIXELS = 64;

export class Pictures {
  private readonly ready = new Map<string, HTMLImageElement>();
  private readonly asked = new Set<string>();

  /** Prepares what these items show. */
  prepare(items: readonly Item[]): void {
    for (const [place, item] of items.slice(0, AHEAD).entries()) {
      for (const part of item.parts) {
        if (part.control) this.ask(part.text);
        else if (part.kind === "image" && part.text) void this.of(part.text);
        if (place >= PLAYED_AHEAD || (part.kind !== "audio" && part.kind !== "video")) continue;
        this.ask(part.text, { range: `bytes=0-${FIRST_BYTES - 1}` });
        this.ask(part.peaksUrl);
      }
    }
  }

  private ask(address: string, headers: Record<string, string> = {}): void {
    if (!address || this.asked.has(address)) return;
    this.asked.add(address);
    fetch(address, { headers }).then((answer) => answer.blob()).catch(() => this.asked.delete(address));
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
