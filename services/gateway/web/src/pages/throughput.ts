// The operator's live page: draws the minutes that the page holds as data, and draws on when the live part has read itself again.
import "uplot/dist/uPlot.min.css";
import type uPlot from "uplot";
import { clockOf, drawMinutes, lookOf, type MinuteSeries } from "../lib/minute-chart";

type Columns = Readonly<Record<string, number[]>>;
const TICK_MILLISECONDS = 30_000;
const number = new Intl.NumberFormat(document.documentElement.lang);

function columnsOnPage(): Columns | null {
  const text = document.getElementById("throughput-data")?.textContent;
  return text ? (JSON.parse(text) as Columns) : null;
}

class Board {
  private readonly counts: uPlot;
  private readonly won: uPlot;
  private readonly buttons: HTMLButtonElement[];
  private readonly hint: string;
  private columns: Columns;

  constructor(
    private readonly root: HTMLElement,
    columns: Columns,
  ) {
    this.columns = columns;
    root.hidden = false;
    this.buttons = [...root.querySelectorAll<HTMLButtonElement>("button[data-series]")];
    this.hint = this.part("readout").textContent ?? "";
    const say = (index: number | null): void => this.say(index);
    const lines = this.buttons.map((button): MinuteSeries => ({ name: nameOf(button), look: lookOf(button), bars: false }));
    const money = this.money();
    this.counts = drawMinutes(this.chart("counts"), lines, this.countData(), say);
    this.won = drawMinutes(this.chart("won"), [{ name: nameOf(money), look: lookOf(money), bars: true }], this.wonData(), say);
    this.buttons.forEach((button, index) => button.addEventListener("click", () => this.toggle(button, index + 1)));
    this.showLatest();
  }

  redraw(columns: Columns): void {
    this.columns = columns;
    this.counts.setData(this.countData());
    this.won.setData(this.wonData());
    this.showLatest();
  }

  private chart(name: string): HTMLElement {
    const found = this.root.querySelector<HTMLElement>(`[data-chart="${name}"]`);
    if (found === null) throw new Error(`no place for the chart ${name}`);
    found.setAttribute("aria-label", this.root.dataset["summary"] ?? "");
    return found;
  }

  private part(name: string): HTMLElement {
    const found = this.root.querySelector<HTMLElement>(`[data-${name}]`);
    if (found === null) throw new Error(`no part ${name}`);
    return found;
  }

  private money(): HTMLElement {
    const found = this.root.querySelector<HTMLElement>(".series-paid_krw");
    if (found === null) throw new Error("no series of money");
    return found;
  }

  /** As the page writes won: its own form of nothing, with the number in it. */
  private asWon(amount: string): string {
    return (this.part("form").dataset["form"] ?? "0").replace("0", amount);
  }

  private countData(): uPlot.AlignedData {
    return [this.columns["time"] ?? [], ...this.buttons.map((button) => this.columns[button.dataset["series"] ?? ""] ?? [])];
  }

  private wonData(): uPlot.AlignedData {
    // A bar of nothing would still be drawn as a line.
    return [this.columns["time"] ?? [], (this.columns["paid_krw"] ?? []).map((one) => one || null)];
  }

  private toggle(button: HTMLButtonElement, index: number): void {
    const show = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(show));
    this.counts.setSeries(index, { show });
  }

  private showLatest(): void {
    const latest = (name: string): string => number.format(this.columns[name]?.at(-2) ?? 0);
    for (const button of this.buttons) {
      const value = button.querySelector("[data-value]");
      if (value) value.textContent = latest(button.dataset["series"] ?? "");
    }
    this.part("form").textContent = this.asWon(latest("paid_krw"));
  }

  private say(index: number | null): void {
    const time = index === null ? undefined : this.columns["time"]?.[index];
    const at = (name: string): string => number.format(this.columns[name]?.[index ?? 0] ?? 0);
    const parts = this.buttons.map((button) => `${nameOf(button)} ${at(button.dataset["series"] ?? "")}`);
    this.part("readout").textContent =
      time === undefined ? this.hint : [clockOf(time), ...parts, `${nameOf(this.money())} ${this.asWon(at("paid_krw"))}`].join(" · ");
  }
}

function nameOf(element: HTMLElement): string {
  return [...element.childNodes].map((node) => (node.nodeType === Node.TEXT_NODE ? node.textContent?.trim() : "")).join("");
}

let board: Board | null = null;
function follow(): void {
  const columns = columnsOnPage();
  const root = document.getElementById("throughput-chart");
  if (columns === null || root === null) {
    board = null;
  } else if (board === null || !root.hasChildNodes() || root.hidden) {
    board = new Board(root, columns);
  } else {
    board.redraw(columns);
  }
}

// Once the fonts are there, so that the axes are drawn in them.
void document.fonts.ready.then(follow);
document.addEventListener("htmx:after:swap", follow);
// Minutes pass without events too, and what waits grows older.
setInterval(() => {
  if (document.visibilityState === "visible") document.body.dispatchEvent(new CustomEvent("poke"));
}, TICK_MILLISECONDS);
