// What happened to leaders and replicas: one line a moment, with what changed in it.

import { el } from "./dom.js";
import { clock, count, t } from "./words.js";

export function timeline(kafka) {
  if (!kafka.seen) return [];
  const moments = Map.groupBy?.(kafka.timeline, (change) => change.at) ?? grouped(kafka.timeline);
  return [
    el("h2", null, t("timeline")),
    el("p", { class: "quiet" }, t("timeline_since", { when: clock(kafka.since) })),
    moments.size
      ? el("ol", { class: "moments" }, [...moments].map(([at, changes]) => moment(at, changes)))
      : el("p", null, t("timeline_none")),
  ];
}

function grouped(changes) {
  const found = new Map();
  for (const change of changes) found.set(change.at, [...(found.get(change.at) ?? []), change]);
  return found;
}

function moment(at, changes) {
  const big = changes.filter((change) => change.partition < 0);
  const small = changes.filter((change) => change.partition >= 0);
  const leaders = small.filter((change) => change.what === "leader").length;
  const isr = small.length - leaders;
  const words = [
    ...big.map(sentence),
    leaders && t("timeline_leaders", { count: count(leaders) }),
    isr && t("timeline_isrs", { count: count(isr) }),
  ].filter(Boolean);
  const gone = big.some((change) => change.what === "broker_gone");
  return el("li", { class: gone ? "trouble" : null },
    el("time", { datetime: new Date(at * 1000).toISOString() }, clock(at)),
    el("div", null, words.map((word) => el("p", null, word)),
      small.length > 0 && el("details", { "data-key": `moment ${at}` },
        el("summary", { "data-key": `moment summary ${at}` }, t("timeline_each")),
        el("ul", null, small.map((change) => el("li", null, sentence(change)))))));
}

const brokers = (numbers) => (numbers.length && numbers[0] >= 0 ? numbers.join(", ") : t("kafka_nobody"));

function sentence(change) {
  return t(`timeline_${change.what}`, {
    topic: change.topic, partition: change.partition, before: brokers(change.before), after: brokers(change.after),
  });
}
