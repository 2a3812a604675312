// The fields of an answer's form, which the server draws: choices, ratings, numbers, texts, the better of two. Read as marks.
import type { ControlView, Mark, Part } from "../islands/contract";

type Field = HTMLInputElement | HTMLTextAreaElement;

const asked = (form: HTMLElement, control: ControlView): HTMLElement | null => form.querySelector(`[data-field="${CSS.escape(control.id)}"]`);
const inputsOf = (form: HTMLElement, control: ControlView): Field[] => [...(asked(form, control)?.querySelectorAll<Field>("input, textarea") ?? [])];
const tickable = (field: Field): field is HTMLInputElement => field instanceof HTMLInputElement && (field.type === "radio" || field.type === "checkbox");
const ticked = (fields: readonly Field[]): string[] => fields.filter(tickable).filter((field) => field.checked).map((field) => field.value);

/** What the form's fields say. */
export function readFields(form: HTMLElement, controls: readonly ControlView[]): Mark[] {
  return controls.flatMap((control) => {
    const mark = readField(control, inputsOf(form, control));
    return mark === null ? [] : [mark];
  });
}

function readField(control: ControlView, fields: readonly Field[]): Mark | null {
  const mark = (value: Mark["value"]): Mark => ({ control: control.id, type: control.kind, value });
  const [first] = ticked(fields);
  const typed = fields.find((field) => !tickable(field))?.value.normalize("NFC") ?? "";
  if (control.kind === "choice") return first === undefined ? null : mark({ choices: ticked(fields) });
  if (control.kind === "rating") return first === undefined ? null : mark({ rating: Number(first) });
  if (control.kind === "pairwise") return first === undefined ? null : mark({ choice: first });
  if (typed.trim() === "") return null;
  if (control.kind === "text") return mark({ text: typed });
  const number = Number(typed.replaceAll(",", "").trim());
  return Number.isFinite(number) ? mark({ number }) : null;
}

/** Puts marks into the form's fields. What somebody is typing stays as they type it. */
export function writeFields(form: HTMLElement, controls: readonly ControlView[], marks: readonly Mark[], readOnly: boolean): void {
  for (const control of controls) {
    const value = marks.find((mark) => mark.control === control.id)?.value ?? {};
    const fields = inputsOf(form, control);
    const place = asked(form, control);
    if (place instanceof HTMLFieldSetElement) place.disabled = readOnly;
    const chosen = new Set(([] as unknown[]).concat(value["choices"] ?? value["choice"] ?? value["rating"] ?? []).map(String));
    const text = String(value["text"] ?? value["number"] ?? "");
    for (const field of fields) {
      if (tickable(field)) field.checked = chosen.has(field.value);
      else if (field.value.normalize("NFC") !== text && !(control.kind === "number" && field.value !== "" && Number(field.value) === Number(text))) field.value = text;
      if (!tickable(field)) field.readOnly = readOnly;
    }
    count(form, control);
  }
}

/** Puts an item's pictures onto the options that have one. */
export function writePictures(form: HTMLElement, parts: readonly Part[]): void {
  for (const { control, option, text } of parts) {
    if (!control) continue;
    const place = form.querySelector(`[data-field="${CSS.escape(control)}"] [data-choice="${CSS.escape(option ?? "")}"] .choice-picture`);
    const [image, missing] = [place?.querySelector("img"), place?.querySelector<HTMLElement>("[data-missing]")];
    if (!image || !missing) continue;
    [image.hidden, missing.hidden] = [text === "", text !== ""];
    if (text === "") image.removeAttribute("src");
    else if (image.getAttribute("src") !== text) image.src = text;
  }
}

/** Says how many characters of a text are left. */
export function count(form: HTMLElement, control: ControlView): void {
  const place = asked(form, control)?.querySelector<HTMLElement>("[data-count]");
  const typed = inputsOf(form, control)[0]?.value ?? "";
  if (place) place.textContent = `${[...typed].length.toLocaleString()} / ${control.lengthMax.toLocaleString()}`;
}

/** The label that a key stands for in these controls; null: none. */
export function labelAt(controls: readonly ControlView[], key: string): { readonly control: ControlView; readonly value: string; readonly label: string } | null {
  for (const control of controls) {
    const label = control.labels.find((one) => one.key === key);
    if (label !== undefined) return { control, value: label.value, label: label.label };
  }
  return null;
}

/** Ticks a choice as a click on it would: one of several is taken back by the second press. */
export function tick(form: HTMLElement, control: ControlView, value: string): HTMLInputElement | null {
  const field = inputsOf(form, control).filter(tickable).find((one) => one.value === value);
  if (field === undefined || field.matches(":disabled")) return null;
  field.checked = field.type === "radio" || !field.checked;
  return field;
}

/** Takes the person to a control's first field. */
export function focusField(form: HTMLElement, control: ControlView): void {
  inputsOf(form, control)[0]?.focus();
}

