// Copying, and saying so.

import { el } from "./dom.js";
import { t } from "./words.js";

const place = document.getElementById("said");
let timer = null;

/** Say something for some seconds, also to a screen reader. */
export function say(...parts) {
  clearTimeout(timer);
  place.replaceChildren(...parts);
  timer = setTimeout(() => { place.textContent = ""; }, 4000);
}

/** Put a text on the clipboard. */
export async function copy(text, what) {
  try {
    await (navigator.clipboard ? navigator.clipboard.writeText(text) : byHand(text));
    say(t("copied", { what }));
  } catch {
    say(t("not_copied"));
  }
}

// Over plain http from another machine a browser has no clipboard for scripts, but this old way.
function byHand(text) {
  const area = el("textarea", { class: "offstage", readonly: true });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("not copied");
}

/** A button that copies what text() gives. */
export function copyButton(key, what, text) {
  const pressed = async () => {
    const value = await text();
    if (value !== null) await copy(value, what);
  };
  return el("button", { type: "button", "data-key": `copy ${key}`, "aria-label": t("copy_what", { what }), click: pressed }, t("copy"));
}
