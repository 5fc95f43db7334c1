"""What a YAML text says, in the plain part of YAML that a set needs. Pure.

Nothing is made of a text but texts, whole numbers, true, false and null: no dates, no numbers by
sixties, nothing that a tag asks for. So no text takes long to read, none raises but ``NotPlain``,
and each mistake has its line. An alias may stand for a thousand others, and of what is nested
deeply libyaml looks at each level for each token: both are refused.
"""

from __future__ import annotations

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
Events = Iterator[yaml.Event]


class NotPlain(Exception):
    """``line``: where the mistake is; 0: in the whole."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def read(data: bytes) -> Any:
    """The one document of a text. Raises NotPlain."""
    try:
        return _document(yaml.parse(data, Loader=yaml.CSafeLoader))
    except yaml.reader.ReaderError as error:
        raise _unreadable(data, error) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(f"{error.context or ''} {error.problem or ''}".split())
        where = mark.line + 1 if mark else 0
        raise NotPlain(f"this is no YAML: {text(said, SAID)}", where) from error


def _document(events: Events) -> Any:
    begun, found = False, None
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            if begun:
                raise NotPlain("a second document begins: a set is one", _line(event))
            begun, found = True, _value(events, next(events), 0)
    return found


def _value(events: Events, event: yaml.Event, depth: int) -> Any:
    if isinstance(event, yaml.AliasEvent):
        shown = text(str(event.anchor)[:SHOWN], SHOWN)
        raise NotPlain(f"write out what *{shown} stands for: no aliases here", _line(event))
    if tag := getattr(event, "tag", None):
        shown = text(str(tag).replace(YAMLS, "!!")[:SHOWN], SHOWN)
        raise NotPlain(f"take out the tag {shown}: no tags here", _line(event))
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event)
    if depth == DEPTH:
        message = f"more than {DEPTH} levels, one in another: no set is like that"
        raise NotPlain(message, _line(event))
    if isinstance(event, yaml.SequenceStartEvent):
        return [_value(events, one, depth + 1) for one in _until(events, yaml.SequenceEndEvent)]
    return _mapping(events, depth + 1)


def _mapping(events: Events, depth: int) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for event in _until(events, yaml.MappingEndEvent):
        key = _value(events, event, depth)
        if isinstance(key, list | dict):
            raise NotPlain("the name of a field is a text", _line(event))
        if key in found:
            shown = text(str(key)[:SHOWN], SHOWN)
            raise NotPlain(f"{shown!r} stands there twice: take one out", _line(event))
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


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return int(mark.line) + 1 if mark else 0


def _unreadable(data: bytes, error: yaml.reader.ReaderError) -> NotPlain:
    line = data[: error.position].count(b"\n") + 1
    if "UTF" in error.reason or "BOM" in error.reason:
        return NotPlain("is no UTF-8: save the file in that encoding", line)
    return NotPlain(f"holds a character that is no text, {error.character:#04x}: take it out", line)
