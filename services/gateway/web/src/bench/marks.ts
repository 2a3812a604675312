// What an answer still lacks by its question's own rules, and answers in the form of the time when each was one choice.
import type { ControlView, Mark } from "../islands/contract";

export interface Lack {
  readonly control: ControlView;
  readonly why: "required" | "least" | "most" | "exclusive";
}

/** The first rule on how many marks there are that an answer breaks; the server checks the others. */
export function lackOf(controls: readonly ControlView[], marks: readonly Mark[]): Lack | null {
  const count = (id: string): number => marks.filter((mark) => mark.control === id).length;
  for (const control of controls) {
    const made = count(control.id);
    const excluded = made > 0 && control.exclusiveWith.some((other) => count(other) > 0);
    if (excluded) return { control, why: "exclusive" };
    const replaced = control.exclusiveWith.some((other) => count(other) > 0);
    if (made === 0 && control.required && !replaced) return { control, why: "required" };
    if (made > 0 && made < control.least) return { control, why: "least" };
    if (control.most > 0 && made > control.most) return { control, why: "most" };
  }
  return null;
}

/** The mark of one choice. */
export const choiceMark = (control: string, choice: string): Mark => ({ control, type: "choice", value: { choices: [choice] } });

/** Whether two answers say the same. */
export const isSame = (first: readonly Mark[], second: readonly Mark[]): boolean => JSON.stringify(first) === JSON.stringify(second);
