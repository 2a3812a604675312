// The labels and tools above a text, and the line that says what to do next.
import type { ControlView } from "../contract";
import { labelGroup, setOff, stepButtons } from "../labels";
import { actButton, labelsOf, make } from "../made";
import type { Tell } from "./list";

export class Bar {
  readonly element = make("div", { class: "mark-bar" });
  readonly now = make("p", { class: "mark-now" });
  private readonly tell: Tell;

  constructor(controls: readonly ControlView[], tell: Tell, readOnly: boolean) {
    this.tell = tell;
    for (const kind of ["span", "relation"]) {
      const own = controls.filter((one) => one.kind === kind);
      const labels = labelsOf(own);
      this.element.append(...own.map((control) => labelGroup(control, labels, tell("labels"), readOnly)));
    }
    if (readOnly) return;
    this.element.append(make("div", { class: "mark-labels" },
      actButton(tell("whole_words"), "whole-words", { "aria-pressed": "true" }),
      actButton(tell("unpick"), "unpick", {}, "Esc"), ...stepButtons(tell)), this.now);
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
