"""The page's words, French and English; and the French of what the operator says in fixed words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files

from streaminglab_page.declared import declared

LANGUAGES = ("en", "fr")
COOKIE = "lang"
_MARK = re.compile(r"\{\{(\w+)\}\}")
_WEIGHT = re.compile(r"\s*([a-zA-Z]{1,8})(?:-[\w-]{1,20})?\s*(?:;\s*q=([0-9.]{1,5}))?\s*")


@cache
def words(language: str) -> Mapping[str, str]:
    """Every word of the page in a language."""
    found: dict[str, str] = json.loads(_file("words", f"{language}.json"))
    return found


@cache
def sentences(language: str) -> Mapping[str, str]:
    """English sentence -> the same in a language: of the page's own among the words of others, and
    the operator's fixed ones. All else that others say is shown as it is."""
    if language != "fr":
        return {}
    own: dict[str, str] = json.loads(_file("words", "own.fr.json"))
    return {**declared().french, **own}


def told(language: str) -> str:
    """Both as JSON, for a browser."""
    return json.dumps({"words": words(language), "sentences": sentences(language)})


def choose(chosen: str, accepted: str) -> str:
    """The language that was switched to, or else the first that the browser asks for."""
    if chosen in LANGUAGES:
        return chosen
    weighed = []
    for place, entry in enumerate(accepted[:500].split(",")):
        match = _WEIGHT.fullmatch(entry)
        if match and match[1].lower() in LANGUAGES:
            weighed.append((-_weight(match[2]), place, match[1].lower()))
    return min(weighed)[2] if weighed else LANGUAGES[0]


def _weight(text: str | None) -> float:
    try:
        return float(text or "1")
    except ValueError:
        return 0.0


def page(template: str, language: str, values: Mapping[str, str]) -> str:
    """A template with its `{{marks}}` filled in, each escaped; a word unless ``values`` has it."""
    known = {**words(language), "language": language, **values}
    return _MARK.sub(lambda mark: escape(known[mark[1]]), _template(template))


@cache
def _template(name: str) -> str:
    return _file("templates", name)


def _file(folder: str, name: str) -> str:
    return (files("streaminglab_page") / folder / name).read_text(encoding="utf-8")
