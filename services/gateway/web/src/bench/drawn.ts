// Answers that are looked at, and what can be tried before a job is saved: marks are drawn on what they were made on, each
// answer in a place of its own, as soon as it is near. What is said in words stands there anyway.
import type { Mark, Part } from "../islands/contract";
import { islandsOf, load } from "./islands";
import type { Question } from "./model";
import type { Words } from "./words";

export interface Drawn {
  readonly question: number;
  readonly marks: readonly Mark[];
  /** What it was made on, where each has something of its own. */
  readonly parts?: readonly Part[];
}

export interface DrawnData {
  readonly questions: readonly Question[];
  readonly parts: readonly Part[];
  /** Somebody may try it: what they do is not kept. */
  readonly open?: boolean;
  /** By the numbers in `data-said`; null where nothing is to be drawn. */
  readonly shown: readonly (Drawn | null)[];
}

/** Draws each answer of a list when it comes near. */
export function drawWhenNear(list: HTMLElement, data: DrawnData, words: Words): void {
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        void draw(target as HTMLElement, data, words);
      }
    },
    { rootMargin: "400px" },
  );
  for (const place of list.querySelectorAll<HTMLElement>("[data-said]")) near.observe(place);
}

async function draw(card: HTMLElement, data: DrawnData, words: Words): Promise<void> {
  const said = data.shown[Number(card.dataset["said"])];
  const question = said ? data.questions[said.question] : undefined;
  const place = card.querySelector<HTMLElement>("[data-said-shown]");
  if (!said || question === undefined || place === null) return;
  for (const { object, island, controls } of islandsOf(question.controls)) {
    const make = await load(island);
    const part = (said.parts ?? data.parts).find((one) => one.object === object);
    const ids = new Set(controls.map((control) => control.id));
    const marks = said.marks.filter((mark) => ids.has(mark.control));
    if (make === undefined || part === undefined) continue;
    const element = make(words.of(island));
    place.append(element);
    place.hidden = false;
    // It stands beside as the server drew it, without marks.
    const beside = card.nextElementSibling?.matches(".item-shown") ? card.nextElementSibling : null;
    const plain = beside?.querySelector<HTMLElement>(`[data-object="${CSS.escape(object)}"]`);
    if (plain) plain.hidden = true;
    await element.show({ part, controls, marks, readOnly: data.open !== true });
  }
  card.dataset["drawn"] = "";
}
