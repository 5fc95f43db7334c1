// The page: what comes by the stream goes into the sections.

import { draw, el } from "./dom.js";
import { follow } from "./live.js";
import { conditions, connectors, headline, parts, tone } from "./sections.js";
import { causes } from "./causes.js";
import { data, seen } from "./flow.js";
import { ago, known, quoting, t } from "./words.js";
import { ways } from "./ways.js";
import * as kafkaView from "./kafkaview.js";
import * as messages from "./messages.js";
import "./write.js";
import * as connect from "./connect.js";
import * as alerts from "./alerts.js";
import * as metrics from "./metrics.js";
import * as exercises from "./exercises.js";
import "./influxdb.js";
import { minutes, note, samples } from "./minutes.js";
import { onMove, place } from "./views.js";

const at = (id) => document.getElementById(id);
const NAMES = { lab: document.title, namespace: document.querySelector("h1 small").textContent };
let state = null;
let came = 0;
let broken = "";

for (const link of document.querySelectorAll(".languages a")) {
  if (link.lang === document.documentElement.lang) link.setAttribute("aria-current", "true");
}

function tell(news) {
  state = news;
  came = Date.now();
  broken = "";
  render();
}

function lost(word) {
  // From the moment at which the stream broke, what is shown gets old.
  if (!broken && state && !state.trouble) came = Date.now();
  broken = word;
  banner();
}

function render() {
  banner();
  const { lab } = state;
  document.title = lab ? `${lab.phase ? `${known(lab.phase)} · ` : ""}${NAMES.lab}` : NAMES.lab;
  document.body.dataset.tone = lab ? tone(lab) : "";
  kafkaView.tellLab(lab);
  if (!lab) {
    for (const id of ["headline", "causes", "data", "minutes", "parts", "connectors", "ways", "conditions"]) draw(at(id), null, () => []);
    return;
  }
  draw(at("headline"), [lab.phase, lab.ready, lab.suspended, lab.current, lab.last_error], () => headline(lab));
  draw(at("causes"), lab.causes, () => causes(lab));
  draw(at("data"), [seen(lab), minute()], () => data(lab));
  if (place().view === "now") draw(at("minutes"), samples(), () => minutes());
  draw(at("parts"), lab.components, () => parts(lab));
  draw(at("connectors"), lab.connectors, () => connectors(lab));
  draw(at("ways"), lab.ways, () => ways(lab));
  draw(at("conditions"), [lab.conditions, minute()], () => conditions(lab));
}

// Sentences with a time in them are drawn anew once a minute.
const minute = () => Math.floor(Date.now() / 60000);

function banner() {
  const trouble = state?.trouble;
  if (!broken && !trouble) return draw(at("banner"), null, () => []);
  const seconds = (trouble ? state.age : 0) + (Date.now() - came) / 1000;
  const old = state?.lab ? t("age", { when: ago(seconds) }) : "";
  const sentences = [
    broken ? t(broken) : t(`trouble_${trouble.cause}`, NAMES),
    !broken && trouble.detail && quoting("trouble_detail", { detail: trouble.detail }),
    old,
  ].filter(Boolean);
  const kind = !broken && trouble.cause === "connecting" ? "waiting" : "trouble";
  return draw(at("banner"), [broken, trouble, old], () => [
    el("div", { class: `banner ${kind}` }, sentences.map((sentence) => el("p", null, sentence))),
  ]);
}

function address() {
  const now = place().view === "now" && document.body.dataset.parts.includes("kafka") ? { kafka: "1" } : null;
  const asked = now ?? kafkaView.asked(place()) ?? messages.asked(place()) ?? connect.asked(place()) ?? alerts.asked(place()) ?? metrics.asked(place()) ?? exercises.asked(place());
  return asked ? `/events?${new URLSearchParams(asked)}` : "/events";
}

function tellKafka(news) {
  kafkaView.tell(news);
  messages.tellTopics(news);
  note(news);
  if (state && place().view === "now") render();
}

let followed = address();
const again = follow({ address, tell: { lab: tell, kafka: tellKafka, messages: messages.tell, connect: connect.tell, alerts: alerts.tell, metrics: metrics.tell, exercises: exercises.tell }, lost, ended: () => location.assign("/login") });
function moved() {
  if (followed === address()) return;
  followed = address();
  again();
}
onMove(moved);
kafkaView.onSearch(moved);
messages.onChange(moved);
// Ages go on while nothing comes.
setInterval(() => { if (state) render(); }, 10000);
