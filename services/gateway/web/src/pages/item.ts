// One item with every answer: marks are drawn on what they were made on, each answer in a place of its own, as soon as it is
// near. What is said in words stands there anyway.
import { islandsOf, load } from "../bench/islands";
import type { Question, Texts } from "../bench/model";
import { Words } from "../bench/words";
import type { Mark, Part } from "../islands/contract";

interface ItemData {
  readonly language: string;
  readonly texts: Texts;
  readonly questions: readonly Question[];
  readonly parts: readonly Part[];
  readonly shown: readonly ({ readonly question: number; readonly marks: readonly Mark[] } | null)[];
}

const data = JSON.parse(document.getElementById("item-data")?.textContent ?? "null") as ItemData | null;
const list = document.querySelector<HTMLElement>("[data-item-view]");
if (data !== null && list !== null) setUp(list, data);

function setUp(list: HTMLElement, data: ItemData): void {
  const words = new Words(data.texts, data.language);
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

async function draw(card: HTMLElement, data: ItemData, words: Words): Promise<void> {
  const said = data.shown[Number(card.dataset["said"])];
  const question = said ? data.questions[said.question] : undefined;
  const place = card.querySelector<HTMLElement>("[data-said-shown]");
  if (!said || question === undefined || place === null) return;
  for (const { object, island, controls } of islandsOf(question.controls)) {
    const make = await load(island);
    const part = data.parts.find((one) => one.object === object);
    const ids = new Set(controls.map((control) => control.id));
    const marks = said.marks.filter((mark) => ids.has(mark.control));
    if (make === undefined || part === undefined) continue;
    const element = make(words.of(island));
    place.append(element);
    place.hidden = false;
    await element.show({ part, controls, marks, readOnly: true });
  }
  card.dataset["drawn"] = "";
}
