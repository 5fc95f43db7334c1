// What the operator says of the lab: headline, parts, connectors, conditions.

import { el } from "./dom.js";
import { since, t } from "./words.js";

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
    lab.last_error,
  ];
  return [
    el("p", { class: `phase ${tone(lab)}` }, lab.phase || lab.ready?.reason || "…"),
    el("p", { class: "message" }, lab.ready?.message || t("no_status")),
    ...notes.filter(Boolean).map((note) => el("p", { class: "quiet" }, note)),
  ];
}

export function parts(lab) {
  if (!lab.components.length) return [];
  return [
    el("h2", null, t("parts")),
    el("ul", { class: "rows" }, lab.components.map((part) =>
      row(part.name, part.count, part.state, t(`state_${part.state}`), part.reason, part.message))),
  ];
}

export function connectors(lab) {
  if (!lab.connectors.length) return [];
  return [
    el("h2", null, t("connectors")),
    el("ul", { class: "rows" }, lab.connectors.map((one) => {
      const calm = one.state === "RUNNING" ? "ready" : "waiting";
      const note = one.managed ? one.message : [one.message, t("connectors_foreign")].filter(Boolean).join(" · ");
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
        const when = since(one.since);
        return row(one.type, when && t("conditions_since", { when }), good[one.status] ?? "waiting", one.status, one.reason, one.message);
      }))),
  ];
}

function row(name, side, state, word, reason, message) {
  return el("li", { class: state },
    el("span", { class: "name" }, name),
    el("span", { class: "state" }, word),
    el("span", { class: "side" }, side),
    (reason || message) && el("span", { class: "why" }, reason && el("b", null, reason), reason && message ? " " : "", message));
}
