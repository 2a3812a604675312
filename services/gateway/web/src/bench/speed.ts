// How long people wait for the next item: from the act to the moment that it is painted and can be used.

const MARK = "submit";
const MEASURE = "ilgam:next-item";

export function begin(): void {
  performance.mark(MARK);
}

/** Two frames later what was drawn is on the screen. An item that was given back was not submitted: nothing is measured. */
export function end(): void {
  requestAnimationFrame(() => requestAnimationFrame(() => {
    if (performance.getEntriesByName(MARK, "mark").length === 0) return;
    performance.measure(MEASURE, MARK);
    performance.clearMarks(MARK);
  }));
}
