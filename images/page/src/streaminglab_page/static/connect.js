// Kafka Connect: connectors with tasks and traces, and buttons for them.

import { path, post } from "./ask.js";
import { say } from "./copy.js";
import { draw, el, pre } from "./dom.js";
import { more, row, table } from "./table.js";
import { quoting, reason, t } from "./words.js";

const TONES = { RUNNING: "ready", FAILED: "trouble" };
const at = (id) => document.getElementById(`connect-${id}`);

/** What the stream shall tell of; null: nothing. */
export const asked = ({ view }) => (view === "connect" ? { connect: "1" } : null);

export function tell({ trouble, found }) {
  draw(at("trouble"), trouble, () => (trouble === null ? [] : [
    el("div", { class: "banner trouble" }, el("p", null, quoting("connect_trouble", { detail: trouble }))),
  ]));
  if (!found) return;
  draw(at("list"), found.connectors, () => [
    el("h2", null, t("connectors")),
    ...found.connectors.map(connector),
    ...[found.connectors.length === 0 && el("p", { class: "quiet" }, t("connect_none")), more(found.more)].filter(Boolean),
  ]);
  draw(at("plugins"), [found.plugins, found.unread], () => [
    el("h2", null, t("connect_plugins")),
    found.unread.plugins ? el("p", { class: "quiet" }, quoting("unread", { detail: found.unread.plugins })) : table(t("connect_plugins"), [t("connect_class"), t("connect_type"), t("connect_version")],
      found.plugins.map((one) => row([one.class, one.type, one.version]))),
  ]);
}

function connector(one) {
  const paused = one.state === "PAUSED";
  return el("article", { class: "card connector" },
    el("div", { class: "top" },
      el("h3", null, one.name), one.state && state(one.state),
      el("div", { class: "buttons" },
        button(one.name, "connect_restart", path("connect", one.name, "restart")),
        paused ? button(one.name, "connect_resume", path("connect", one.name, "resume")) : button(one.name, "connect_pause", path("connect", one.name, "pause")))),
    one.unread && el("p", { class: "quiet" }, quoting("connect_unread", { detail: one.unread })),
    el("p", { class: "quiet" }, [one.type, one.class].filter(Boolean).join(" · ")),
    trace(one.name, one.trace),
    el("ul", null, one.tasks.map((task) => el("li", { class: "task" },
      el("span", null, t("connect_task", { task: task.id })), state(task.state),
      el("span", { class: "quiet" }, t("connect_on", { worker: task.worker })),
      button(one.name, "connect_restart_task", path("connect", one.name, "tasks", task.id, "restart"), { task: task.id }),
      trace(`${one.name} ${task.id}`, task.trace)))));
}

const form = document.querySelector("#connect-make form");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const told = form.querySelector("[role=status]");
  const name = form.elements.name.value.trim();
  let config = null;
  try {
    config = JSON.parse(form.elements.config.value);
  } catch (error) {
    told.replaceChildren(...quoting("connect_no_json", { detail: error.message }));
    return;
  }
  try {
    await post("/connect", { name, config });
    told.textContent = t("connect_made", { connector: name });
  } catch (error) {
    told.replaceChildren(...reason(error));
  }
});

const state = (word) => el("span", { class: TONES[word] ?? "waiting" }, el("span", { class: "state" }, word));

const trace = (key, text) => text && el("details", { "data-key": `trace ${key}` },
  el("summary", { "data-key": `trace summary ${key}` }, t("connect_trace")), pre(text));

function button(connector, word, address, values) {
  const what = t(word, values);
  const pressed = async () => {
    try {
      await post(address);
      say(t("connect_asked", { connector }));
    } catch (error) {
      say(...reason(error));
    }
  };
  return el("button", { type: "button", "data-key": `${connector} ${what}`, "aria-label": t("connect_on_connector", { what, connector }), click: pressed }, what);
}
