// A password: asked for when somebody presses a button, shown for a minute, kept nowhere.

import { copyButton, say } from "./copy.js";
import { el } from "./dom.js";
import { t } from "./words.js";

const SHOWN_MS = 60000;
const csrf = document.querySelector("meta[name=csrf]").content;

async function ask(key) {
  try {
    const answer = await fetch(`/credentials/${encodeURIComponent(key)}`, {
      method: "POST",
      headers: { "X-CSRF-Token": csrf },
    });
    if (answer.status === 401) location.assign("/login");
    if (answer.ok) return (await answer.json()).value;
  } catch { /* said below */ }
  say(t("not_had"));
  return null;
}

/** The value of a key, hidden, with its two buttons. */
export function secret(way, key) {
  const what = t("ways_key", { key });
  const dots = () => [el("span", { "aria-hidden": true }, "••••••••"), el("span", { class: "unseen" }, t("hidden"))];
  const value = el("code", { class: "value" }, ...dots());
  const button = el("button", { type: "button", "data-key": `show ${way} ${key}`, "aria-pressed": "false", click: toggle });
  let timer = null;

  function put(text) {
    clearTimeout(timer);
    value.replaceChildren(...(text === null ? dots() : [text]));
    button.textContent = t(text === null ? "show" : "hide");
    button.setAttribute("aria-pressed", String(text !== null));
    button.setAttribute("aria-label", t(text === null ? "show_what" : "hide_what", { what }));
    if (text !== null) timer = setTimeout(put, SHOWN_MS, null);
  }

  async function toggle() {
    put(button.getAttribute("aria-pressed") === "true" ? null : await ask(key));
  }

  put(null);
  return [value, button, copyButton(`${way} ${key}`, what, () => ask(key))];
}
