// Many people tap twice. Where the first tap quickly brings another page, or another item at the bench, the second one
// would hit whatever stands at that place then: it was meant for what stood there before, and is not taken.

const KEPT = "ilgam.tap";
const WITHIN_MS = 600;
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

function tapBefore(): Tap | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Tap | null;
  } catch {
    return null;
  }
}

// What a tap on this would work: a label and its input are one thing.
function workedBy(target: EventTarget | null): Element | null {
  if (!(target instanceof Element)) return null;
  return target.closest("label") ?? target.closest("a, button, summary, input, select, textarea");
}

export function leaveSecondTaps(): void {
  let last = tapBefore();
  let worked: Element | null = null;
  document.addEventListener(
    "click",
    (event) => {
      if (event.detail === 0) return; // By a key or a script: nobody aimed.
      const tap = { x: event.clientX, y: event.clientY, at: Date.now() };
      const what = workedBy(event.target);
      if (what !== worked && isSecondOf(last, tap)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      last = tap;
      worked = what;
    },
    { capture: true },
  );
  window.addEventListener("pagehide", () => {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(last));
    } catch {
      // A browser that keeps nothing: taps are taken as they come.
    }
  });
}
