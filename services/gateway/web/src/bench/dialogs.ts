// The bench's dialogs. Without script their buttons are links, and the server opens them in the page.

export function dialogOf(id: string): HTMLDialogElement {
  const found = document.getElementById(id);
  if (!(found instanceof HTMLDialogElement)) throw new Error(`there is no dialog ${id}`);
  return found;
}

export const isAnyOpen = (): boolean => document.querySelector("dialog:modal") !== null;

export function open(id: string): void {
  const dialog = dialogOf(id);
  if (dialog.matches(":modal")) return;
  dialog.close();
  dialog.showModal();
  (dialog.querySelector<HTMLElement>("input:not([type=hidden]), h2"))?.focus();
}

/** Makes links and buttons open and close dialogs, and opens those that the server opened. */
export function setUpDialogs(bench: HTMLElement): void {
  bench.addEventListener("click", (event) => {
    const target = event.target as Element;
    const opener = target.closest<HTMLElement>("[data-open]");
    const closer = target.closest("[data-close]");
    if (opener === null && closer === null) return;
    event.preventDefault();
    if (opener?.dataset["open"]) open(opener.dataset["open"]);
    else closer?.closest("dialog")?.close();
  });
  for (const dialog of bench.querySelectorAll<HTMLDialogElement>("dialog")) {
    // A click beside the dialog closes it.
    dialog.addEventListener("click", (event) => {
      if (event.target !== dialog || !dialog.matches(":modal")) return;
      const { left, right, top, bottom } = dialog.getBoundingClientRect();
      const inside = event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom;
      if (!inside) dialog.close();
    });
    if (dialog.open) open(dialog.id);
  }
}

/** Shows the item's pictures as large as the window. */
export function zoom(images: readonly HTMLImageElement[]): void {
  const place = document.querySelector("[data-zoom-place]");
  const copies = images.map((image) => {
    const copy = image.cloneNode() as HTMLImageElement;
    // The picture of an option has its words beside it.
    copy.alt = image.alt || (image.closest(".choice")?.querySelector(".choice-words")?.textContent ?? "");
    return copy;
  });
  place?.replaceChildren(...copies);
  open("zoom");
}
