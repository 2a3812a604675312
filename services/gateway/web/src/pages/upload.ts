// Uploading a file with a bar: first how much has been sent, then how much the server has read.
// Without script the form is sent as it is; the page after it is the same.

const ASK_MILLISECONDS = 700;
const MEGABYTE = 1024 * 1024;

interface Progress {
  stage: string;
  share: number;
  words: string;
}

function follow(form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    const file = form.querySelector<HTMLInputElement>("input[type=file]");
    const most = Number(form.dataset["most"]);
    if (file?.files?.[0] && file.files[0].size > most * MEGABYTE) {
      refuse(form, file, form.dataset["tooLarge"] ?? "");
      return;
    }
    if (form.getAttribute("aria-busy") !== "true") send(form);
  });
}

function refuse(form: HTMLFormElement, file: HTMLInputElement, words: string): void {
  const error = form.querySelector<HTMLElement>("#error-file");
  if (error) {
    error.textContent = words;
    error.hidden = false;
  }
  file.setAttribute("aria-invalid", "true");
  file.focus();
}

function send(form: HTMLFormElement): void {
  const request = new XMLHttpRequest();
  const ended = new AbortController();
  const state = form.querySelector<HTMLElement>("[data-upload-state]");
  const bar = state?.querySelector("progress");
  const told = state?.querySelector("[role=status]");
  const show = (share: number, words: string): void => {
    if (bar) bar.value = share;
    if (told && told.textContent !== words) told.textContent = words;
  };
  form.setAttribute("aria-busy", "true");
  if (state) state.hidden = false;
  show(0, (form.dataset["sending"] ?? "").replace("{percent}", "0%"));
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    const tens = Math.floor((loaded / total) * 10) * 10;
    show(loaded / total, (form.dataset["sending"] ?? "").replace("{percent}", `${tens}%`));
  });
  request.upload.addEventListener("load", () => {
    show(0, (form.dataset["reading"] ?? "").replace("{words}", ""));
    void followReading(form, ended.signal, show);
  });
  request.addEventListener("load", () => {
    ended.abort();
    if (request.status < 400 && request.responseURL) location.assign(request.responseURL);
    else replacePage(form, request.responseText);
  });
  request.addEventListener("error", () => {
    ended.abort();
    form.removeAttribute("aria-busy");
    if (state) state.hidden = true;
    const file = form.querySelector<HTMLInputElement>("input[type=file]");
    if (file) refuse(form, file, form.dataset["failed"] ?? "");
  });
  request.open("POST", form.action);
  request.send(new FormData(form));
}

async function followReading(
  form: HTMLFormElement,
  ended: AbortSignal,
  show: (share: number, words: string) => void,
): Promise<void> {
  const id = form.querySelector<HTMLInputElement>("input[name=request_id]")?.value ?? "";
  while (!ended.aborted) {
    await new Promise((resolve) => setTimeout(resolve, ASK_MILLISECONDS));
    if (ended.aborted) return;
    try {
      const answer = await fetch(`${form.action}/${id}`, { headers: { accept: "application/json" }, signal: ended });
      if (!answer.ok) continue;
      const progress = (await answer.json()) as Progress;
      show(progress.share, (form.dataset["reading"] ?? "").replace("{words}", progress.words));
    } catch {
      // The next question may be answered; the upload itself says how it ended.
    }
  }
}

// A refusal comes as the page with words at the field; the chosen file stays chosen.
function replacePage(form: HTMLFormElement, html: string): void {
  const answer = new DOMParser().parseFromString(html, "text/html");
  const main = answer.querySelector("main");
  const file = form.querySelector<HTMLInputElement>("input[type=file]");
  const next = main?.querySelector<HTMLInputElement>("input[type=file]");
  if (!main) return;
  if (file && next) {
    for (const name of ["aria-invalid", "aria-describedby"]) {
      const value = next.getAttribute(name);
      if (value === null) file.removeAttribute(name);
      else file.setAttribute(name, value);
    }
    next.replaceWith(file);
  }
  document.querySelector("main")?.replaceChildren(...main.childNodes);
  document.title = answer.title;
  const again = document.querySelector<HTMLFormElement>("[data-upload]");
  if (again) follow(again);
  document.querySelector<HTMLElement>("#errors")?.focus();
}

const upload = document.querySelector<HTMLFormElement>("[data-upload]");
if (upload) follow(upload);
