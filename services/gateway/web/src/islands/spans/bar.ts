// The labels and tools above a text, and the line that says what to do next.
import type { ControlView } from "../contract";
import { actButton, dress, labelsOf, make } from "../made";
import { ownKeys, shownKey } from "../../bench/keymap";
import type { Tell } from "./list";

export class Bar {
  readonly element = make("div", { class: "mark-bar" });
  readonly now = make("p", { class: "mark-now" });
  private readonly tell: Tell;

  constructor(controls: readonly ControlView[], tell: Tell, readOnly: boolean) {
    this.tell = tell;
    const keys = ownKeys();
    for (const kind of ["span", "relation"]) {
      const ofKind = labelsOf(controls.filter((one) => one.kind === kind));
      for (const control of controls.filter((one) => one.kind === kind)) {
        const labels = ofKind.filter((one) => one.control === control).map(({ label, key }) => {
          const attributes = { "data-control": control.id, "data-label": label.value, "aria-pressed": "false", class: "button quiet mark-label" };
          const shown = readOnly ? make("span", { class: "mark-label is-legend" }, label.label) : actButton(label.label, "label", attributes, key);
          shown.prepend(make("span", { class: "mark-look", "aria-hidden": "true" }), " ");
          dress(shown, control, label.value);
          return shown;
        });
        const group = make("div", { class: "mark-labels", role: "group", "aria-label": control.words || tell("labels"), "data-labels-of": control.id, "data-kind": kind });
        if (control.words) group.append(make("span", { class: "mark-words" }, control.words));
        group.append(...labels);
        this.element.append(group);
      }
    }
    if (readOnly) return;
    this.element.append(make("div", { class: "mark-labels" },
      actButton(tell("whole_words"), "whole-words", { "aria-pressed": "true" }),
      actButton(tell("unpick"), "unpick", {}, "Esc"),
      actButton(tell("undo"), "undo", {}, shownKey("undo", keys)), actButton(tell("redo"), "redo", {}, shownKey("redo", keys))), this.now);
  }

  /** Shows which label the chosen mark has, what can be undone, and whether words are picked whole. */
  show(at: { readonly control: string; readonly label: string; readonly relations: boolean; readonly canUndo: boolean; readonly canRedo: boolean; readonly wholeWords: boolean; readonly picked: boolean }): void {
    for (const group of this.element.querySelectorAll<HTMLElement>("[data-kind=relation]")) group.hidden = !at.relations && group.querySelector("button") !== null;
    for (const button of this.element.querySelectorAll<HTMLButtonElement>("[data-do]")) {
      const { do: act, control, label } = button.dataset;
      if (act === "label") button.setAttribute("aria-pressed", `${control === at.control && label === at.label}`);
      if (act === "whole-words") button.setAttribute("aria-pressed", `${at.wholeWords}`);
      if (act === "undo") setOff(button, !at.canUndo);
      if (act === "redo") setOff(button, !at.canRedo);
      if (act === "unpick") setOff(button, !at.picked);
    }
  }

  /** Says what is picked, or what to do next. */
  say(words: string): void {
    this.now.textContent = words;
  }

  hint(): void {
    this.say(this.tell("hint"));
  }
}

/** Off, but still there for the focus: a button that turns off under a finger must not take the focus away. */
function setOff(button: HTMLButtonElement, off: boolean): void {
  button.setAttribute("aria-disabled", `${off}`);
}
