// The form of an answer, whatever is asked: the fields that the server drew, and the islands on what is shown. It keeps the
// marks, says what is missing, and writes the hidden field `results`, so that the form can also be sent as it is.
import type { ControlView, Island, Mark, Part, Say } from "../islands/contract";
import { count, focusField, labelAt, readFields, tick, writeFields, writePictures } from "./fields";
import { type IslandName, isIslands, islandsOf, load, type Place } from "./islands";
import { isSame, lackOf, type Lack } from "./marks";
import type { Pressed } from "./keymap";

export interface Asked {
  readonly controls: readonly ControlView[];
  readonly objects: readonly { readonly id: string; readonly kind: string }[];
}

export interface AnswerEvents {
  /** The person changed the answer. */
  changed(): void;
  /** Something to say to those who listen. */
  say(text: string): void;
  /** A picture, sound or film cannot be read any more: its link may have ended. */
  broken?(): void;
  /** Draws a part that no island shows. */
  draw(part: Part): HTMLElement;
  /** The texts of an island. */
  words(island: IslandName): Say;
  /** An island could not be read: the form stays as the server drew it, with rows for marks. */
  plain?(): void;
}

interface Mounted extends Place {
  readonly island: IslandName;
  readonly element: Island;
}

export class AnswerForm {
  readonly form: HTMLFormElement;
  private readonly shown: HTMLElement;
  private readonly asked: Asked;
  private readonly on: AnswerEvents;
  private readonly places: readonly Place[];
  private readonly fields: readonly ControlView[];
  private mounted: readonly Mounted[] = [];
  private ready: Promise<void>;
  private readOnly = false;
  private isPlain = false;
  private others: readonly Mark[] = [];

  /** `root` holds the form `[data-answer-form]` and the place of what is shown, `[data-shown]`. */
  constructor(root: HTMLElement, asked: Asked, on: AnswerEvents) {
    [this.asked, this.on] = [asked, on];
    this.form = need<HTMLFormElement>(root, "[data-answer-form]");
    this.shown = need(root, "[data-shown]");
    this.places = islandsOf(asked.controls);
    this.fields = asked.controls.filter((control) => !isIslands(control));
    this.ready = this.mount();
    this.ready.catch(() => this.leavePlain());
    const changed = (event: Event): void => {
      if ((event.target as HTMLElement).closest("[data-field], [name=not_sure]") !== null) this.changed();
    };
    this.form.addEventListener("input", changed);
    // A text that was being composed is whole now.
    this.form.addEventListener("compositionend", changed);
  }

  /** Whether islands show the objects, so that the page as the server drew it is not enough. */
  get hasIslands(): boolean {
    return this.places.length > 0;
  }

  /** The answer as it is now, in the order of the controls. */
  get marks(): readonly Mark[] {
    const found = [...readFields(this.form, this.fields), ...this.mounted.flatMap((one) => one.element.marks), ...this.others];
    return this.asked.controls.flatMap((control) => found.filter((mark) => mark.control === control.id));
  }

  get notSure(): boolean {
    return this.form.querySelector<HTMLInputElement>("[name=not_sure]")?.checked === true;
  }

  /** Shows an item; the promise is done when the person can work on it. */
  async show(parts: readonly Part[], marks: readonly Mark[], notSure: boolean, readOnly: boolean, drawn = false): Promise<void> {
    this.fill(marks, notSure, readOnly);
    writePictures(this.form, parts);
    if (drawn && !this.hasIslands) return;
    await this.ready;
    const islands = (object: string): Mounted[] => this.mounted.filter((one) => one.object === object);
    const objects = this.asked.objects.map(({ id, kind }) => {
      const place = Object.assign(document.createElement("div"), { className: `bench-object ${kind}` });
      place.dataset["object"] = id;
      const own = islands(id);
      place.append(...(own.length > 0 ? own.map((one) => one.element) : parts.filter((part) => part.object === id).map((part) => this.on.draw(part))));
      return place;
    });
    const held = this.held;
    this.shown.replaceChildren(...objects);
    const pictures = [...this.shown.querySelectorAll("img"), ...this.form.querySelectorAll<HTMLImageElement>(".choice-picture img[src]")];
    const images = pictures.map((image) => image.decode().catch(() => undefined));
    await Promise.all([...images, ...this.mounted.map((one) => this.give(one, parts, marks))]);
    this.hold(held);
  }

  /** Takes over what is known now; what the person sees already stays as it is. */
  async take(parts: readonly Part[], marks: readonly Mark[], notSure: boolean, readOnly: boolean): Promise<void> {
    if (isSame(this.marks, marks) && this.readOnly === readOnly && this.notSure === notSure) return;
    this.fill(marks, notSure, readOnly);
    const held = this.held;
    await Promise.all(this.mounted.map((one) => this.give(one, parts, marks)));
    this.hold(held);
  }

  /** Tells the islands where their pictures, sounds and films are by now. */
  renew(parts: readonly Part[]): void {
    for (const { element, object } of this.mounted) {
      const part = parts.find((one) => one.object === object);
      if (part !== undefined) element.renew?.(part);
    }
  }

  /** What the answer lacks by its own rules; null: nothing. */
  get lack(): Lack | null {
    return lackOf(this.asked.controls, this.marks);
  }

