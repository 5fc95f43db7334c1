// One message: where it is, its key, its value, its headers.

import { el, pre } from "./dom.js";
import { bytes, count, moment, quoting, t } from "./words.js";

const FORMATS = { AVRO: "Avro", JSON: "JSON Schema", PROTOBUF: "Protobuf" };

export function message(one) {
  return el("li", { class: "record" },
    el("p", { class: "where" },
      el("span", null, t("message_place", { partition: one.partition, offset: one.offset })),
      one.time >= 0 && el("time", { datetime: new Date(one.time).toISOString() }, moment(one.time))),
    el("div", { class: "key" }, el("span", { class: "quiet" }, t("messages_key")),
      one.key.kind === "null" ? el("span", { class: "quiet" }, t("message_no_key")) : value(one.key)),
    value(one.value),
    one.headers.length > 0 && el("dl", { class: "settings" },
      el("dt", null, t("message_headers")),
      one.headers.map((header) => el("dd", null, el("b", null, header.name), value(header.value)))));
}

/** A batch that cannot be read: where it is, and why. */
export function unread(one) {
  const cause = one.cause === "memory" && !one.codec ? "large" : one.cause;
  return el("li", { "data-key": `${one.partition}/${one.first}` },
    t(one.first === one.last ? "gap_one" : "gap_many", one), " ",
    quoting(`gap_${cause}`, { size: bytes(one.size), codec: one.codec, detail: one.detail }));
}

function value(shown) {
  if (shown.kind === "null") return el("span", { class: "quiet" }, t("message_null"));
  const size = count(shown.size);
  const about = shown.kind === "schema" ? [t("message_schema", { size, schema: shown.schema }), ...(shown.cause ? [" ", ...quoting(`message_why_${shown.cause}`, { detail: shown.detail })] : [])]
    : shown.kind === "decoded" ? t(shown.cut ? "message_decoded_cut" : "message_decoded", { size, format: FORMATS[shown.format] ?? shown.format, schema: shown.schema })
    : shown.kind === "binary" ? t("message_binary", { size })
      : shown.cut ? t("message_cut", { size }) : "";
  return el("div", { class: "shown" }, about && el("span", { class: "quiet" }, about), pre(shown.text));
}
