// Giving items back without leaving the page: one with its problem, or what is left of the batch.
import { dialogOf } from "./dialogs";
import type { BenchData } from "./model";
import { call } from "./net";
import type { Work } from "./work";

export function setUpReturns(work: Work, data: BenchData): void {
  const report = dialogOf("report").querySelector<HTMLFormElement>("form");
  const rest = dialogOf("rest").querySelector<HTMLFormElement>("form");
  report?.addEventListener("submit", (event) => {
    event.preventDefault();
    void send(report, work, data);
  });
  rest?.addEventListener("submit", (event) => {
    event.preventDefault();
    // Answers on their way are not given back, whatever the server knows of them by now.
    input(rest, "assignment_ids").value = work.openIds.join(",");
    void send(rest, work, data);
  });
}

async function send(form: HTMLFormElement, work: Work, data: BenchData): Promise<void> {
  const wrong = form.querySelector<HTMLElement>("[data-report-wrong]");
  const say = (text: string): void => {
    if (wrong !== null) [wrong.textContent, wrong.hidden] = [text, text === ""];
    if (text) work.say(text);
  };
  const typed = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string" && name !== "mark") typed.set(name, value);
  if (typed.get("act") === "report" && !typed.get("problem")) {
    form.querySelector<HTMLInputElement>("[name=problem]")?.focus();
    return say(work.words.say("problem_missing"));
  }
  const ids = (typed.get("assignment_ids") ?? "").split(",").filter(Boolean);
  const reply = await call<{ returned: readonly string[] }>(`/work/jobs/${data.job}/returns`, { mark: data.mark, form: typed });
  if (reply.is === "signed-out" || reply.is === "stale") return void work.delivery.refresh();
  if (reply.is !== "ok") return say(reply.is === "refused" ? reply.words : work.words.say("not_sent"));
  say("");
  form.reset();
  form.closest("dialog")?.close();
  work.gaveBack(ids);
}

function input(form: HTMLFormElement, name: string): HTMLInputElement {
  return form.elements.namedItem(name) as HTMLInputElement;
}
