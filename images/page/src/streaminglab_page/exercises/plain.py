"""What a YAML text says, in the plain part of YAML that a set needs. Pure.

Nothing is made of a text but texts, whole numbers, true, false and null: no dates, no numbers by
sixties, nothing that a tag asks for. So no text takes long to read, none raises but ``NotPlain``,
and each mistake has its line. An alias may stand for a thousand others, and of what is nested
deeply libyaml looks at each level for each token: both are refused.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any

import yaml

from streaminglab_page.bounded import text

DEPTH = 20
SHOWN = 60
"""Letters of somebody's key or anchor that are repeated."""
SAID = 300
"""Letters of what libyaml says."""
YAMLS = "tag:yaml.org,2002:"
"""How a tag of YAML's own begins, which an author writes as ``!!``."""
WORDS = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
"""Without quotes these are no texts."""
WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
BREAK = re.compile(r"\r\n|\r|\n")
"""What an editor begins a line at. YAML 1.1 does at U+0085, U+2028 and U+2029 too."""
Events = Iterator[yaml.Event]


class NotPlain(Exception):
    """``line``: where the mistake is; 0: in the whole."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


class _Mistake(Exception):
    """``at``: the characters before it, which libyaml counts as Python does."""

    def __init__(self, message: str, event: yaml.Event) -> None:
        super().__init__(message)
        self.at = event.start_mark.index if event.start_mark else 0


def read(data: bytes) -> Any:
    """The one document of a text. Raises NotPlain."""
    try:
        return _document(yaml.parse(data, Loader=yaml.CSafeLoader))
    except _Mistake as error:
        raise NotPlain(str(error), _line(_decoded(data)[: error.at])) from error
    except yaml.reader.ReaderError as error:
        raise _unreadable(data, error) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(f"{error.context or ''} {error.problem or ''}".split())
        where = _line(_decoded(data)[: mark.index]) if mark else 0
        raise NotPlain(f"this is no YAML: {text(said, SAID)}", where) from error


def _document(events: Events) -> Any:
    begun, found = False, None
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            if begun:
                raise _Mistake("a second document begins: a set is one", event)
            begun, found = True, _value(events, next(events), 0)
    return found


def _value(events: Events, event: yaml.Event, depth: int) -> Any:
    if isinstance(event, yaml.AliasEvent):
        shown = text(str(event.anchor)[:SHOWN], SHOWN)
        raise _Mistake(f"write out what *{shown} stands for: no aliases here", event)
    if tag := getattr(event, "tag", None):
        shown = text(str(tag).replace(YAMLS, "!!")[:SHOWN], SHOWN)
        raise _Mistake(f"take out the tag {shown}: no tags here", event)
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event)
    if depth == DEPTH:
        message = f"more than {DEPTH} levels, one in another: no set is like that"
        raise _Mistake(message, event)
    if isinstance(event, yaml.SequenceStartEvent):
        return [_value(events, one, depth + 1) for one in _until(events, yaml.SequenceEndEvent)]
    return _mapping(events, depth + 1)


def _mapping(events: Events, depth: int) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for event in _until(events, yaml.MappingEndEvent):
        key = _value(events, event, depth)
        if isinstance(key, list | dict):
            raise _Mistake("the name of a field is a text", event)
        if key in found:
            shown = text(str(key)[:SHOWN], SHOWN)
            raise _Mistake(f"{shown!r} stands there twice: take one out", event)
        found[key] = _value(events, next(events), depth)
    return found


def _until(events: Events, end: type[yaml.Event]) -> Events:
    for event in events:
        if isinstance(event, end):
            return
        yield event


def _scalar(event: yaml.ScalarEvent) -> Any:
    """Quotes make a text of whatever they hold."""
    if not event.implicit[0]:
        return event.value
    if event.value in WORDS:
        return WORDS[event.value]
    return int(event.value) if WHOLE.fullmatch(event.value) else event.value


def _line(before: str) -> int:
    return len(BREAK.findall(before)) + 1


def _decoded(data: bytes) -> str:
    """As libyaml reads it, who leaves a byte order mark out of its counts."""
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16" if utf16 else "utf-8-sig", errors="replace")


def _unreadable(data: bytes, error: yaml.reader.ReaderError) -> NotPlain:
    line = _line(_decoded(data[: error.position]))
    if "UTF" in error.reason or "BOM" in error.reason:
        return NotPlain("is no UTF-8: save the file in that encoding", line)
    return NotPlain(f"holds a character that is no text, {error.character:#04x}: take it out", line)
