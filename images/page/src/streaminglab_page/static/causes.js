// What is in the way, and what to do: in the operator's words, with lines to copy.

import { copyButton } from "./copy.js";
import { el } from "./dom.js";
import { t } from "./words.js";

export function causes(lab) {
  if (!lab.causes.length) return [];
  return [
    el("h2", null, t("causes")),
    el("ol", { class: "causes" }, lab.causes.map((one, n) => el("li", { class: "card" },
      el("h3", null, one.what, " ", one.reason && one.reason !== one.what && el("span", { class: "quiet" }, one.reason)),
      el("p", null, one.message),
      one.cure && el("p", null, el("b", null, t("causes_cure")), " ", ...sentence(one.cure)),
      [...commands(one.cure), one.command].map((line, m) => el("figure", null,
        el("figcaption", null, t(line === one.command ? "causes_more" : "causes_do"), copyButton(`cause ${n} ${m}`, t("line_what", { tool: "kubectl" }), () => line)),
        el("pre", null, line)))))),
  ];
}

// Between backticks there is something to type, or the name of a field.
const sentence = (words) => words.split("`").map((part, n) => (n % 2 ? el("code", null, part) : part));

const commands = (words) => words.split("`").filter((part, n) => n % 2 && /^kubectl .*[^.]$/.test(part) && !part.includes("<") && !part.includes("PART"));
