// InfluxDB's alerts: checks with their level, changes of level, and what was sent.

import { draw, el } from "./dom.js";
import { row, table } from "./table.js";
import { moment, quoting, t, theirs } from "./words.js";

const TONES = { ok: "ready", info: "waiting", warn: "waiting" };
const at = (id) => document.getElementById(`alerts-${id}`);

/** What the stream shall tell of; null: nothing. */
export const asked = ({ view }) => (view === "alerts" ? { alerts: "1" } : null);

export function tell({ trouble, found }) {
  draw(at("trouble"), trouble, () => (trouble === null ? [] : [
    el("div", { class: "banner trouble" }, el("p", null, quoting("alerts_trouble", { detail: trouble }))),
  ]));
  if (!found) return;
  const unread = (...parts) => parts.filter((part) => found.unread[part]).map((part) => el("p", { class: "quiet" }, quoting("unread", { detail: found.unread[part] })));
  draw(at("checks"), [found.checks, found.unread], () => [
    el("h2", null, t("alerts_checks")),
    ...unread("checks", "levels"),
    ...(found.checks.length ? [table(t("alerts_checks"), [t("alerts_check"), t("alerts_level"), t("alerts_last"), t("alerts_every"), t("alerts_state")], found.checks.map(check))]
      : found.unread.checks ? [] : [el("p", { class: "quiet" }, t("alerts_none"))]),
  ]);
  draw(at("changes"), [found.changes, found.unread], () => list("alerts_changes", unread("changes"), found.changes, found.hours, (one) => [
    when(one.at), level(one.level), one.check, one.message,
  ], ["alerts_when", "alerts_level", "alerts_check", "alerts_message"]));
  draw(at("sent"), [found.sent, found.unread], () => list("alerts_sent", unread("sent"), found.sent, found.hours, (one) => [
    when(one.at), level(one.level), one.check, one.to, t(one.sent ? "alerts_arrived" : "alerts_failed"),
  ], ["alerts_when", "alerts_level", "alerts_check", "alerts_to", "alerts_state"]));
}

function check(one) {
  const state = theirs(one.trouble) || t(one.active ? "alerts_active" : "alerts_inactive");
  return row([one.name, one.level ? level(one.level) : t("alerts_not_yet"), one.at ? when(one.at) : "–", one.every, state],
    one.trouble || one.level === "crit" ? "trouble" : null);
}

function list(title, unread, rows, hours, cells, heads) {
  if (unread.length) return [el("h2", null, t(title)), ...unread];
  return [
    el("h2", null, t(title)),
    rows.length === 0 ? el("p", { class: "quiet" }, t("alerts_nothing", { hours }))
      : table(t(title), heads.map((head) => t(head)), rows.map((one) => row(cells(one), one.level === "crit" ? "trouble" : null))),
  ];
}

const level = (word) => el("span", { class: TONES[word] ?? "trouble" }, el("span", { class: "state" }, word));

function when(time) {
  const then = Date.parse(time);
  return Number.isNaN(then) ? time : el("time", { datetime: time }, moment(then));
}
