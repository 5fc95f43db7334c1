// A small plot of numbers over time, as SVG: a line for each series, eight at most.

import { el, svg } from "./dom.js";
import { clock, count, moment, t } from "./words.js";

const [WIDTH, HEIGHT, EDGE] = [800, 220, 10];
const SERIES = 8;
const DAY_MS = 86400000;
// What makes rows one series, in what InfluxDB answers.
const NOT_TAGS = new Set(["_time", "_value", "_start", "_stop"]);

/** The plot of a query's rows; nothing if they have no times and numbers. floor: a number that is in it. */
export function plot({ columns, rows }, floor = null) {
  if (!columns._time || !/^(double|long|unsignedLong)$/.test(columns._value ?? "")) return [];
  const series = new Map();
  for (const one of rows) {
    const point = [Date.parse(one._time), Number(one._value)];
    if (point.some(Number.isNaN) || one._value === "") continue;
    const name = Object.keys(columns).filter((key) => !NOT_TAGS.has(key)).map((key) => one[key]).filter(Boolean).join(" ");
    series.set(name, [...(series.get(name) ?? []), point]);
  }
  const shown = [...series].slice(0, SERIES).filter(([, points]) => points.length > 1);
  return shown.length ? [figure(shown, floor)] : [];
}

function figure(series, floor) {
  const points = series.flatMap(([, all]) => all);
  const [first, last] = bounds(points.map(([time]) => time));
  const [low, high] = bounds([...points.map(([, value]) => value), ...(floor === null ? [] : [floor])]);
  const x = (time) => EDGE + ((time - first) / (last - first || 1)) * (WIDTH - 2 * EDGE);
  const y = (value) => HEIGHT - EDGE - ((value - low) / (high - low || 1)) * (HEIGHT - 2 * EDGE);
  const lines = series.map(([, all], n) => svg("polyline", {
    class: `line-${n}`, points: all.sort((a, b) => a[0] - b[0]).map(([time, value]) => `${x(time).toFixed(1)},${y(value).toFixed(1)}`).join(" "),
  }));
  const when = last - first < DAY_MS ? (time) => clock(time / 1000) : moment;
  const words = t("influxdb_drawing", { columns: series.map(([name]) => name).join(", "), from: when(first), to: when(last) });
  return el("figure", { class: "plot" },
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": words }, ...lines),
    el("figcaption", null, el("span", null, `${count(low)} … ${count(high)}`), el("span", null, `${when(first)} – ${when(last)}`)),
    el("ul", { class: "legend" }, series.map(([name], n) => el("li", { class: `line-${n}` }, name))));
}

const bounds = (numbers) => [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];
