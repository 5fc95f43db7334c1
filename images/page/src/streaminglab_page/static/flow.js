// The data's way: each part of the lab with its state, and arrows with counts.

import { el, svg } from "./dom.js";
import { rate } from "./minutes.js";
import { count, known, sameLanguage, since, t } from "./words.js";

const [WIDTH, HEIGHT, GAP, ROW, EDGE, CUT] = [132, 58, 84, 14, 8, 19];
// As wide as a drawing is shown at least (page.css): a smaller one keeps its own size.
const LEAST = 704;

/** What the drawing depends on. */
export const seen = (lab) => [lab.drawing, lab.components, lab.data, lab.data?.counts.map((one) => rate(one.topic))];

export function data(lab) {
  const { places, beside } = lab.drawing;
  if (!places.length && !beside.length) return [];
  return [
    el("h2", null, t("data")),
    places.length > 0 && el("div", { class: "scroll", role: "group", tabindex: "0", "aria-label": t("data"), "data-key": "data's way" }, picture(lab)),
    beside.length > 0 && el("p", { class: "quiet" }, t("data_beside", { parts: beside.join(", ") })),
    lab.data && el("ul", { class: "counts" }, lab.data.counts.map(counted)),
    lab.data && el("p", { class: "quiet" }, about(lab.data)),
  ].filter(Boolean);
}

function about(data) {
  return [
    data.expected && t("data_expected", { points: count(data.expected) }),
    data.alerts !== null && t("data_alerts", { alerts: count(data.alerts) }),
    data.verified_at && t("data_verified", { when: since(data.verified_at) }),
  ].filter(Boolean).join(" ");
}

function counted({ where, topic, points }) {
  const speed = rate(topic);
  return el("li", null,
    el("span", null, where === "influxdb" ? t("data_influxdb") : `${t(`data_${where}`)} → ${t("data_topic", { topic })}`),
    el("strong", null, points === null ? "–" : count(points)),
    el("span", { class: "quiet" }, t(points === null ? "data_unknown" : "data_points"), speed !== null && ` · ${t("data_rate", { rate: count(speed) })}`));
}

function picture({ drawing, components, data }) {
  const columns = Math.max(...drawing.places.map((one) => one.column)) + 1;
  const height = (rows) => rows * (HEIGHT + ROW) - ROW;
  const inside = (column) => drawing.places.filter((one) => one.column === column).length;
  const tallest = height(Math.max(...drawing.places.map((one) => inside(one.column))));
  const at = Object.fromEntries(drawing.places.map((one) => [one.name, {
    x: EDGE + one.column * (WIDTH + GAP),
    y: EDGE + (tallest - height(inside(one.column))) / 2 + one.row * (HEIGHT + ROW),
  }]));
  const [wide, high] = [columns * (WIDTH + GAP) - GAP + 2 * EDGE, tallest + 2 * EDGE];
  const states = Object.fromEntries(components.map((one) => [one.name, one]));
  const words = drawing.arrows.map((one) => t(one.both ? "data_arrow_both" : "data_arrow", { start: one.start, end: one.end })).join(", ");
  return svg("svg", { class: wide < LEAST ? "flow small" : "flow", viewBox: `0 0 ${wide} ${high}`, width: wide, height: high, role: "img", "aria-label": words },
    heads(), ...drawing.arrows.flatMap((one) => arrow(one, at, data)), ...drawing.places.map((one) => part(states[one.name], at[one.name])));
}

function heads() {
  const head = svg("path", { d: "M 0 0 L 8 4 L 0 8 z" });
  return svg("defs", {}, svg("marker", { id: "head", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, orient: "auto-start-reverse" }, head));
}

function arrow({ start, end, both }, at, data) {
  const [x1, y1] = [at[start].x + WIDTH, at[start].y + HEIGHT / 2];
  const [x2, y2] = [at[end].x, at[end].y + HEIGHT / 2];
  const middle = (x1 + x2) / 2;
  const known = data?.counts.find((one) => one.where === start && one.topic);
  const speed = known ? rate(known.topic) : null;
  const line = svg("path", { class: speed ? "runs" : "way", d: `M ${x1 + 2} ${y1} C ${middle} ${y1}, ${middle} ${y2}, ${x2 - 2} ${y2}`, "marker-end": "url(#head)" });
  if (both) line.setAttribute("marker-start", "url(#head)");
  if (!known) return [line];
  // Where the arrow begins: in its middle two that end in one place lie close together. On the side
  // from which it turns away.
  const x = x1 + GAP / 3;
  const [points, beside] = y2 > y1 ? [-6, -20] : y2 < y1 ? [16, 30] : [-6, 16];
  return [line,
    label(x, y1 + points, known.points === null ? "–" : count(known.points)),
    speed && label(x, y1 + beside, t("data_rate", { rate: count(speed) })),
  ].filter(Boolean);
}

const label = (x, y, words) => svg("text", { class: "count", x, y, "text-anchor": "middle" }, words);

function part(one, { x, y }) {
  const why = sameLanguage ? [one.reason, one.message].filter(Boolean).join(": ") : known(one.means);
  return svg("g", { class: one.state },
    svg("rect", { x, y, width: WIDTH, height: HEIGHT, rx: 8 }),
    mark(one.state, x + 14, y + HEIGHT / 2 - 10),
    svg("text", { class: "name", x: x + 26, y: y + HEIGHT / 2 - 5 }, cut(one.name, CUT - 5)),
    svg("text", { class: "why", x: x + 10, y: y + HEIGHT - 12 }, cut((one.state !== "ready" && one.reason) || well(one), CUT)),
    svg("title", {}, `${one.name}: ${why || well(one)}`));
}

const well = (one) => `${t(`state_${one.state}`)} ${one.count}`;

function mark(state, x, y) {
  if (state === "trouble") return svg("path", { class: "mark", d: `M ${x} ${y - 6} l 6 6 l -6 6 l -6 -6 z` });
  return svg("circle", { class: "mark", cx: x, cy: y, r: 5 });
}

const cut = (words, most) => (words.length <= most ? words : `${words.slice(0, most - 1)}…`);
