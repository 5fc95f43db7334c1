// Which part of the page is shown: the address after # says it, so that a link or a bookmark leads there.

const VIEWS = [...document.querySelectorAll("main > .view")];
const listeners = [];
const ASKED = new Set(document.body.dataset.parts.split(" "));

// What the lab does not have has no link, and an old bookmark of it leads to what it has. What the page's own state tells of is always there.
for (const link of document.querySelectorAll(".views a")) {
  const view = link.getAttribute("href").slice(1);
  link.hidden = !isThere(view);
}

/** Where we are: {view, kind, name, page}, from #view/kind/name/page. */
export function place() {
  const [view, kind = "", name = "", page = "0"] = location.hash.slice(1).split("/").map(decoded);
  const known = VIEWS.some((one) => one.dataset.view === view) && isThere(view);
  return { view: known ? view : "now", kind, name, page: Number.parseInt(page, 10) || 0 };
}

/** The address of a place. */
export function to(...words) {
  return `#${words.map(encodeURIComponent).join("/")}`;
}

/** Call this now, for the page may be opened at any place, and at each change of the place. */
export function onMove(listener) {
  listeners.push(listener);
  listener();
}

function isThere(view) {
  return ["now", "ways"].includes(view) || ASKED.has(view);
}

function decoded(word) {
  try {
    return decodeURIComponent(word);
  } catch {
    return "";
  }
}

function show() {
  const { view } = place();
  for (const one of VIEWS) one.hidden = one.dataset.view !== view;
  for (const link of document.querySelectorAll(".views a")) {
    if (link.getAttribute("href") === `#${view}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  for (const listener of listeners) listener();
}

addEventListener("hashchange", show);
show();
