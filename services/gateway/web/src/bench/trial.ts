// The bench's keys where somebody only tries what is asked: labels, islands, "not sure". Nothing is kept and nothing is sent.
import type { Island } from "../islands/contract";
import { labelAt, tick } from "./fields";
import { isIslands } from "./islands";
import { ownKeys } from "./keymap";
import { actOf, isForIslands, placeOf } from "./keys";
import type { Question } from "./model";

/** Lets keys work in `place`, which holds the fields of a question and its islands. */
export function letKeysWork(place: HTMLElement, { controls }: Question): void {
  const own = ownKeys();
  const fields = controls.filter((control) => !isIslands(control));
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    const at = placeOf(document.activeElement, place);
    const singleKeys = document.documentElement.dataset["singleKeys"] !== "off";
    const isTaken = isForIslands(event, at, singleKeys) && islandsIn(place).some((island) => island.press(event));
    if (isTaken) return event.preventDefault();
    const act = actOf(event, at, singleKeys, own);
    if (act?.do === "not-sure") flip(place.querySelector<HTMLInputElement>("[name=not_sure]"));
    else if (act?.do === "choose") {
      const found = labelAt(fields, act.key);
      const field = found && tick(place, found.control, found.value);
      if (at === "choice") field?.focus();
    } else return;
    event.preventDefault();
  });
}

/** The islands that are drawn by now, the one with the focus first. */
function islandsIn(place: HTMLElement): Island[] {
  const at = document.activeElement;
  const found = [...place.querySelectorAll<Island>("[data-said-shown] > *")].filter((one) => "press" in one);
  return found.sort((a, b) => Number(b.contains(at)) - Number(a.contains(at)));
}

function flip(box: HTMLInputElement | null): void {
  if (box !== null) box.checked = !box.checked;
}
