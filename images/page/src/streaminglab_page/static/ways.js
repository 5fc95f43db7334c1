// How to come in: a card for each way.

import { copyButton } from "./copy.js";
import { el } from "./dom.js";
import { reached } from "./port.js";
import { secret } from "./secret.js";
import { t, theirs } from "./words.js";

export function ways(lab) {
  return [
    el("h2", null, t("ways")),
    el("p", { class: "quiet" }, t("ways_text", { namespace: lab.namespace })),
    lab.ways.length ? el("div", { class: "cards" }, lab.ways.map((way) => card(way, lab.ways))) : el("p", null, t("ways_none")),
  ];
}

function card(way, all) {
  return el("article", { class: "card way" },
    el("div", { class: "top" }, el("h3", null, way.name), link(way, all)),
    way.description && el("p", { class: "quiet" }, theirs(way.description)),
    el("dl", null,
      way.address
        ? row(t("ways_address"), plain(way.name, t("ways_address"), way.address))
        : !way.url && el("div", null, el("dd", { class: "quiet" }, t("ways_waiting"))),
      way.user && row(t("ways_user"), plain(way.name, t("ways_user"), way.user)),
      way.keys.map((key) => row(key.name, secret(way.name, key.name)))),
    typed(way));
}

function link(way, all) {
  if (!/^https?:\/\//.test(way.url)) return null;
  const href = reached(way.url, all.map((other) => other.url), location);
  const label = `${t("ways_open")} ${way.name}`;
  return el("a", { class: "main", href, target: "_blank", rel: "noopener noreferrer", "aria-label": label }, t("ways_open"));
}

const row = (name, cells) => el("div", null, el("dt", null, name), el("dd", null, cells));

function plain(way, what, text) {
  return [el("code", { class: "value" }, text), copyButton(`${way} ${what}`, `${what}: ${text}`, () => text)];
}

function typed(way) {
  if (!way.lines.length && !way.keys.length) return null;
  return el("details", { "data-key": `lines ${way.name}` },
    el("summary", { "data-key": `summary ${way.name}` }, t("ways_lines")),
    way.lines.map((line) => typedLine(way, line.tool, line.tool, line.text)),
    way.keys.map((key) => typedLine(way, key.name, t("ways_key", { key: key.name }), key.line)));
}

function typedLine(way, id, title, text) {
  const what = t("line_what", { tool: title });
  return el("figure", null,
    el("figcaption", null, el("span", null, title), copyButton(`${way.name} line ${id}`, what, () => text)),
    el("pre", null, text));
}
