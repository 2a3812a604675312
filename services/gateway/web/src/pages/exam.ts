// A running exam: the time left goes down as one looks, a choice is saved as it is made, and the end of the time leads to
// the result. Without this the page says the time as it was and saves with each button.

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
form?.addEventListener("change", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.name === "choice") saving = saving.then(save);
});

export {};
