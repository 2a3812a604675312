// What islands show and ask, and how the bench speaks with them. An island is a custom element in the light DOM that shows one
// object with the marks of its controls; each kind is a module of its own that only pages with that kind load.

export interface LabelView {
  readonly value: string;
  /** In the person's language. */
  readonly label: string;
  /** The digit that chooses it; empty: none. */
  readonly key: string;
  /** #rrggbb; empty: the island takes one of its own palette by the label's place. */
  readonly color: string;
  readonly pattern: "solid" | "dashed" | "dotted" | "double";
}

/** One control as the server gives it: a label schema's control, in the person's language. */
export interface ControlView {
  readonly id: string;
  readonly kind: string;
  readonly on: string;
  readonly words: string;
  readonly labels: readonly LabelView[];
  readonly required: boolean;
  readonly least: number;
  readonly most: number;
  readonly exclusiveWith: readonly string[];
  readonly multiple: boolean;
  readonly tools: readonly string[];
  readonly minPx: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly step: number | null;
  readonly lengthMax: number;
  readonly transcript: boolean;
  readonly overlap: boolean;
  readonly tie: boolean;
}

/** One shown object of one item. Fields that do not apply to its kind are empty or 0. */
export interface Part {
  readonly object: string;
  readonly kind: string;
  /** A text or html itself; of media the address it is read from. */
  readonly text: string;
  readonly alt: string;
  readonly language: string;
  readonly width: number;
  readonly height: number;
  readonly durationMs: number;
  /** Frames per second as a fraction. */
  readonly fps: readonly [number, number];
  readonly frameCount: number;
  readonly peaksUrl: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Of the picture of an option, which no object shows: its control and its value. */
  readonly control?: string;
  readonly option?: string;
}

/** One mark, as in ilgam.annotation/1 (services/labelling/README.md). */
export interface Mark {
  readonly id?: string;
  readonly control: string;
  readonly type: string;
  readonly label?: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The texts of a page's script, with what stands in braces filled in. */
export interface Say {
  say(key: string, values?: Readonly<Record<string, string | number>>): string;
}

export interface Shown {
  readonly part: Part;
  /** The controls that make marks on this object, and relations between them. */
  readonly controls: readonly ControlView[];
  readonly marks: readonly Mark[];
  /** Marks cannot be made or changed: an answered item, or somebody else's answer. */
  readonly readOnly: boolean;
}

/**
 * An island. It dispatches, bubbling: `marks` (CustomEvent, after each change by the person), `say` (CustomEvent<string>,
 * one line for those who listen) and `broken` (CustomEvent, its picture, sound or film cannot be read any more). It never
 * loses a mark that it was given, even one that it cannot draw.
 */
export interface Island extends HTMLElement {
  /** Shows an object; the promise is done when the person can work on it. Undo starts anew. */
  show(shown: Shown): Promise<void>;
  /** The marks of its controls as they are now, in the order in which they were made. */
  readonly marks: readonly Mark[];
  /** A key press that is not the bench's own; whether the island took it. Matched on `code`. */
  press(event: KeyboardEvent): boolean;
  /** What is shown is at another address now: where it could not be read it is read anew; marks and undo stay. */
  renew?(part: Part): void;
}

/** What each island's module exports: defines its element once and gives a new one. */
export type MakeIsland = (words: Say) => Island;
