// The page's words, in the language of the document.

export const language = document.documentElement.lang;
const words = await (await fetch(`/static/${language}.json`)).json();
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

/** A word, with {names} filled in. */
export function t(key, values = {}) {
  return spaced(words[key]).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

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

/** "3 minutes ago", of seconds. */
export function ago(seconds) {
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? UNITS.at(-1);
  return times.format(-Math.max(0, Math.floor(seconds / size)), unit);
}

/** The same of a time as Kubernetes writes it; empty if it is none. */
export function since(time) {
  const then = Date.parse(time);
  return Number.isNaN(then) ? "" : ago(Math.max(0, (Date.now() - then) / 1000));
}
