// What is to be judged, where no island shows it: texts, pictures, sound, film, tables; the same as the server draws it.
import type { Part } from "../islands/contract";
import { readHtml } from "../lib/safe-html";
import type { Pictures } from "./pictures";
import type { Words } from "./words";

export class Parts {
  private readonly words: Words;
  private readonly pictures: Pictures;

  constructor(words: Words, pictures: Pictures) {
    [this.words, this.pictures] = [words, pictures];
  }

  /** The element of a part, and a promise that is done when it can be seen. */
  draw(part: Part, number: number): HTMLElement {
    if (part.kind === "image") return this.picture(part, number);
    if (part.kind === "audio" || part.kind === "video") return this.player(part, number);
    if (part.kind === "table") return this.table(part, number);
    const isHtml = part.kind === "html";
    const text = make("div", isHtml ? "bench-html prose" : "bench-text", isHtml ? "" : part.text);
    if (isHtml) text.append(readHtml(part.text).content);
    if (part.language && part.language !== document.documentElement.lang) text.lang = part.language;
    return text;
  }

  altOf(part: Part, number: number): string {
    return part.alt || this.words.say("picture_alt", { number });
  }

  private picture(part: Part, number: number): HTMLElement {
    const figure = make("figure", "bench-picture");
    if (!part.text) {
      figure.append(make("p", "soft", this.words.say("picture_missing")));
      return figure;
    }
    const image = this.pictures.of(part.text);
    image.alt = this.altOf(part, number);
    figure.append(image);
    return figure;
  }

  private player(part: Part, number: number): HTMLElement {
    const player = Object.assign(document.createElement(part.kind as "audio" | "video"), { controls: true, preload: "metadata", src: part.text, className: "bench-player" });
    if (player instanceof HTMLVideoElement && part.width > 0) [player.width, player.height] = [part.width, part.height];
    player.setAttribute("aria-label", part.alt || this.words.say(part.kind === "audio" ? "sound_name" : "film_name", { number }));
    return player;
  }

  private table(part: Part, number: number): HTMLElement {
    const place = make("div", "scrolls bench-table");
    place.tabIndex = 0;
    place.setAttribute("role", "region");
    place.setAttribute("aria-label", part.alt || this.words.say("table_name", { number }));
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    for (const column of part.columns) head.append(Object.assign(document.createElement("th"), { scope: "col", textContent: column }));
    const body = table.createTBody();
    for (const cells of part.rows) {
      const row = body.insertRow();
      for (const cell of cells) row.insertCell().textContent = cell;
    }
    place.append(table);
    return place;
  }
}

function make(name: string, className: string, text = ""): HTMLElement {
  return Object.assign(document.createElement(name), { className, textContent: text });
}
