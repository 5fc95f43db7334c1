// What Kafka tells of itself: a plot for each family of measurements.

import { draw, el } from "./dom.js";
import { plot } from "./plot.js";
import { quoting, t } from "./words.js";

const at = (id) => document.getElementById(`metrics-${id}`);

/** What the stream shall tell of; null: nothing. */
export const asked = ({ view }) => (view === "metrics" ? { metrics: "1" } : null);

export function tell({ trouble, found }) {
  draw(at("trouble"), trouble, () => (trouble === null ? [] : [
    el("div", { class: "banner trouble" }, el("p", null, quoting("metrics_trouble", { detail: trouble }))),
  ]));
  if (!found) return;
  draw(at("plots"), found, () => [
    el("p", { class: "quiet" }, t("metrics_said", { minutes: found.minutes, bucket: found.bucket })),
    ...found.plots.flatMap(one),
  ]);
}

function one({ name, unread, columns, rows }) {
  const drawn = plot({ columns, rows }, 0);
  return [
    el("h2", null, t(`plot_${name}`)),
    ...(drawn.length ? drawn : [el("p", { class: "quiet" }, unread ? quoting("unread", { detail: unread }) : t("metrics_nothing"))]),
  ];
}
