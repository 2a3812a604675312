// Puts an item into the page: the same places as in the form that the server made, filled with the next item.
import { isOpen, type Item, nextOpen, type Part } from "./model";
import { markTiny, type Pictures } from "./pictures";
import type { Words } from "./words";

const SAID_LENGTH_MAX = 300;

export class View {
  readonly form: HTMLFormElement;
  private readonly bench: HTMLElement;
  private readonly words: Words;
  private readonly pictures: Pictures;

  constructor(bench: HTMLElement, words: Words, pictures: Pictures) {
    [this.bench, this.words, this.pictures] = [bench, words, pictures];
    this.form = this.find<HTMLFormElement>("#answer-form");
    const images = [...bench.querySelectorAll<HTMLImageElement>("[data-shown] img")];
    for (const image of images) void image.decode().then(() => markTiny(image)).catch(() => undefined);
    this.find("[data-zoom-row]").hidden = images.length === 0;
  }

  find<T extends HTMLElement = HTMLElement>(selector: string): T {
    const found = this.bench.querySelector<T>(selector);
    if (found === null) throw new Error(`the bench has no ${selector}`);
    return found;
  }

  get radios(): HTMLInputElement[] {
    return [...this.form.querySelectorAll<HTMLInputElement>("input[name=choice]")];
  }

  get notSure(): HTMLInputElement | null {
    return this.form.querySelector("#not-sure");
  }

  /** Shows an item; the returned promise is done when its pictures can be seen. */
  async show(item: Item, items: readonly Item[]): Promise<void> {
    this.find("#item-head").textContent = this.words.say("item_head", { number: item.number, count: items.length });
    const images = this.fill(item);
    this.clearErrors();
    this.mark(item);
    for (const input of this.bench.querySelectorAll<HTMLInputElement>("#answer-form [name=assignment_id], [data-report] [name=assignment_ids]")) input.value = item.id;
    for (const step of [-1, 1] as const) this.move(step, nextOpen(items, item.number, step));
    this.find(".bench-item").scrollIntoView({ block: "nearest" });
    await Promise.all(images.map((image) => image.decode().catch(() => undefined)));
  }

  /** What an item says, for those who listen. */
  spoken(item: Item, count: number): string {
    const content = item.parts.map((part) => (part.kind === "image" ? this.altOf(part, item) : part.text)).join(" ");
    return `${this.words.say("now_at", { number: item.number, count })} ${content.slice(0, SAID_LENGTH_MAX)}`;
  }

  /** What is chosen, and whether one may still choose. */
  mark(item: Item): void {
    const open = isOpen(item);
    this.bench.dataset["state"] = item.state;
    this.find<HTMLFieldSetElement>("[data-choices]").disabled = !open;
    for (const radio of this.radios) radio.checked = radio.value === item.choice;
    if (this.notSure !== null) [this.notSure.checked, this.notSure.disabled] = [item.notSure, !open];
    this.find("[data-submit]").hidden = !open;
    const answered = this.find("[data-answered]");
    answered.hidden = open;
    answered.textContent = open ? "" : this.words.say("answered", { state: item.words ?? item.stateWords });
  }

  clearErrors(): void {
    this.form.querySelector("#error-choice")?.remove();
    this.find("[data-choices]").removeAttribute("aria-describedby");
    this.bench.querySelector(".summary-of-errors")?.remove();
  }

  /** Links to pictures end with the sign-in and after a while: one that failed gets its new address. */
  renewPictures(item: Item): void {
    for (const image of this.bench.querySelectorAll<HTMLImageElement>("[data-shown] img")) {
      if (image.complete && image.naturalWidth === 0) return void this.fill(item);
    }
  }

  /** Shows that nothing is left to do. */
  finish(text: string, first: boolean): void {
    for (const selector of ["[data-places]", ".bench-tools", "[data-lease-warning]"]) this.find(selector).hidden = true;
    this.find("[data-done]").hidden = false;
    this.find("[data-done-words]").textContent = text;
    if (first) this.find("#done-head").focus();
  }

  /** Says at the choices what is missing. */
  missing(text: string): void {
    const note = Object.assign(document.createElement("p"), { className: "field-error", id: "error-choice", textContent: text });
    this.form.querySelector("#error-choice")?.remove();
    this.find("[data-choices] legend").after(note);
    this.find("[data-choices]").setAttribute("aria-describedby", note.id);
    this.radios[0]?.focus();
  }

  private fill(item: Item): HTMLImageElement[] {
    const images: HTMLImageElement[] = [];
    const shown = item.parts.map((part) => {
      if (part.kind !== "image") {
        const text = Object.assign(document.createElement("p"), { className: "bench-text", textContent: part.text });
        if (part.language && part.language !== document.documentElement.lang) text.lang = part.language;
        return text;
      }
      const figure = Object.assign(document.createElement("figure"), { className: "bench-picture" });
      const image = part.text ? this.pictures.of(part.text) : null;
      if (image === null) {
        figure.append(Object.assign(document.createElement("p"), { textContent: this.words.say("picture_missing") }));
      } else {
        image.alt = this.altOf(part, item);
        figure.append(image);
        images.push(image);
      }
      return figure;
    });
    this.find("[data-shown]").replaceChildren(...shown);
    this.find("[data-zoom-row]").hidden = images.length === 0;
    return images;
  }

  private altOf(part: Part, item: Item): string {
    return part.alt || this.words.say("picture_alt", { number: item.number });
  }

  private move(step: 1 | -1, to: Item | undefined): void {
    const link = this.find<HTMLAnchorElement>(`[data-move="${step}"]`);
    if (to === undefined) {
      link.removeAttribute("href");
      link.setAttribute("role", "link");
      link.setAttribute("aria-disabled", "true");
    } else {
      link.href = `?n=${to.number}`;
      link.removeAttribute("role");
      link.removeAttribute("aria-disabled");
    }
  }
}
