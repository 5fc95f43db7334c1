// What is in the way, what it means and what to do, with lines to copy; and what was seen, in the operator's words.

import { copyButton } from "./copy.js";
import { el, typed } from "./dom.js";
import { known, t, theirs } from "./words.js";

export function causes(lab) {
  if (!lab.causes.length) return [];
  return [
    el("h2", null, t("causes")),
    el("ol", { class: "causes" }, lab.causes.map((one, n) => el("li", { class: "card" },
      el("h3", null, one.what, " ", one.reason && one.reason !== one.what && el("span", { class: "quiet" }, one.reason)),
      one.means && el("p", null, typed(known(one.means))),
      one.message && el("p", null, one.means && [el("b", null, t("causes_seen")), " "], theirs(one.message)),
      one.cure && el("p", null, el("b", null, t("causes_cure")), " ", typed(cure(one, lab))),
      [...commands(cure(one, lab)), one.command].map((line, m) => el("figure", null,
        el("figcaption", null, t(line === one.command ? "causes_more" : "causes_do"), copyButton(`cause ${n} ${m}`, t("line_what", { tool: "kubectl" }), () => line)),
        el("pre", null, line)))))),
  ];
}

// With the name of this lab in it, if that is one that Kubernetes gives.
const cure = (one, lab) => (/^[a-z0-9.-]+$/.test(lab.name) ? known(one.cure).replaceAll("<name>", lab.name) : known(one.cure));

const commands = (words) => words.split("`").filter((part, n) => n % 2 && /^kubectl .*[^.]$/.test(part) && !part.includes("<") && !part.includes("PART"));