  /** Says at a control what is wrong with it, and takes the person there. */
  wrong(control: ControlView, text: string): void {
    this.clear();
    const place = this.form.querySelector<HTMLElement>(`[data-field="${CSS.escape(control.id)}"], [data-rows="${CSS.escape(control.id)}"]`);
    const note = Object.assign(document.createElement("p"), { className: "field-error", textContent: text, tabIndex: -1 });
    note.dataset["wrong"] = control.id;
    if (place === null) this.form.prepend(note);
    else if (place.hidden) place.before(note);
    else place.querySelector("legend, label")?.after(note);
    if (place?.matches("[data-field]")) focusField(this.form, control);
    else note.focus();
  }

  wrongAt(control: string, text: string): void {
    const found = this.asked.controls.find((one) => one.id === control) ?? this.asked.controls[0];
    if (found !== undefined) this.wrong(found, text);
  }

  clear(): void {
    for (const note of this.form.querySelectorAll("[data-wrong]")) note.remove();
  }

  /** Chooses the label of a key in the fields; gives its words, or null where no field has it. */
  choose(key: string, focus: boolean): string | null {
    const found = labelAt(this.fields, key);
    if (found === null) return null;
    const field = tick(this.form, found.control, found.value);
    if (field === null) return null;
    if (focus) field.focus();
    this.changed();
    return found.label;
  }

  toggleNotSure(): void {
    const box = this.form.querySelector<HTMLInputElement>("[name=not_sure]");
    if (box === null || box.disabled) return;
    box.checked = !box.checked;
    this.changed();
  }

  /** Whether an island took a key press: the one with the focus first. */
  press(event: KeyboardEvent & Pressed): boolean {
    const at = document.activeElement;
    const inOrder = [...this.mounted].sort((a, b) => Number(b.element.contains(at)) - Number(a.element.contains(at)));
    return !this.readOnly && inOrder.some((one) => one.element.press(event));
  }

  /** The island that has the focus. */
  private get held(): Island | undefined {
    return this.mounted.find(({ element }) => element.contains(document.activeElement))?.element;
  }

  /** Who works by keys goes on in the same place, though what is shown in it is another now. */
  private hold(held: Island | undefined): void {
    if (document.activeElement === document.body) held?.querySelector<HTMLElement>("[tabindex='0']")?.focus({ preventScroll: true });
  }

  private async mount(): Promise<void> {
    const made = await Promise.all(this.places.map(async (place) => ({ place, make: await load(place.island) })));
    this.mounted = made.flatMap(({ place, make }) => (make === undefined ? [] : [{ ...place, element: make(this.on.words(place.island)) }]));
    for (const { element } of this.mounted) {
      element.addEventListener("marks", () => this.changed());
      element.addEventListener("say", (event) => this.on.say((event as CustomEvent<string>).detail));
      element.addEventListener("broken", () => this.on.broken?.());
    }
    this.form.dataset["mounted"] = "";
    for (const rows of this.form.querySelectorAll<HTMLElement>("[data-rows]")) {
      const hasIsland = this.mounted.some((one) => one.controls.some((control) => control.id === rows.dataset["rows"]));
      if (!hasIsland) continue;
      rows.hidden = true;
      for (const field of rows.querySelectorAll<HTMLInputElement>("input, select, textarea, button")) field.disabled = true;
    }
  }

  /** Without its islands the form is sent as it is: what its rows say counts. */
  private leavePlain(): void {
    this.form.dataset["mounted"] = "";
    this.isPlain = true;
    this.write([]);
    this.on.plain?.();
  }

  private fill(marks: readonly Mark[], notSure: boolean, readOnly: boolean): void {
    this.readOnly = readOnly;
    const known = new Set(this.asked.controls.map((control) => control.id));
    const unseen = this.asked.controls.filter((control) => isIslands(control) && !this.places.some((place) => place.controls.includes(control)));
    this.others = marks.filter((mark) => !known.has(mark.control) || unseen.some((control) => control.id === mark.control));
    writeFields(this.form, this.fields, marks, readOnly);
    const box = this.form.querySelector<HTMLInputElement>("[name=not_sure]");
    if (box !== null) [box.checked, box.disabled] = [notSure, readOnly];
    this.write(marks);
  }

  private async give({ element, object, controls }: Mounted, parts: readonly Part[], marks: readonly Mark[]): Promise<void> {
    const part = parts.find((one) => one.object === object);
    const ids = new Set(controls.map((control) => control.id));
    if (part !== undefined) await element.show({ part, controls, marks: marks.filter((mark) => ids.has(mark.control)), readOnly: this.readOnly });
  }

  private changed(): void {
    // Without its islands the form knows a part of the answer only: what was kept of it before stays.
    if (this.isPlain) return;
    for (const control of this.fields) if (control.kind === "text") count(this.form, control);
    this.clear();
    this.write(this.marks);
    this.on.changed();
  }

  private write(marks: readonly Mark[]): void {
    const field = this.form.querySelector<HTMLInputElement>("input[name=results]");
    if (field !== null) field.value = this.isPlain ? "" : JSON.stringify(marks);
  }
}

function need<T extends HTMLElement = HTMLElement>(root: HTMLElement, selector: string): T {
  const found = root.querySelector<T>(selector);
  if (found === null) throw new Error(`the page has no ${selector}`);
  return found;
}
