// Practice on the bench: keys, choices and pictures of paid work; each answer is checked at once and explained.
import { isAnyOpen, open, setUpDialogs, zoom } from "../bench/dialogs";
import { ownKeys } from "../bench/keymap";
import { actOf, isForIslands, isSave, placeOf } from "../bench/keys";
import { Practice, type PracticeData } from "../bench/practice";

function setUp(bench: HTMLElement, data: PracticeData): void {
  const practice = new Practice(bench, data);
  setUpDialogs(bench);
  practice.view.answer.form.addEventListener("submit", (event) => {
    if (practice.view.isPlain) return;
    event.preventDefault();
    practice.submit();
  });
  bench.addEventListener("click", (event) => {
    const target = event.target as Element;
    const move = target.closest<HTMLElement>("[data-move]")?.dataset["move"];
    const piece = target.closest<HTMLElement>("[data-piece]")?.dataset["piece"];
    const next = target.closest("[data-next]") !== null;
    if (target.closest("[data-act=zoom], [data-shown] .bench-picture img")) zoom(practice.view.pictures);
    if (practice.view.isPlain || (move === undefined && piece === undefined && !next)) return;
    event.preventDefault();
    if (next) practice.submit();
    else if (move !== undefined) practice.move(move === "1" ? 1 : -1);
    else void practice.show(Number(piece));
  });
  const own = ownKeys();
  document.addEventListener("keydown", (event) => {
    // Nothing is saved here before it is checked, but no dialog of the browser comes in between either.
    if (isSave(event, own)) event.preventDefault();
    if (event.defaultPrevented || isAnyOpen() || practice.view.isPlain) return;
    const place = placeOf(document.activeElement, bench);
    const singleKeys = document.documentElement.dataset["singleKeys"] !== "off";
    if (isForIslands(event, place, singleKeys) && practice.view.answer.press(event)) return event.preventDefault();
    const act = actOf(event, place, singleKeys, own);
    if (act === null) return;
    if (act.do === "choose") practice.chooseKey(act.key, place === "choice");
    else if (act.do === "submit") practice.submit();
    else if (act.do === "earlier" || act.do === "later") practice.move(act.do === "later" ? 1 : -1);
    else if (act.do === "guide") open("guide");
    else return;
    event.preventDefault();
  });
}

const data = JSON.parse(document.getElementById("bench-data")?.textContent ?? "null") as PracticeData | null;
const bench = document.querySelector<HTMLElement>("[data-practice]");
if (bench !== null && data !== null) setUp(bench, data);
