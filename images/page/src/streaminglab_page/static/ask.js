// Questions to the page's server that are asked once. A refusal is an Error with its words.

import { Refusal, t } from "./words.js";

const csrf = document.querySelector("meta[name=csrf]").content;

/** GET an answer. */
export const get = (path, signal) => ask(path, { signal });

/** POST a question with effects; the session's token says that it is this page that asks. */
export function post(path, body = {}) {
  return ask(path, {
    method: "POST",
    headers: { "X-CSRF-Token": csrf, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(t("lost"), { cause: error });
  }
  if (answer.status === 401) location.assign("/login");
  if (answer.ok) return answer.json();
  const told = await answer.text();
  let refused = told;
  try {
    refused = JSON.parse(told).refused;
  } catch { /* it is plain text */ }
  throw new Refusal("refused", String(refused || answer.status));
}

/** The path of something by its name. */
export const path = (...words) => `/${words.map(encodeURIComponent).join("/")}`;
