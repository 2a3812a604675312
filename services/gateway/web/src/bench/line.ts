// The line to the server: calls that were cut off with it end at once when it is back, and whoever waits for it is told.

const waiting = new Set<() => void>();
const onTheWay = new Set<AbortController>();
let isLost = false;
let isWatched = false;

/** Acts whenever the server may be reached again: the browser says so, the page is seen again, or a call came through. */
export function whenBack(act: () => void): void {
  waiting.add(act);
  if (isWatched) return;
  isWatched = true;
  window.addEventListener("online", () => {
    // What began before that waits for an answer that may never come.
    for (const call of onTheWay) call.abort();
    tell();
  });
  // Timers of pages that nobody sees stand still.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") tell();
  });
}

/** Runs a call over the line, for so long at most; the signal ends it. */
export async function over<T>(milliseconds: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), milliseconds);
  onTheWay.add(end);
  try {
    return await call(end.signal);
  } finally {
    clearTimeout(timer);
    onTheWay.delete(end);
  }
}

/** How a call went: whether the server was reached, whatever it said. */
export function heard(wasReached: boolean): void {
  const isBack = wasReached && isLost;
  isLost = !wasReached;
  if (isBack) tell();
}

function tell(): void {
  for (const act of waiting) act();
}
