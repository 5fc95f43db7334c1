// Elements are made here and nowhere else, and text only ever becomes text.

/** An element. Attributes that are null or false are left out; functions are listeners. */
export function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") node.addEventListener(key, value);
    else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(key, value === true ? "" : value);
    }
  }
  node.append(...children.flat().filter((child) => child || child === 0));
  return node;
}

/** An element of a drawing. */
export function svg(name, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

const [TALL_LINES, TALL_LETTERS] = [13, 450];

/** A text as it is. One that may be taller than its box is moved by the keyboard too. */
export function pre(text) {
  const tall = text.length > TALL_LETTERS || text.split("\n", TALL_LINES + 1).length > TALL_LINES;
  return el("pre", { tabindex: tall ? "0" : null }, text);
}

/** A sentence in parts: between backticks there is something to type, or the name of a field. */
export const typed = (words) => words.split("`").map((part, n) => (n % 2 ? el("code", null, part) : part)).filter(Boolean);

const shown = new WeakMap();

/**
 * Draw a section anew if what it shows has changed. What the reader has opened stays open, and what
 * he has focused stays focused: both are found again by data-key.
 */
export function draw(section, value, ...parts) {
  const text = JSON.stringify(value ?? null);
  if (shown.get(section) === text) return;
  shown.set(section, text);
  const open = new Set([...section.querySelectorAll("details[open]")].map((d) => d.dataset.key));
  const focused = section.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  section.replaceChildren(...parts.flatMap((part) => part()));
  for (const details of section.querySelectorAll("details")) {
    if (open.has(details.dataset.key)) details.open = true;
  }
  if (focused) section.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}
