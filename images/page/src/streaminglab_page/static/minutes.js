// The last minutes, as long as somebody looks: messages a second of the busiest topics, and lag.

import { el } from "./dom.js";
import { plot } from "./plot.js";
import { t } from "./words.js";

const MINUTES = 10;
const TOPICS = 4;
const kept = [];

/** Note what Kafka is like now. */
export function note(kafka) {
  const at = Date.now();
  // Not an object: a topic may be called "constructor", which each object has already.
  const rates = new Map(kafka.topics.filter((topic) => topic.rate !== null).map((topic) => [topic.name, topic.rate]));
  const lags = kafka.groups.map((group) => group.lag).filter((lag) => lag !== null);
  kept.push({ at, rates, lag: lags.length ? lags.reduce((a, b) => a + b) : null });
  while (kept.length && kept[0].at < at - MINUTES * 60000) kept.shift();
}

/** Messages a second of a topic, as it was told last; null if that is not known. */
export const rate = (topic) => kept.at(-1)?.rates.get(topic) ?? null;

/** What the plots are of. */
export const samples = () => kept.length && kept.at(-1).at;

export function minutes() {
  const drawn = [
    figure(t("minutes_rate"), busiest().flatMap((topic) => kept.map((one) => [one.at, one.rates.get(topic), topic]))),
    figure(t("minutes_lag"), kept.map((one) => [one.at, one.lag, t("groups")])),
  ].flat();
  return drawn.length ? [el("h2", null, t("minutes")), el("div", { class: "cards" }, drawn)] : [];
}

function busiest() {
  const most = new Map();
  for (const one of kept) {
    for (const [topic, value] of one.rates) most.set(topic, Math.max(most.get(topic) ?? 0, value));
  }
  return [...most].filter(([, value]) => value > 0).sort((a, b) => b[1] - a[1]).slice(0, TOPICS).map(([topic]) => topic);
}

function figure(title, points) {
  const rows = points.filter(([, value]) => value !== null && value !== undefined)
    .map(([at, value, name]) => ({ _time: new Date(at).toISOString(), _value: String(value), name }));
  const found = plot({ columns: { _time: "dateTime", _value: "double", name: "string" }, rows }, 0);
  return found.length ? [el("div", null, el("h3", null, title), found)] : [];
}
