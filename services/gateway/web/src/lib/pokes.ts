// Pokes: the server says that something changed, and the page's live part reads itself again (hx-trigger="poke from:body").
// The stream is open only while the page is seen: browsers allow few connections, and people have many tabs.

const SILENT_MILLISECONDS = 15_000;

export function followPokes(): void {
  const live = document.querySelector<HTMLElement>("[data-live]");
  if (live === null) return;
  const address = live.dataset["live"] || "/live";
  let source: EventSource | null = null;
  let lost = false;

  const poke = (): void => void document.body.dispatchEvent(new CustomEvent("poke"));
  const open = (): void => {
    source = new EventSource(address);
    source.addEventListener("poke", poke);
    source.addEventListener("open", () => {
      if (lost) poke();
      lost = false;
    });
    source.addEventListener("error", () => {
      lost = true;
      // A refusal (the session ended) closes the stream for good: look again later, the page then asks to sign in.
      if (source?.readyState === EventSource.CLOSED) setTimeout(poke, SILENT_MILLISECONDS);
    });
  };
  const close = (): void => {
    source?.close();
    source = null;
  };

  if (document.visibilityState === "visible") open();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      close();
    } else if (source === null) {
      poke();
      open();
    }
  });
  window.addEventListener("pagehide", close);
}
