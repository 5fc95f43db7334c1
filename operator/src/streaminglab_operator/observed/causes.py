"""The line of a log that says why a program ended. Pure; linear in a text of bounded length.

A container that ends with an error and without words of its own leaves the end of its log
(Kubernetes, "Determine the reason for pod failure", FallbackToLogsOnError: 80 lines or 2048
bytes). The cause stands anywhere in it: in a chain of Java's, after a Python traceback, between
what a database says while it shuts down.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from streaminglab_operator.observed.text import TERMINATION

_COLOURS = re.compile(r"\x1b\[[0-9;]{0,20}m")
_STAMP = re.compile(
    r"\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d\S{0,20}"
    r"(?: UTC)?(?: \[\d{1,10}\])?(?: LOG:)?\s{0,4}"
)
_ROOT, _HEADLINE, _ERROR, _HINT = 4, 3, 2, 1
_ERRORS = re.compile(
    r"\b(?:ERROR|FATAL|PANIC|CRITICAL|SEVERE)\b|\bE! |\b[Ee]rror: |\t(?:error|fatal)\t"
    r"|(?:Error|Exception)(?:\[\w{1,40}\])?(?::|$)"
)
_HINTS = re.compile(
    r"no space left|denied|not permitted|read-only file system|no such file|not found|"
    r"cannot|could not|can't|failed|refused|invalid|unknown|unable",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"terminating connection|the database system is|aborted by user|"
    r"current transaction is aborted|INFO|WARN"
)
"""What is said beside, or because of, another error."""
_LEVEL = re.compile(r"\b(?:level|lvl)=(?:error|eror|fatal|panic|crit(?:ical)?)\b")
_PAIR = re.compile(r'\b(msg|error|err)=(?:"([^"]{0,1000})"|(\S{1,1000}))')
_TRACEBACK = "Traceback (most recent call last):"


def cause(text: str) -> str:
    """The last of the strongest lines, with neither colours nor time; empty if none says why."""
    lines = [line for line in _COLOURS.sub("", text[-TERMINATION:]).splitlines() if line.strip()]
    weight, words = 0, ""
    for found, said in _weighed(lines):
        if found >= weight > 0 or found > weight:
            weight, words = found, said
    return " ".join(words.split())


def _weighed(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Of each line how strongly it speaks of a cause, and what it says."""
    in_traceback = False
    for line, following in zip(lines, [*lines[1:], ""], strict=False):
        if in_traceback and not line[0].isspace():
            yield _ROOT, line
        in_traceback = line.startswith(_TRACEBACK) or (in_traceback and line[0].isspace())
        if not in_traceback:
            yield _weight(line, following)


def _weight(line: str, following: str) -> tuple[int, str]:
    words = line.strip()
    if words.startswith("Caused by: "):
        return _ROOT, words
    structured = _from_json(words) if words.startswith("{") else _from_pairs(words)
    if structured is not None:
        return structured
    words = _STAMP.sub("", words, count=1)
    if _is_frame(following) and not _is_frame(line) and ": " in words:
        return _HEADLINE, words
    if words.startswith("Exception in thread"):
        return _HEADLINE, words
    return _of_plain(words), words


def _is_frame(line: str) -> bool:
    return line[:1].isspace() and line.lstrip().startswith("at ")


def _of_plain(words: str) -> int:
    if _is_frame(" " + words) or _NOISE.search(words):
        return 0
    if _ERRORS.search(words):
        return _ERROR
    return _HINT if _HINTS.search(words) else 0


def _from_json(line: str) -> tuple[int, str] | None:
    """A line of a log in JSON: MongoDB's (``s``, ``msg``, ``attr``), or the usual words."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    level = str(found.get("s") or found.get("level") or "").lower()
    said = str(found.get("msg") or found.get("message") or "")
    attr = found.get("attr")
    why = _why(found) or (_why(attr) if isinstance(attr, dict) else "")
    words = f"{said}: {why}" if why else said
    return (_ERROR if level in ("f", "e", "fatal", "error", "critical") else 0), words


def _why(found: dict[str, Any]) -> str:
    why = found.get("error") or found.get("errmsg") or ""
    if isinstance(why, dict):
        why = why.get("errmsg") or why.get("reason") or why
    return str(why)


def _from_pairs(line: str) -> tuple[int, str] | None:
    """A line of ``key=value`` pairs, as Grafana writes them."""
    if "level=" not in line and "lvl=" not in line:
        return None
    said = [quoted or bare for _, quoted, bare in _PAIR.findall(line)]
    return (_ERROR if _LEVEL.search(line) else 0), ": ".join(said) or line
