// What of a mark is seen: whose it is, its label, its look.
import type { ControlView, Mark } from "../contract";
import { type LabelOf, labelsOf } from "../made";
import { type Look, lookOf } from "./look";

/** A mark that says whose it is, where the marks of several people are shown together. */
export type ShownMark = Mark & { readonly by?: { readonly name: string; readonly pattern?: Look["pattern"] } };

/** The labels of controls; one that has none has its own words for one. */
export function namedLabels(controls: readonly ControlView[]): readonly LabelOf[] {
  return labelsOf(controls.map((control) => {
    const own = { value: "", label: control.words, key: "", color: "", pattern: "solid" } as const;
    return control.labels.length > 0 ? control : { ...control, labels: [own] };
  }));
}

export function lookOfMark(mark: ShownMark, control: ControlView | undefined): Look {
  const look = lookOf(control?.labels ?? [], mark.label);
  return mark.by?.pattern === undefined ? look : { ...look, pattern: mark.by.pattern };
}
