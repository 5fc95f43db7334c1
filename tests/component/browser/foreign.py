"""What stands on a page, sorted by where it comes from: words of the page, data, or another tongue.

The page is served with its French in letters that nobody else writes (FULLWIDTH LATIN). What is
left of plain letters is either something that the server told of, such as the name of a topic, or
marked as English (`lang="en"`): the words of the operator, of Kafka, of InfluxDB. All else was
written where it is shown, past the table of words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from playwright.sync_api import Page

WIDE = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ",
)
NARROW = str.maketrans({wide: plain for plain, wide in WIDE.items()})
KEPT = re.compile(r"(\{\w+\}|`[^`]*`|<name>)")
"""What is filled in, and what is typed."""
OF_OTHERS = frozenset(
    ("phase", "brokers", "message", "means", "cure", "last_error", "description", "detail")
)
"""Of what the stream tells of the lab: what the operator says. It is translated, or marked."""
ASIDE = frozenset(("trouble", "unread", "refused", "problem", "cause", "detail"))
"""The same of all other parts."""
OF_THE_BROWSER = re.compile(
    r"\b(?:octets?|ko|Mo|Go|To|il y a|cette (?:seconde|minute)|maintenant|à|avant-hier|hier"
    r"|(?:seconde|minute|heure|jour)s?"
    r"|janv|févr|mars|avr|mai|juin|juil|août|sept|oct|nov|déc)\b\.?"
)
"""Times and sizes, which the browser writes itself."""
PLAIN = re.compile(r"[A-Za-z]{2}")
LISTEN = """() => {
    window.told = [];
    const add = EventSource.prototype.addEventListener;
    EventSource.prototype.addEventListener = function (name, heard) {
        return add.call(this, name, (event) => {
            if (event.data) window.told.push([name, event.data]);
            return heard(event);
        });
    };
    const asked = window.fetch;
    window.fetch = async (...words) => {
        const answer = await asked(...words);
        window.told.push(["answer", await answer.clone().text()]);
        return answer;
    };
}"""
SHOWN = """() => {
    const OURS = "[lang=en], pre, code, time, script, style, noscript, .languages";
    const found = [document.title];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        if (!texts.currentNode.parentElement.closest(OURS)) found.push(texts.currentNode.data);
    }
    for (const one of document.body.querySelectorAll("*")) {
        if (one.closest("[lang=en], .languages a")) continue;
        for (const name of ["aria-label", "title", "placeholder", "alt"]) {
            if (one.hasAttribute(name)) found.push(one.getAttribute(name));
        }
    }
    return found;
}"""


def wide(words: Mapping[str, str]) -> dict[str, str]:
    """The same words in letters of their own."""
    return {key: _widened(text) for key, text in words.items()}


def _widened(text: str) -> str:
    return "".join(
        part if KEPT.fullmatch(part) else part.translate(WIDE) for part in KEPT.split(text)
    )


def untranslated(page: Page, *names: str) -> set[str]:
    """What on this page is neither of its words nor data nor marked as English. ``names``: data of
    which nothing has told."""
    told = {_blanks(one) for one in (*_data(page), *names) if len(one) > 1}
    # The longest first: of two names one may begin with the other.
    either = "|".join(map(re.escape, sorted(told, key=len, reverse=True)))
    data = re.compile(rf"(?<!\w)(?:{either})(?!\w)")
    return {
        shown.strip()
        for shown in page.evaluate(SHOWN)
        if PLAIN.search(OF_THE_BROWSER.sub(" ", data.sub(" ", _blanks(shown))))
    }


def plain(text: str) -> str:
    """A text as it would be without letters of its own, and with plain blanks."""
    return _blanks(text.translate(NARROW)).replace("\u202f", " ")


def _blanks(text: str) -> str:
    """With plain blanks: the page puts those of French before a question mark."""
    return text.replace("\u00a0", " ")


def _data(page: Page) -> Iterator[str]:
    for name, text in page.evaluate("window.told"):
        try:
            told = json.loads(text)
        except ValueError:
            continue
        yield from _strings(told, OF_OTHERS if name == "lab" else ASIDE)


def _strings(told: Any, but: frozenset[str]) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, list):
        for one in told:
            yield from _strings(one, but)
    elif isinstance(told, dict):
        for key, one in told.items():
            if key not in but:
                yield key
                yield from _strings(one, but)
