// The sign-in has ended in the middle of the work: asks for it over the page, so that the page and its state stay.
import { dialogOf, open } from "./dialogs";
import { call } from "./net";

interface Visit {
  readonly mark: string;
  readonly account: string;
}

/** Asks once; `done` is told who signed in. Somebody who closes the dialog is asked again with the next thing to send. */
export class SignIn {
  private readonly dialog = dialogOf("sign-in");
  private readonly done: (visit: Visit) => void;
  private readonly notSent: string;

  constructor(notSent: string, done: (visit: Visit) => void) {
    [this.notSent, this.done] = [notSent, done];
    const form = this.dialog.querySelector<HTMLFormElement>("form[data-sign-in]");
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send(form);
    });
  }

  ask(): void {
    if (!this.dialog.open) open("sign-in");
  }

  private async send(form: HTMLFormElement): Promise<void> {
    // The page's mark went with the session: a browser that is nobody has one of its own.
    const visit = await call<Visit>("/sign-in");
    if (visit.is !== "ok") return this.wrong(this.notSent);
    if (visit.data.account) return this.end(form, visit.data);
    const typed = new URLSearchParams();
    for (const name of ["email", "password"]) typed.set(name, (form.elements.namedItem(name) as HTMLInputElement).value);
    const reply = await call<Visit>("/sign-in", { mark: visit.data.mark, form: typed });
    if (reply.is === "ok") this.end(form, reply.data);
    else this.wrong(reply.is === "refused" ? reply.words : this.notSent);
  }

  private end(form: HTMLFormElement, visit: Visit): void {
    form.reset();
    this.wrong("");
    this.dialog.close();
    this.done(visit);
  }

  private wrong(text: string): void {
    const place = this.dialog.querySelector<HTMLElement>("[data-sign-in-wrong]");
    if (place !== null) [place.textContent, place.hidden] = [text, text === ""];
  }
}
