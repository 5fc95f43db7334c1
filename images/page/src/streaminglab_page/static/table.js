// Tables: wide ones are moved sideways on a phone, also by the keyboard.

import { el } from "./dom.js";
import { bytes, count, t } from "./words.js";

/** A table. heads: words; rows: lists of cells, each a text, an element, a list of them, or a cell(). */
export function table(title, heads, rows) {
  const numbers = rows.length ? rows[0].cells.map((cell) => cell instanceof HTMLTableCellElement) : [];
  return el("div", { class: "scroll", role: "group", tabindex: "0", "aria-label": title, "data-key": `table ${title}` },
    el("table", null,
      el("thead", null, el("tr", null, heads.map((head, n) => el("th", { scope: "col", class: numbers[n] && "number" }, head)))),
      el("tbody", null, rows.map((row) => el("tr", { class: row.tone }, row.cells.map(shown))))));
}

/** A row; tone: ready, waiting or trouble, if it has one. */
export const row = (cells, tone = null) => ({ cells, tone });

/** A number, or a dash where none is known; aligned to the right. */
export const number = (value) => el("td", { class: "number" }, value === null || value === undefined ? "–" : count(value));

/** A number of bytes, likewise. */
export const size = (value) => el("td", { class: "number" }, value === null || value === undefined ? "–" : bytes(value));

/** "12 more", if there are. */
export const more = (left) => left > 0 && el("p", { class: "quiet" }, t("more", { count: count(left) }));

/** Links to the pages of a long list. */
export function pages(all, size, page, address) {
  if (all <= size) return null;
  const last = Math.ceil(all / size) - 1;
  const link = (target, word) => target >= 0 && target <= last && target !== page
    && el("a", { href: address(target), "data-key": `page ${word}` }, t(word));
  const from = Math.min(page * size + 1, all);
  return el("p", { class: "pages" },
    t("range", { from: count(from), to: count(Math.min(all, (page + 1) * size)), all: count(all) }),
    link(page - 1, "earlier"), link(page + 1, "later"));
}

function shown(cell) {
  if (cell instanceof HTMLTableCellElement) return cell;
  return el("td", null, cell);
}
