// Kafka: brokers, topics, partitions.

import { get, path } from "./ask.js";
import { el } from "./dom.js";
import { more, number, pages, row, size, table } from "./table.js";
import { to } from "./views.js";
import { count, quoting, reason, t, theirs } from "./words.js";

const PAGE = 100;

export function trouble(kafka) {
  if (!kafka.seen && kafka.trouble === null) return [el("p", { class: "quiet" }, t("kafka_connecting"))];
  if (kafka.trouble === null) return [
    kafka.unread.offsets && el("p", { class: "quiet" }, quoting("kafka_offsets_unread", { detail: kafka.unread.offsets })),
    kafka.unread.sizes && el("p", { class: "quiet" }, quoting("kafka_sizes_unread", { detail: kafka.unread.sizes })),
  ].filter(Boolean);
  return [el("div", { class: "banner trouble" }, el("p", null, quoting("kafka_trouble", { detail: kafka.trouble })))];
}

/** One row a broker; states: what the operator says of it, by number; button: makes one to stop it, if there is such. */
export function brokers(kafka, states, button) {
  if (!kafka.brokers.length) return [];
  const heads = ["kafka_broker", "kafka_state", "kafka_leads", "kafka_holds", "kafka_lacks", "kafka_size", "kafka_settings"].map((word) => t(word));
  if (button) heads.push(t("kafka_button"));
  return [
    el("h2", null, t("kafka_brokers")),
    table(t("kafka_brokers"), heads,
      kafka.brokers.map((broker) => row([
        [String(broker.id), broker.controller && el("span", { class: "tag" }, t("kafka_controller"))],
        brokerState(broker, states[broker.id]),
        number(broker.leads), number(broker.holds), number(broker.lacks), size(broker.size),
        broker.here ? settings(`broker ${broker.id}`, path("kafka", "brokers", broker.id, "settings")) : "",
        ...(button ? [button(broker)] : []),
      ], broker.here && !broker.lacks ? null : "trouble"))),
  ];
}

function brokerState(broker, state) {
  if (state && state !== "Running") return theirs(state);
  return t(broker.here ? "kafka_here" : "kafka_away");
}

export function topics(kafka) {
  if (!kafka.seen) return [];
  const heads = ["kafka_topic", "kafka_partitions", "kafka_replicas", "kafka_messages", "kafka_rate", "kafka_size", "kafka_sync"].map((word) => t(word));
  return [
    kafka.topics.length
      ? table(t("kafka_topics"), heads, kafka.topics.map(topicRow))
      : el("p", { class: "quiet" }, t("kafka_no_topics")),
    more(kafka.more_topics),
  ].filter(Boolean);
}

function topicRow(topic) {
  return row([
    el("a", { href: to("kafka", "topic", topic.name), "data-key": `topic ${topic.name}` }, topic.name),
    number(topic.partitions), number(topic.replicas), number(topic.messages), number(topic.rate), size(topic.size),
    lacking(topic.lacks, topic.offline),
  ], topic.lacks || topic.offline ? "trouble" : null);
}

function lacking(lacks, offline) {
  const words = [
    lacks && t("kafka_under", { partitions: count(lacks) }),
    offline && t("kafka_offline", { partitions: count(offline) }),
  ];
  return words.filter(Boolean).join(" · ") || t("kafka_whole");
}

/** One topic with its partitions; nothing if none is looked at. */
export function topic(kafka, name) {
  if (!name) return [];
  const back = el("p", null, el("a", { href: "#kafka", "data-key": "back" }, t("kafka_back")));
  if (!kafka.topic) return [back, kafka.seen && el("p", null, t("kafka_no_topic", { topic: name }))].filter(Boolean);
  const found = kafka.topic;
  const heads = ["kafka_partition", "kafka_leader", "kafka_replicas", "kafka_isr", "kafka_first", "kafka_end", "kafka_messages", "kafka_size"].map((word) => t(word));
  return [
    back,
    el("div", { class: "top" }, el("h2", null, t("kafka_of_topic", { topic: name })),
      el("a", { href: to("messages", name), "data-key": "messages of it" }, t("kafka_its_messages"))),
    table(t("kafka_of_topic", { topic: name }), heads, found.rows.map(partitionRow)),
    pages(found.all, PAGE, found.page, (page) => to("kafka", "topic", name, page)),
    settings(`topic ${name}`, path("kafka", "topics", name, "settings")),
  ].filter(Boolean);
}

function partitionRow(one) {
  const first = one.first ?? null;
  const last = one.end ?? null;
  return row([
    String(one.number), one.leader < 0 ? t("kafka_nobody") : String(one.leader),
    one.replicas.join(", "),
    [one.isr.join(", "), one.lacks && el("span", { class: "tag bad" }, t("kafka_under_one"))],
    number(first), number(last), number(first === null || last === null ? null : Math.max(0, last - first)),
    size(one.size),
  ], one.lacks || one.leader < 0 ? "trouble" : null);
}

const told = new Map();
const FRESH_MS = 10000;

/** Settings that differ from the default, asked for when somebody opens them. Around them the figures are drawn anew every two seconds: what was told a moment ago is shown again, and not asked for. */
function settings(key, address) {
  const known = told.get(address);
  const place = el("div", null, known && listed(known.found));
  const opened = async (event) => {
    if (!event.target.open || told.get(address)?.at > Date.now() - FRESH_MS) return;
    if (!place.childElementCount) place.replaceChildren(el("p", { class: "quiet" }, t("loading")));
    try {
      const found = await get(address);
      told.set(address, { at: Date.now(), found });
      place.replaceChildren(listed(found));
    } catch (error) {
      told.delete(address);
      place.replaceChildren(el("p", { class: "problem" }, reason(error)));
    }
  };
  return el("details", { "data-key": `settings ${key}`, toggle: opened },
    el("summary", { "data-key": `summary ${key}` }, t("kafka_settings_of")), place);
}

const listed = (found) => (found.length
  ? el("dl", { class: "settings" }, found.map((one) => el("div", null, el("dt", null, one.name), el("dd", null, el("code", null, one.value || "–")))))
  : el("p", { class: "quiet" }, t("kafka_all_default")));
