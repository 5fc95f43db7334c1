// The part about Kafka: what comes by the stream goes into its sections.

import { path, post } from "./ask.js";
import { say } from "./copy.js";
import { draw, el } from "./dom.js";
import { group, groups } from "./groups.js";
import { brokers, topic, topics, trouble } from "./kafka.js";
import { timeline } from "./timeline.js";
import { onMove, place } from "./views.js";
import { reason, t } from "./words.js";

const at = (id) => document.getElementById(`kafka-${id}`);
const SEARCH_MS = 300;
const search = document.querySelector("#kafka-search input");
let kafka = null;
let lab = null;

/** What the stream shall tell of Kafka at a place; null: nothing. */
export function asked({ view, kind, name, page }) {
  if (view !== "kafka") return null;
  const looked = { kafka: "1", search: search.value.trim(), page };
  if (kind === "topic" || kind === "group") looked[kind] = name;
  return looked;
}

export function tell(news) {
  kafka = news;
  render();
}

export function tellLab(news) {
  lab = news;
  if (kafka) render();
}

/** Call this when somebody searches for something else. */
export function onSearch(listener) {
  let timer = null;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(listener, SEARCH_MS);
  });
  document.getElementById("kafka-search").addEventListener("submit", (event) => event.preventDefault());
}

function render() {
  const { view, kind, name } = place();
  if (view !== "kafka" || !kafka) return;
  // A group may have the empty name: there is nothing of it to look at.
  const whole = !name || (kind !== "topic" && kind !== "group");
  at("search").hidden = at("make").hidden = !whole;
  const states = Object.fromEntries((lab?.brokers ?? []).map((one) => [one.id, one.state]));
  const only = (value, made) => [whole ? value : null, () => (whole ? made() : [])];
  draw(at("trouble"), [kafka.trouble, kafka.seen, kafka.unread], () => trouble(kafka));
  draw(at("brokers"), ...only([kafka.brokers, states, lab?.stopped], () => [...brokers(kafka, states, lab?.brokers.length ? button : null), ...(lab?.brokers.length ? [elect()] : [])]));
  draw(at("topics"), ...only([kafka.topics, kafka.more_topics, kafka.seen], () => topics(kafka)));
  draw(at("topic"), kind === "topic" ? [name, kafka.topic, kafka.seen] : null, () => (kind === "topic" ? topic(kafka, name) : []));
  draw(at("groups"), ...only([kafka.groups, kafka.more_groups, kafka.unread.groups, kafka.seen], () => groups(kafka)));
  draw(at("group"), kind === "group" ? [name, kafka.group, kafka.seen] : null, () => (kind === "group" ? group(kafka, name) : []));
  draw(at("timeline"), [kafka.timeline, kafka.since, kafka.seen], () => timeline(kafka));
}

/** The button that stops a broker, or starts one that is kept stopped. */
function button(broker) {
  const what = lab.stopped.includes(broker.id) ? "start" : "stop";
  const pressed = async (event) => {
    event.target.disabled = true;
    try {
      await post(path("brokers", broker.id, what));
      say(t("kafka_asked"));
    } catch (error) {
      say(...reason(error));
      event.target.disabled = false;
    }
  };
  const label = t(what === "stop" ? "kafka_stop" : "kafka_start", { broker: broker.id });
  return el("button", { type: "button", "data-key": `broker ${broker.id} ${what}`, click: pressed }, label);
}

/** The button that gives each partition back to the first of its replicas. */
function elect() {
  const pressed = async () => {
    try {
      say(t("kafka_elected", await post("/kafka/leaders")));
    } catch (error) {
      say(...reason(error));
    }
  };
  return el("button", { type: "button", "data-key": "elect", click: pressed }, t("kafka_elect"));
}

onMove(() => { kafka = null; render(); });
