// The segments in words: the way for those who do not see or draw the wave. The chosen one can be changed to the millisecond.
import { dress, make } from "../made";
import { clock, milliseconds } from "./times";
import { button } from "./parts";
import type { Segment, Segments } from "./model";
import type { LabelView } from "../contract";

type Edge = "start" | "end";

export interface ListActs {
  choose(id: string): void;
  play(segment: Segment): void;
  remove(segment: Segment): void;
  move(id: string, edge: Edge, to: number): void;
  here(id: string, edge: Edge): void;
  label(id: string, value: string): void;
  text(id: string, text: string): void;
  textEnded(): void;
}

export type Tell = (key: string, values?: Readonly<Record<string, string | number>>) => string;

const NUDGES = [-100, -10, 10, 100] as const;

export function labelWords(model: Segments, segment: Segment): string {
  const control = model.control(segment.control);
  return control?.labels.find((one) => one.value === segment.label)?.label ?? control?.words ?? segment.label;
}

export class List {
  readonly element = make("ol", { class: "seg-list" });
  private readonly rows = new Map<string, { readonly element: HTMLElement; readonly shape: string; values: string }>();

  constructor(private readonly acts: ListActs, private readonly tell: Tell, private readonly model: () => Segments, private readonly readOnly: boolean) {
    this.element.setAttribute("aria-label", tell("list"));
  }

  /** Draws what is new, with the focus where it was; rows that stay as they are, are left alone: there may be hundreds. */
  draw(): void {
    const model = this.model();
    const at = document.activeElement;
    const focused = at instanceof HTMLElement && this.element.contains(at) ? at.dataset["at"] : undefined;
    const all = model.all;
    for (const [place, one] of all.entries()) this.put(one, place, one.id === model.selected);
    const ids = new Set(all.map((one) => one.id));
    for (const [id, row] of this.rows) {
      if (ids.has(id)) continue;
      row.element.remove();
      this.rows.delete(id);
    }
    if (focused && !this.element.contains(document.activeElement)) this.element.querySelector<HTMLElement>(`[data-at="${CSS.escape(focused)}"]`)?.focus();
  }

  private put(one: Segment, place: number, chosen: boolean): void {
    const shape = JSON.stringify([place, one.label, chosen]);
    const before = this.rows.get(one.id);
    const row = before?.shape === shape ? before : { element: this.row(one, place + 1), shape, values: "" };
    if (row !== before) {
      before?.element.remove();
      this.rows.set(one.id, row);
    }
    if (this.element.children[place] !== row.element) this.element.insertBefore(row.element, this.element.children[place] ?? null);
    const values = `${one.start} ${one.end} ${one.text}`;
    if (values !== row.values) this.fill(row.element, one);
    row.values = values;
  }

  /** While one only moves an end or types, fields are changed in place, but never the one that has the focus. */
  private fill(row: HTMLElement, one: Segment): void {
    row.querySelector(".seg-when")?.replaceChildren(`${clock(one.start)} – ${clock(one.end)}`);
    row.querySelector(".seg-said")?.replaceChildren(one.text);
    for (const edge of ["start", "end"] as const) {
      const input = row.querySelector<HTMLInputElement>(`input[name="${edge}"]`);
      if (input && document.activeElement !== input) input.value = clock(one[edge]);
    }
    const area = row.querySelector("textarea");
    if (area && area.value !== one.text && document.activeElement !== area) area.value = one.text;
  }

  private row(one: Segment, number: number): HTMLElement {
    const model = this.model();
    const chosen = one.id === model.selected;
    const words = labelWords(model, one);
    const dot = make("span", { class: "seg-dot", "aria-hidden": "true" });
    const said = make("span", { class: "seg-said", dir: "auto" });
    const choose = make("button", { type: "button", class: "seg-choose", "aria-pressed": `${chosen}`, "data-at": `choose-${one.id}` },
      dot, make("b", {}, `${number}. ${words}`), " ", make("span", { class: "seg-when" }), said);
    choose.addEventListener("click", () => this.acts.choose(one.id));
    const line = make("div", { class: "seg-line" }, choose,
      button("▶", () => this.acts.play(one), { "aria-label": this.tell("play_one", { number }), "data-at": `play-${one.id}` }));
    if (!this.readOnly) line.append(button("✕", () => this.acts.remove(one), { "aria-label": this.tell("remove_one", { number }), "data-at": `remove-${one.id}` }));
    const row = make("li", { "data-segment": one.id }, line);
    dress(row, model.control(one.control), one.label);
    if (chosen && !this.readOnly) row.append(this.editor(one));
    return row;
  }

  private editor(one: Segment): HTMLElement {
    const control = this.model().control(one.control);
    const editor = make("div", { class: "seg-edit" });
    if (control && control.labels.length > 1) editor.append(this.labels(one, control.labels));
    editor.append(this.edge(one, "start"), this.edge(one, "end"));
    if (control?.transcript) editor.append(this.transcript(one, control.lengthMax));
    return editor;
  }

  private labels(one: Segment, labels: readonly LabelView[]): HTMLElement {
    const group = make("div", { class: "seg-row", role: "group", "aria-label": this.tell("label") });
    for (const label of labels) {
      group.append(button(label.label, () => this.acts.label(one.id, label.value), {
        "aria-pressed": `${label.value === one.label}`, "data-at": `label-${label.value}`,
      }));
    }
    return group;
  }

  private edge(one: Segment, edge: Edge): HTMLElement {
    const input = make("input", { name: edge, type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", "data-at": edge });
    const change = (): void => {
      const typed = milliseconds(input.value);
      if (typed === null) input.setAttribute("aria-invalid", "true");
      else {
        input.removeAttribute("aria-invalid");
        this.acts.move(one.id, edge, typed);
      }
      const now = this.model().chosen;
      if (now && typed !== null) input.value = clock(now[edge]);
    };
    input.addEventListener("change", change);
    input.addEventListener("keydown", (event) => {
      if (event.code !== "Enter" || event.isComposing || event.ctrlKey) return;
      event.preventDefault();
      change();
    });
    const buttons = NUDGES.map((by) => {
      const shown = `${by > 0 ? "+" : "−"}${Math.abs(by)}`;
      return button(shown, () => this.nudge(one.id, edge, by), { "aria-label": `${this.tell(edge)} ${this.tell("by", { by: shown })}`, "data-at": `${edge}${by}` });
    });
    return make("div", { class: "seg-row", role: "group", "aria-label": this.tell(edge) },
      make("label", { class: "seg-time" }, make("span", {}, this.tell(edge)), input), ...buttons,
      button(this.tell("here"), () => this.acts.here(one.id, edge), { "data-at": `${edge}-here` }));
  }

  private nudge(id: string, edge: Edge, by: number): void {
    const chosen = this.model().all.find((one) => one.id === id);
    if (chosen) this.acts.move(id, edge, chosen[edge] + by);
  }

  /** Composed letters are whole before they are taken, so Hangul is never cut. */
  private transcript(one: Segment, lengthMax: number): HTMLElement {
    const area = make("textarea", { rows: "2", "data-at": "text", ...(lengthMax ? { maxlength: `${lengthMax}` } : {}) });
    area.value = one.text;
    const take = (): void => this.acts.text(one.id, area.value);
    area.addEventListener("input", (event) => { if (!(event as InputEvent).isComposing) take(); });
    area.addEventListener("compositionend", take);
    area.addEventListener("blur", () => { take(); this.acts.textEnded(); });
    return make("label", { class: "seg-text" }, make("span", {}, this.tell("transcript")), area);
  }
}
