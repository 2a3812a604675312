// How long people wait for the next item: from the act to the moment that its choices are painted and can be used.

const MARK = "submit";
const MEASURE = "ilgam:next-item";

export function begin(): void {
  performance.mark(MARK);
}

/** Two frames later what was drawn is on the screen. */
export function end(): void {
  requestAnimationFrame(() => requestAnimationFrame(() => void performance.measure(MEASURE, MARK)));
}
