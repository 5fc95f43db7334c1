// Messages of a topic: shown from somewhere, searched for, followed.

import { get, path } from "./ask.js";
import { el } from "./dom.js";
import { message, unread } from "./message.js";
import { onMove, place, to } from "./views.js";
import { count, quoting, reason, t } from "./words.js";

const SHOWN = 200;
const NOTES = 20;
const form = document.getElementById("messages-form");
const fields = form.elements;
const list = document.getElementById("messages-list");
const said = document.getElementById("messages-said");
const items = el("ol", { class: "messages" });
const notes = el("ul", { class: "unread", hidden: true });
/** What is followed, as the stream is asked for it; null: nothing. */
let following = null;
let came = 0;
let skipped = 0;
let search = null;
let changed = () => {};

list.append(notes, items);

/** What the stream shall tell of; null: nothing. */
export function asked({ view }) {
  if (view !== "messages") return null;
  return { kafka: "1", ...following };
}

/** Call this when something else is to be followed. */
export const onChange = (listener) => { changed = listener; };

/** The topics that there are: for the field where one is chosen. */
export function tellTopics(kafka) {
  const names = document.getElementById("messages-topics");
  const wanted = kafka.topics.map((topic) => topic.name);
  if ([...names.children].map((one) => one.value).join("\n") === wanted.join("\n")) return;
  names.replaceChildren(...wanted.map((name) => el("option", { value: name })));
}

/** Messages that came by the stream; the newest is put on top. */
export function tell(news) {
  if (!following) return;
  came += news.messages.length + news.left_out;
  skipped += news.left_out;
  items.prepend(...news.messages.map(message).reverse());
  while (items.childElementCount > SHOWN) items.lastChild.remove();
  tellUnread(news.unread);
  const some = following.key || following.text;
  const words = news.trouble === "crowded" ? [t("messages_crowded")] : [
    t(some ? "messages_following_some" : "messages_following", { topic: following.follow, count: count(came), looked: count(news.looked) }),
    some && news.behind > 0 && t("messages_behind", { count: count(news.behind) }),
    skipped > 0 && t("messages_skipped", { count: count(skipped) }),
    news.beyond > 0 && t("messages_beyond", { count: count(news.beyond) }),
    news.trouble && quoting("kafka_trouble", { detail: news.trouble }),
  ];
  say(...words);
}

const say = (...words) => said.replaceChildren(...words.filter(Boolean).flatMap((word, n) => (n ? [" ", word] : [word])).flat());

function clear() {
  items.replaceChildren();
  notes.replaceChildren();
  notes.hidden = true;
}

/** Batches that cannot be read, each once. */
function tellUnread(all) {
  const known = new Set([...notes.children].map((one) => one.dataset.key));
  notes.append(...all.map(unread).filter((one) => !known.has(one.dataset.key)));
  while (notes.childElementCount > NOTES) notes.firstChild.remove();
  notes.hidden = !notes.childElementCount;
}

function parameters() {
  const asked = { start: fields.start.value, partition: fields.partition.value, key: fields.key.value, text: fields.text.value };
  if (asked.start === "offset") asked.at = fields.offset.value;
  if (asked.start === "time") asked.at = String(new Date(fields.time.value).getTime() || 0);
  return asked;
}

async function show() {
  stop();
  search = new AbortController();
  const { signal } = search;
  const asked = parameters();
  const searching = Boolean(asked.key || asked.text);
  clear();
  fields.stop.hidden = !searching;
  say(t("loading"));
  try {
    await pages(asked, searching, signal);
  } catch (error) {
    if (error.name !== "AbortError") say(reason(error));
  }
  if (search?.signal === signal) fields.stop.hidden = true;
}

async function pages(asked, searching, signal) {
  let looked = 0;
  let goesOn = null;
  do {
    const query = new URLSearchParams(goesOn ? { ...asked, goes_on: JSON.stringify(goesOn) } : asked);
    const answer = await get(`${path("kafka", "topics", fields.topic.value, "messages")}?${query}`, signal);
    looked += answer.read;
    goesOn = answer.goes_on;
    items.prepend(...answer.messages.map(message).reverse());
    while (items.childElementCount > SHOWN) items.lastChild.remove();
    tellUnread(answer.unread);
    tellProgress(answer, searching, looked);
    if (!searching || !answer.left) return;
  } while (!signal.aborted);
}

function tellProgress(answer, searching, looked) {
  const found = count(items.childElementCount);
  const state = searching
    ? t(answer.left ? "messages_searching" : "messages_searched", { left: count(answer.left), read: count(looked), found })
    : items.childElementCount ? t("messages_count", { count: found }) : t("messages_none");
  say(state,
    answer.left_out > 0 && t("messages_left_out", { count: count(answer.left_out) }),
    !searching && answer.left > 0 && t("messages_cut"));
}

function stop() {
  search?.abort();
  search = null;
  fields.stop.hidden = true;
  press(null);
}

function press(wanted) {
  if (following === wanted) return;
  following = wanted;
  fields.follow.setAttribute("aria-pressed", String(Boolean(wanted)));
  changed();
}

function follow() {
  const on = !following;
  stop();
  if (on) begin();
}

/** From now on, what the fields name. */
function begin() {
  if (!form.reportValidity()) return;
  came = skipped = 0;
  clear();
  const { partition, key, text } = parameters();
  const some = key || text;
  say(t(some ? "messages_following_some" : "messages_following", { topic: fields.topic.value, count: "0", looked: "0" }));
  press({ follow: fields.topic.value, partition, key, text });
}

function choose() {
  fields.offset.parentElement.hidden = fields.start.value !== "offset";
  fields.time.parentElement.hidden = fields.start.value !== "time";
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (location.hash === to("messages", fields.topic.value)) show();
  else location.hash = to("messages", fields.topic.value);
});
fields.follow.addEventListener("click", follow);
fields.stop.addEventListener("click", stop);
fields.start.addEventListener("change", choose);
fields.topic.addEventListener("input", () => stop());
for (const field of [fields.partition, fields.key, fields.text]) {
  field.addEventListener("change", () => { if (following) begin(); });
}
onMove(() => {
  const { view, kind } = place();
  if (view !== "messages") { stop(); return; }
  if (kind) { fields.topic.value = kind; show(); }
});
choose();
