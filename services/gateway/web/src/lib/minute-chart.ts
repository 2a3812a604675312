// A chart of minutes. How a series looks (colour, width, dashes) is said once, in the styles of its button.
import uPlot from "uplot";

export interface Look {
  readonly colour: string;
  readonly width: number;
  readonly dash: number[];
}

export interface MinuteSeries {
  readonly name: string;
  readonly look: Look;
  readonly bars: boolean;
}

const ZONE = "Asia/Seoul";
const language = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", timeZone: ZONE });
const short = new Intl.NumberFormat(language, { notation: "compact" });

export const clockOf = (seconds: number): string => clock.format(seconds * 1000);

function variable(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export function lookOf(element: Element): Look {
  const path = element.querySelector("path");
  const style = getComputedStyle(path ?? element);
  const dash = path === null || style.strokeDasharray === "none" ? [] : style.strokeDasharray.split(",").map((one) => parseFloat(one));
  return {
    colour: getComputedStyle(element).getPropertyValue("--series").trim(),
    width: path === null ? 1 : parseFloat(style.strokeWidth),
    dash,
  };
}

function axes(size: number): uPlot.Axis[] {
  const font = `${Math.round(size * 0.78)}px ${getComputedStyle(document.body).fontFamily}`;
  const common = { stroke: variable("--ink-soft"), font, ticks: { show: false }, grid: { stroke: variable("--line"), width: 1 } };
  return [
    { ...common, size: size * 1.75, space: size * 6, values: (_chart, splits) => splits.map(clockOf) },
    {
      ...common,
      size: size * 3,
      space: size * 2,
      values: (_chart, splits) => splits.map((one) => (Number.isInteger(one) ? short.format(one) : "")),
    },
  ];
}

/** Draws a chart into an element and keeps its width; `pointed` hears which minute is pointed at, or null. */
export function drawMinutes(
  into: HTMLElement,
  series: readonly MinuteSeries[],
  data: uPlot.AlignedData,
  pointed: (index: number | null) => void,
): uPlot {
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const height = parseFloat(getComputedStyle(into).minHeight);
  const bars = uPlot.paths.bars?.({ size: [0.7, 24] });
  const chart = new uPlot(
    {
      width: into.clientWidth,
      height,
      legend: { show: false },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), ZONE),
      scales: { y: { range: (_chart, _low, high) => [0, Math.max(4, Math.ceil((high || 0) * 1.1))] } },
      cursor: { sync: { key: "minutes" }, drag: { x: false, y: false }, points: { show: false } },
      axes: axes(size),
      series: [
        {},
        ...series.map(({ name, look, bars: asBars }): uPlot.Series => ({
          label: name,
          stroke: look.colour,
          width: look.width,
          dash: look.dash,
          points: { show: false },
          ...(asBars && bars ? { paths: bars, fill: look.colour } : {}),
        })),
      ],
      hooks: { setCursor: [(self) => pointed(self.cursor.idx ?? null)] },
    },
    data,
    into,
  );
  new ResizeObserver(() => {
    if (into.clientWidth > 0 && into.clientWidth !== chart.width) chart.setSize({ width: into.clientWidth, height });
  }).observe(into);
  return chart;
}
