// A small plot of numbers over time, as SVG: a line for each series, eight at most.

import { el, svg } from "./dom.js";
import { axis, bounds, finite, scale } from "./scale.js";
import { amount, clock, moment, t } from "./words.js";

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
    const point = [Date.parse(one._time), finite(one._value)];
    if (Number.isNaN(point[0]) || point[1] === null) continue;
    const name = Object.keys(columns).filter((key) => !NOT_TAGS.has(key) && Object.hasOwn(one, key)).map((key) => one[key]).filter(Boolean).join(" ");
    if (!series.has(name)) series.set(name, []);
    series.get(name).push(point);
  }
  const shown = [...series].slice(0, SERIES);
  return shown.length ? [figure(shown, floor)] : [];
}

function figure(series, floor) {
  const points = series.flatMap(([, all]) => all);
  const [first, last] = bounds(points.map(([time]) => time));
  const [low, high] = axis(points.map(([, value]) => value), floor);
  const x = scale([first, last], EDGE, WIDTH - EDGE);
  const y = scale([low, high], HEIGHT - EDGE, EDGE);
  const lines = series.map(([, all], n) => line(all.sort((a, b) => a[0] - b[0]).map(([time, value]) => `${x(time).toFixed(1)},${y(value).toFixed(1)}`), n));
  const when = last - first < DAY_MS ? (time) => clock(time / 1000) : moment;
  const words = t("influxdb_drawing", { columns: series.map(([name]) => name).join(", "), from: when(first), to: when(last) });
  return el("figure", { class: "plot" },
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": words }, ...lines),
    el("figcaption", null, el("span", null, `${amount(low)} … ${amount(high)}`), el("span", null, `${when(first)} – ${when(last)}`)),
    el("ul", { class: "legend" }, series.map(([name], n) => el("li", { class: `line-${n}` }, name))));
}

// A single point is a line that goes nowhere, which round ends make a dot.
function line(points, n) {
  return points.length > 1
    ? svg("polyline", { class: `line-${n}`, points: points.join(" ") })
    : svg("polyline", { class: `line-${n} dot`, points: `${points[0]} ${points[0]}` });
}
