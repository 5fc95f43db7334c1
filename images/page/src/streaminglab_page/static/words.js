// The page's words, in the language of the document.

import { el } from "./dom.js";

export const language = document.documentElement.lang;
let words = {};
let sentences = {};

/** The words, by a script before all others (`web/assets.py`): a page whose scripts wait for an answer is shown,
 *  and does not hear who clicks. */
export function learn(told) {
  ({ words, sentences } = told);
}

/** Whether the operator, Kafka and all others speak the language of the document. */
export const sameLanguage = language === "en";
const numbers = new Intl.NumberFormat(language);
const times = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const hours = new Intl.DateTimeFormat(language, { timeStyle: "medium" });
const moments = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
const SIZES = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

// In French a blank stands before these signs, and no line begins with one. Of texts in which a command
// may stand, only before a question mark: who copies it gets a blank that no shell knows.
const french = (signs) => (text) => (language === "fr" ? text.replace(signs, "\u00a0") : text);
const spaced = french(/ (?=[?!:;»])|(?<=«) /g);
/** A text of somebody's own. */
export const asking = french(/ (?=\?(?:\s|$))/g);

const plurals = new Intl.PluralRules(language);
const COUNTED = /\{(count|points|partitions|after|read|left|looked|size|passed)\}/;

/** A word, with {names} filled in; where the first that is a count is one (in French none is one too), its own. */
export function t(key, values = {}) {
  const counted = COUNTED.exec(words[key])?.[1];
  const single = counted && plurals.select(Number(values[counted])) === "one";
  return filled((single && words[`${key}.one`]) || words[key], values);
}

const filled = (text, values) => spaced(text).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));

/** A sentence of somebody else in the language of the document, if this page knows it; or else as it is. */
export function known(text) {
  if (!Object.hasOwn(sentences, text)) return text;
  // Between backticks there is something to type: no blank of it becomes another one.
  return sentences[text].split("`").map((part, n) => (n % 2 ? part : spaced(part))).join("`");
}

/** The words of somebody else, such as Kafka's: those that this page does not know are marked as English. */
export const theirs = (text) => (!text || sameLanguage || Object.hasOwn(sentences, text) ? known(text) : el("span", { lang: "en" }, text));

/** A word in which {detail} is the words of somebody else: texts and elements. */
export function quoting(key, { detail, ...values }) {
  return words[key].split("{detail}").flatMap((part, n) => [n ? theirs(detail) : "", filled(part, values)]).filter(Boolean);
}

/** A refusal, as it is shown. */
export class Refusal extends Error {
  constructor(key, detail) {
    super(t(key, { detail }));
    this.shown = quoting(key, { detail });
  }
}

/** What is shown of an error. */
export const reason = (error) => error.shown ?? [error.message];

export const count = (number) => numbers.format(number);

const amounts = ["standard", "scientific"].map((notation) => new Intl.NumberFormat(language, { notation, maximumSignificantDigits: 6 }));

/** A number of any size, in a few letters. */
export const amount = (number) => amounts[Math.abs(number) < 1e12 ? 0 : 1].format(number);

/** "1.2 MB": bytes in the largest unit of which there is one. */
export function bytes(number) {
  const power = Math.min(SIZES.length - 1, number > 0 ? Math.floor(Math.log10(number) / 3) : 0);
  const shown = new Intl.NumberFormat(language, { style: "unit", unit: SIZES[power], unitDisplay: power ? "short" : "long", maximumFractionDigits: 1 });
  return shown.format(number / 1000 ** power);
}

/** A time of day, of seconds since 1970. */
export const clock = (seconds) => hours.format(new Date(seconds * 1000));

/** A day and a time of day, of milliseconds since 1970. */
export const moment = (milliseconds) => moments.format(new Date(milliseconds));

/** How many there are of the largest unit of which there is one. */
function largest(seconds) {
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? UNITS.at(-1);
  return [Math.max(0, Math.floor(seconds / size)), unit];
}

/** "3 minutes ago", of seconds. */
export function ago(seconds) {
  const [number, unit] = largest(seconds);
  return times.format(-number, unit);
}

/** "3 minutes", of seconds. */
function lasting(seconds) {
  const [number, unit] = largest(seconds);
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(number);
}

/** What is told of the seconds since a time as Kubernetes writes it; empty if it is none. */
function passed(time, told) {
  const then = Date.parse(time);
  return Number.isNaN(then) ? "" : told(Math.max(0, (Date.now() - then) / 1000));
}

/** How long ago a time was. */
export const since = (time) => passed(time, ago);

/** For how long something has lasted. */
export const age = (time) => passed(time, lasting);
