// The form of a job: shows what the price comes to in an hour while it is being typed.

const form = document.querySelector<HTMLFormElement>("[data-job-form]");
const shown = form?.querySelector<HTMLElement>("[data-hourly]");

function numberIn(name: string): number {
  const field = form?.elements.namedItem(name);
  return field instanceof HTMLInputElement ? Number(field.value.replaceAll(",", "").trim()) : NaN;
}

function show(): void {
  if (!shown) return;
  const [price, seconds] = [numberIn("price_krw"), numberIn("expected_seconds")];
  const known = price > 0 && seconds > 0;
  shown.hidden = !known;
  if (!known) return;
  const hourly = Math.floor((price * 3600) / seconds);
  const digits = new Intl.NumberFormat(shown.dataset["locale"]).format(hourly);
  const won = shown.dataset["locale"] === "ko" ? `${digits}원` : `₩${digits}`;
  shown.textContent = (shown.dataset["words"] ?? "").replace("{won}", won);
}

form?.addEventListener("input", show);
show();
