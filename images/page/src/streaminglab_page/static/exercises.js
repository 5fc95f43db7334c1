// The exercises of the lab: what to do, hints one by one, and how far one is.

import { draw, el } from "./dom.js";
import { asking, count, since, t, theirs } from "./words.js";

const TONES = { passed: "ready", todo: "waiting", unchecked: "quiet" };
const at = (id) => document.getElementById(`exercises-${id}`);

/** What the stream shall tell of; null: nothing. */
export const asked = ({ view }) => (view === "exercises" ? { exercises: "1" } : null);

export function tell(news) {
  draw(at("trouble"), news.problem, () => (news.problem ? [
    el("div", { class: "banner trouble" },
      el("p", null, t("exercises_problem")), el("p", null, theirs(news.problem))),
  ] : []));
  draw(at("head"), [news.title, news.passed, news.checked], () => [
    el("h2", null, news.title),
    el("p", null, t("exercises_count", { passed: count(news.passed), checked: count(news.checked) })),
  ]);
  draw(at("list"), [news.exercises, Math.floor(Date.now() / 60000)], () => news.exercises.map(exercise));
}

function exercise(one, number) {
  return el("article", { class: "card exercise", "data-state": one.state },
    el("div", { class: "top" }, el("h3", null, asking(numbered(one.title, number + 1))), state(one)),
    el("p", { class: "told" }, asking(one.text)),
    fitting(one),
    one.hints.map((hint, place) => el("details", { "data-key": `hint ${one.name} ${place}` },
      el("summary", { "data-key": `hint summary ${one.name} ${place}` }, t("exercises_hint", { number: count(place + 1) })),
      el("p", { class: "told" }, asking(hint)))));
}

// Those of the courses have the number of the sheet in their title.
const numbered = (title, number) => (/^\d/.test(title) ? title : `${count(number)}. ${title}`);

// What fits what was seen is shown at once; a hint of the list is not, nor before it is asked for.
function fitting(one) {
  if (!one.hint || one.hints.includes(one.hint)) return null;
  return el("p", { class: "told" }, el("strong", null, t("exercises_seen")), " ", asking(one.hint));
}

function state(one) {
  const when = one.passed_at ? ` ${since(one.passed_at)}` : "";
  const part = one.state === "todo" && one.checks > 1 && one.seen ? ` ${count(one.seen)}/${count(one.checks)}` : "";
  return el("span", { class: TONES[one.state] },
    el("span", { class: "state" }, `${t(`state_${one.state}`)}${when}${part}`));
}
