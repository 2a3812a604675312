// A running exam: the time left goes down as one looks, a choice is saved as it is made, and the end of the time leads to
// the result. Without this the page says the time as it was and saves with each button.
import { AnswerForm, type Asked } from "../bench/answer-form";
import { ownKeys } from "../bench/keymap";
import { actOf, isForIslands, isSave, placeOf } from "../bench/keys";
import { Parts } from "../bench/parts";
import { Pictures } from "../bench/pictures";
import { Words } from "../bench/words";
import type { Mark, Part } from "../islands/contract";
import type { Texts } from "../bench/model";

/** The question of the page where more than a choice is asked, as the server gives it. */
interface ExamQuestion {
  readonly question: Asked;
  readonly number: number;
  readonly parts: readonly Part[];
  readonly marks: readonly Mark[];
  readonly language: string;
  readonly texts: Texts;
}

const words = new Map(Object.entries(JSON.parse(document.getElementById("exam-words")?.textContent ?? "{}") as Record<string, string>));
const place = document.querySelector<HTMLElement>("[data-exam]");
const said = place?.querySelector<HTMLElement>("[data-exam-said]") ?? null;
const clock = place?.querySelector<HTMLElement>("[data-exam-clock]") ?? null;
const form = place?.querySelector<HTMLFormElement>("[data-exam-form]") ?? null;
const saved = form?.querySelector<HTMLElement>("[data-exam-saved]") ?? null;

const TOLD_AT_MINUTES = [10, 5, 1];
const NEAR_SECONDS = 60;
// So that the server's clock, which decides, has surely passed.
const AFTER_END_MILLISECONDS = 1500;

const say = (name: string, minutes = 0): void => {
  if (said !== null) said.textContent = (words.get(name) ?? "").replace("{minutes}", String(minutes));
};

if (clock !== null) {
  const end = performance.now() + Number(clock.dataset["seconds"] ?? "0") * 1000;
  const shown = clock.querySelector("[data-left]");
  let told = Math.ceil((end - performance.now()) / 60_000);
  const tick = (): void => {
    const left = Math.max(0, Math.round((end - performance.now()) / 1000));
    if (shown !== null) shown.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    clock.toggleAttribute("data-near", left <= NEAR_SECONDS);
    const minutes = Math.ceil(left / 60);
    if (minutes < told && TOLD_AT_MINUTES.includes(minutes)) say("left", minutes);
    told = minutes;
    if (left > 0) return;
    clearInterval(ticking);
    say("over");
    setTimeout(() => location.assign(location.pathname), AFTER_END_MILLISECONDS);
  };
  const ticking = setInterval(tick, 1000);
  tick();
}

const save = async (): Promise<void> => {
  if (form === null) return;
  const fields = new FormData(form);
  // Each saving is an act of its own.
  fields.delete("request_id");
  let words_of_it = "unsaved";
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields, headers: { accept: "application/json" } });
    if (answer.ok) {
      const told = (await answer.json()) as { finished?: boolean };
      if (told.finished) return location.assign(location.pathname);
      words_of_it = "saved";
    }
  } catch {
    // No connection: the words say so, and the next button saves it.
  }
  if (saved !== null) saved.textContent = words.get(words_of_it) ?? "";
  say(words_of_it);
};

// One after the other, so that the last choice is the last one saved.
let saving = Promise.resolve();
const saveLater = (): void => void (saving = saving.then(save));
form?.addEventListener("change", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.name === "choice") saveLater();
});

const REST_MILLISECONDS = 800;
const asked = JSON.parse(document.getElementById("exam-question")?.textContent ?? "null") as ExamQuestion | null;
if (asked !== null && place !== null) setUp(place, asked);

/** The same form as at the bench: islands, keys, and saving once the person rests. */
function setUp(root: HTMLElement, { question, number, parts, marks, language, texts }: ExamQuestion): void {
  const said = new Words(texts, language);
  const shown = new Parts(said, new Pictures());
  let rest = 0;
  const answer = new AnswerForm(root, question, {
    changed: () => {
      clearTimeout(rest);
      rest = window.setTimeout(saveLater, REST_MILLISECONDS);
    },
    say: (text) => {
      const line = root.querySelector<HTMLElement>("[data-exam-said]");
      if (line !== null) line.textContent = text;
    },
    draw: (part) => shown.draw(part, number),
    words: (island) => said.of(island),
    plain: () => {
      if (saved !== null) saved.textContent = said.say("plain");
    },
  });
  answer.show(parts, marks, false, false, true).catch(() => undefined);
  const own = ownKeys();
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    if (isSave(event, own)) {
      event.preventDefault();
      clearTimeout(rest);
      if (!event.repeat) saveLater();
      return;
    }
    const singleKeys = document.documentElement.dataset["singleKeys"] !== "off";
    const at = placeOf(document.activeElement, root);
    const act = actOf(event, at, singleKeys, own);
    const taken = (isForIslands(event, at, singleKeys) && answer.press(event)) || (act?.do === "choose" && answer.choose(act.key, at === "choice") !== null);
    if (taken) event.preventDefault();
  });
}
