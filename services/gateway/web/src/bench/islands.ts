// Which island shows which kind of marks. Each is a module of its own that is read only where a question asks for it.
import type { ControlView, MakeIsland } from "../islands/contract";

export type IslandName = "shapes" | "tracks" | "spans" | "segments" | "cells";

const MODULES: Readonly<Record<string, () => Promise<{ readonly make: MakeIsland }>>> = {
  cells: () => import("../islands/cells"),
  segments: () => import("../islands/segments"),
  shapes: () => import("../islands/shapes"),
  spans: () => import("../islands/spans"),
  tracks: () => import("../islands/tracks"),
};

/** The island of each kind of control; a control that is not here is a field of the form. */
const ISLAND_OF: Readonly<Record<string, IslandName>> = {
  shape: "shapes",
  track: "tracks",
  span: "spans",
  relation: "spans",
  segment: "segments",
  cell: "cells",
};

/** One island of a question: which object it shows, and the controls that it makes marks for. */
export interface Place {
  readonly object: string;
  readonly island: IslandName;
  readonly controls: readonly ControlView[];
}

/** The islands that a question's controls ask for, in the order of the controls. */
export function islandsOf(controls: readonly ControlView[]): Place[] {
  const places = new Map<string, { object: string; island: IslandName; controls: ControlView[] }>();
  for (const control of controls) {
    const island = ISLAND_OF[control.kind];
    if (island === undefined) continue;
    // A relation joins the marks of a span control, on that control's object.
    const object = control.kind === "relation" ? (controls.find((one) => one.id === control.on)?.on ?? "") : control.on;
    const place = places.get(`${object} ${island}`) ?? { object, island, controls: [] };
    place.controls.push(control);
    places.set(`${object} ${island}`, place);
  }
  return [...places.values()];
}

export const isIslands = (control: ControlView): boolean => ISLAND_OF[control.kind] !== undefined;

const AGAIN_MILLISECONDS = 1_000;

/** Reads an island's module, once more where the line was cut; undefined where this build has none of that name. */
export async function load(name: IslandName): Promise<MakeIsland | undefined> {
  const read = MODULES[name];
  const found = await read?.().catch(async () => {
    await new Promise((done) => setTimeout(done, AGAIN_MILLISECONDS));
    return read();
  });
  return found?.make;
}
