// The bench, and the recap after it. The page is a form that works by itself; this makes the next item be there at once.
import { isAnyOpen, open, setUpDialogs, zoom } from "../bench/dialogs";
import { drawWhenNear } from "../bench/drawn";
import { ownKeys } from "../bench/keymap";
import { actOf, isForIslands, isSave, placeOf } from "../bench/keys";
import type { BenchData } from "../bench/model";
import { setUpReturns } from "../bench/returns";
import { flushRest } from "../bench/rest";
import { Tabs } from "../bench/tabs";
import { Work } from "../bench/work";
import type { Words } from "../bench/words";

const data = JSON.parse(document.getElementById("bench-data")?.textContent ?? "null") as BenchData | null;
const bench = document.querySelector<HTMLElement>("[data-bench]");
if (data !== null && bench !== null) setUp(bench, data);
else if (data !== null) flushRest(data);

function setUp(bench: HTMLElement, data: BenchData): void {
  history.replaceState(null, "", location.pathname);
  const work = new Work(bench, data);
  setUpDialogs(bench);
  setUpExamples(bench, data, work.words);
  setUpReturns(work, data);
  const tabs = new Tabs(data.job, () => {
    bench.dataset["paused"] = "";
    for (const part of bench.querySelectorAll<HTMLElement>("[data-places], .bench-tools, [data-batch]")) part.inert = true;
    work.view.find("[data-elsewhere]").hidden = false;
    work.say(work.words.say("paused_here"));
  });
  work.view.find("[data-act=take-over]").addEventListener("click", () => tabs.takeOver());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  // What is done before the page knows what this browser kept waits for that moment.
  const ready = work.start().then(() => void (bench.dataset["ready"] = ""));
  ready.catch((error: unknown) => {
    // A page without its islands says so itself.
    if (!work.view.isPlain) throw error;
  });
  const whenReady = (act: () => void): void => void ready.then(act, () => undefined);
  setUpKeys(bench, work, whenReady);
  setUpForm(bench, work, whenReady);
}

function setUpExamples(bench: HTMLElement, { examples, questions, items, at }: BenchData, words: Words): void {
  const list = bench.querySelector<HTMLElement>("#guide [data-item-view]");
  const question = questions[items[(at ?? 1) - 1]?.question ?? 0];
  if (list !== null && examples && question) drawWhenNear(list, { questions: [question], parts: [], shown: examples }, words);
}

function setUpForm(bench: HTMLElement, work: Work, whenReady: (act: () => void) => void): void {
  work.view.answer.form.addEventListener("submit", (event) => {
    if (work.view.isPlain) return;
    event.preventDefault();
    whenReady(() => work.submit());
  });
  bench.addEventListener("click", (event) => {
    const target = event.target as Element;
    const act = target.closest<HTMLElement>("[data-act]")?.dataset["act"];
    const move = target.closest<HTMLElement>("[data-move]")?.dataset["move"];
    const piece = target.closest<HTMLElement>("[data-piece]")?.querySelector(".piece-number")?.textContent;
    if (act === "keep") work.keepItems();
    if (act === "zoom" || target.closest("[data-shown] .bench-picture img")) zoom(work.view.pictures);
    if (work.view.isPlain || (move === undefined && !piece)) return;
    event.preventDefault();
    whenReady(() => (move !== undefined ? work.move(move === "1" ? 1 : -1) : void work.showNumber(Number(piece))));
  });
}

function setUpKeys(bench: HTMLElement, work: Work, whenReady: (act: () => void) => void): void {
  const does = {
    submit: () => work.submit(),
    "not-sure": () => work.toggleNotSure(),
    report: () => open("report"),
    guide: () => open("guide"),
    earlier: () => work.move(-1),
    later: () => work.move(1),
    keep: () => work.keepItems(),
    save: () => void work.saveNow(),
  };
  const own = ownKeys();
  document.addEventListener("keydown", (event) => {
    const saves = isSave(event, own);
    if (saves) event.preventDefault();
    if (isAnyOpen() || bench.dataset["paused"] !== undefined || work.view.isPlain) return;
    if (saves && !event.repeat) return whenReady(does.save);
    if (event.defaultPrevented) return;
    const place = placeOf(document.activeElement, bench);
    const singleKeys = document.documentElement.dataset["singleKeys"] !== "off";
    if (isForIslands(event, place, singleKeys) && work.view.answer.press(event)) return event.preventDefault();
    const act = actOf(event, place, singleKeys, own);
    if (act === null) return;
    event.preventDefault();
    whenReady(() => (act.do === "choose" ? work.chooseKey(act.key, place === "choice") : does[act.do]()));
  });
}
