// The labels above a text or a table, and the buttons that go back and forth.
import { ownKeys, shownKey } from "../bench/keymap";
import type { ControlView } from "./contract";
import { actButton, dress, type LabelOf, make } from "./made";

type Tell = (key: string) => string;

/** The labels of one control as buttons, under its own words or a name; where marks are only looked at, what each of them looks like. */
export function labelGroup(control: ControlView, labels: readonly LabelOf[], name: string, isReadOnly: boolean): HTMLElement {
  const group = make("div", { class: "mark-labels", role: "group", "aria-label": control.words || name, "data-kind": control.kind });
  if (control.words) group.append(make("span", { class: "mark-words" }, control.words));
  for (const { label, key } of labels.filter((one) => one.control === control)) {
    const attributes = { "data-control": control.id, "data-label": label.value, "aria-pressed": "false", class: "button quiet mark-label" };
    const shown = isReadOnly ? make("span", { class: "mark-label is-legend" }, label.label) : actButton(label.label, "label", attributes, key);
    shown.prepend(make("span", { class: "mark-look", "aria-hidden": "true" }), " ");
    dress(shown, control, label.value);
    group.append(shown);
  }
  return group;
}

/** Undo and redo. */
export function stepButtons(tell: Tell): readonly HTMLButtonElement[] {
  const own = ownKeys();
  return [actButton(tell("undo"), "undo", {}, shownKey("undo", own)), actButton(tell("redo"), "redo", {}, shownKey("redo", own))];
}

/** Off, but still there for the focus: a button that turns off under a finger must not take the focus away. */
export function setOff(button: Element | null, isOff: boolean): void {
  button?.setAttribute("aria-disabled", `${isOff}`);
}
