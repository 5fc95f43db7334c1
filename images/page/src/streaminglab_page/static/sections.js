// What the operator says of the lab: headline, parts, connectors, conditions.

import { el, typed } from "./dom.js";
import { age, known, sameLanguage, t, theirs } from "./words.js";

const TONES = { True: "ready", False: "trouble", Unknown: "waiting" };
// Of these, False is the good word.
const BAD_WHEN_TRUE = new Set(["Reconciling", "Stalled"]);

/** Whether the lab is well: ready, waiting or trouble. */
export function tone(lab) {
  if (lab.ready?.status === "True") return "ready";
  const stalled = lab.conditions.some((c) => c.type === "Stalled" && c.status === "True");
  return stalled || lab.phase === "Degraded" ? "trouble" : "waiting";
}

export function headline(lab) {
  const notes = [
    lab.suspended && t("suspended"),
    !lab.current && lab.ready && t("not_current"),
    theirs(lab.last_error),
  ];
  return [
    el("p", { class: `phase ${tone(lab)}` }, theirs(lab.phase || lab.ready?.reason) || "…"),
    el("p", { class: "message" }, explained(lab.ready, t("no_status"))),
    ...notes.filter(Boolean).map((note) => el("p", { class: "quiet" }, note)),
  ];
}

export function parts(lab) {
  if (!lab.components.length) return [];
  return [
    el("h2", null, t("parts")),
    el("ul", { class: "rows" }, lab.components.map((part) =>
      row(part.name, part.count, part.state, t(`state_${part.state}`), part.reason, explained(part)))),
  ];
}

export function connectors(lab) {
  if (!lab.connectors.length) return [];
  return [
    el("h2", null, t("connectors")),
    el("ul", { class: "rows" }, lab.connectors.map((one) => {
      const calm = one.state === "RUNNING" ? "ready" : "waiting";
      const note = [explained(one), one.message && !one.managed && " · ", !one.managed && t("connectors_foreign")];
      return row(one.name, t("connectors_tasks", { tasks: one.tasks }), one.reason || one.state === "FAILED" ? "trouble" : calm, one.state, one.reason, note);
    })),
  ];
}

export function conditions(lab) {
  if (!lab.conditions.length) return [];
  return [
    el("details", { "data-key": "conditions" },
      el("summary", { "data-key": "conditions summary" }, el("h2", null, t("conditions"))),
      el("ul", { class: "rows" }, lab.conditions.map((one) => {
        const good = BAD_WHEN_TRUE.has(one.type) ? { True: "waiting", False: "ready" } : TONES;
        const duration = age(one.since);
        return row(one.type, duration && t("conditions_for", { duration }), good[one.status] ?? "waiting", one.status, one.reason, explained(one));
      }))),
  ];
}

function row(name, side, state, word, reason, told) {
  const why = [reason && el("b", null, reason), " ", told].flat(2).filter((part) => part && part !== " ");
  return el("li", { class: state },
    el("span", { class: "name" }, name),
    el("span", { class: "state" }, word),
    el("span", { class: "side" }, side),
    why.length > 0 && el("span", { class: "why" }, why.flatMap((part, n) => (n ? [" ", part] : [part]))));
}

// What the operator says; before it, for who reads another language, what that means. What "Ready" means
// is about the whole lab: of a part the word is enough.
function explained(said, otherwise = "") {
  if (!said?.message) return [otherwise];
  const clear = sameLanguage || !said.means || (said.reason === "Ready" && said.type !== "Ready");
  return clear ? [theirs(said.message)] : [...typed(known(said.means)), " ", theirs(said.message)];
}
