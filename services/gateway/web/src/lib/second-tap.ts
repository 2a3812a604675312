// Many people tap twice. Where the first tap quickly brings another page, or another item at the bench, the second one
// would hit whatever stands at that place then: it was meant for what stood there before, and is not taken.

const KEPT = "ilgam.tap";
const WITHIN_MS = 500;
const NEAR_PX = 24;

export interface Tap {
  readonly x: number;
  readonly y: number;
  readonly at: number;
}

export function isSecondOf(before: Tap | null, tap: Tap): boolean {
  if (before === null || tap.at < before.at || tap.at - before.at > WITHIN_MS) return false;
  return Math.hypot(tap.x - before.x, tap.y - before.y) <= NEAR_PX;
}

// The tap that brought this page, as if it were made when the page appeared: who waits for a slow page taps again too.
function tapBefore(): Tap | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Tap | null;
    return kept && { ...kept, at: Date.now() };
  } catch {
    return null;
  }
}

// What does something at once. A choice does not: it is seen, can be changed, and a button comes after it.
function doneBy(target: EventTarget | null): Element | null {
  return target instanceof Element ? target.closest("a, button, summary") : null;
}

export function leaveSecondTaps(): void {
  let last = tapBefore();
  let own: Tap | null = null;
  let did: Element | null = null;
  document.addEventListener(
    "click",
    (event) => {
      if (event.detail === 0) return; // By a key or a script: nobody aimed.
      const tap = { x: event.clientX, y: event.clientY, at: Date.now() };
      const does = doneBy(event.target);
      if (does !== null && does !== did && isSecondOf(last, tap)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      last = own = does === null ? null : tap;
      did = does;
    },
    { capture: true },
  );
  // Whoever has written something meanwhile aims anew.
  document.addEventListener("input", () => (last = null), { capture: true });
  window.addEventListener("pagehide", () => {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(own));
    } catch {
      // A browser that keeps nothing: taps are taken as they come.
    }
  });
}
