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
    r"|^\d\d:\d\d:\d\d\S{0,10}\s{1,8}"
)
_ROOT, _HEADLINE, _ERROR, _HINT = 4, 3, 2, 1
_ERRORS = re.compile(
    r"\b(?:ERROR|FATAL|PANIC|CRITICAL|SEVERE|ERREUR|FATALE?|FEHLER)\b|\bE! |\b[Ee]rror: "
    r"|\t(?:error|fatal)\t|(?:Error|Exception)(?:\[\w{1,40}\])?(?::|$)"
    r"|^[A-Z][a-z]{1,20} Error(?: in |$)|^\[[EC] |^[EF]\d{4} |panicked at |^Unhandled"
    r"|exec format error|[Ss]egmentation fault|\(core dumped\)$|^(?:Bus error|Illegal instruction)"
    r"|^panic: |^Error in |\([\w:.]{0,60}(?:Error|Exception)\)|^npm (?:error|ERR!) "
    r"|\[(?:error|fatal|emerg|alert|crit|critical)\]|^\s{0,8}what\(\): "
    r"| at \S{1,200} line \d{1,7}\.$"
)
_HINTS = re.compile(
    r"no space left|denied|not permitted|read-only file system|no such file|not found|"
    r"cannot|could not|can't|failed|refused|invalid|unknown|unable|unrecognized|"
    r"unbound variable|parameter (?:null or )?not set|syntax error",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"terminating connection|the database system is|aborted by user|"
    r"current transaction is aborted|INFO|WARN|\[Server\] Aborting|^Aborted \(core dumped\)$|"
    r"Could not create the Java Virtual Machine|A fatal exception has occurred\. Program will exit|"
    r"^npm (?:error|ERR!)\s{1,8}(?:/|errno|A complete log of this run)"
)
"""What is said beside, or because of, another error."""
_ERROR_NUMBER = 50
_LEVEL = re.compile(r"\b(?:level|lvl)=(?:error|eror|fatal|panic|crit(?:ical)?)\b", re.IGNORECASE)
_BARS = re.compile(r"^\s{0,40}\| ")
"""What Python draws before the lines of a group of exceptions (PEP 654)."""
_TITLE = re.compile(r"[A-Z][a-z]{1,20} Error(?: in .{1,300})?")
_PANIC = re.compile(r"panicked at \S{1,200}:$")
_CONFIG_FILE = re.compile(r"CONFIG FILE ERROR")
_DETAIL = re.compile(r"D[EÉ]TAIL ?:\s{0,4}")
_VALIDATION = re.compile(r"\d{1,4} validation errors? for \S{1,200}$")
"""Lines that the next one, or two, say more of: of Rust, Redis, pydantic, databases and more."""
_LEVELS = ("s", "level", "severity", "log.level", "levelname", "lvl", "@l")
_SAID = ("msg", "message", "event", "@m", "@mt")
_WHY = ("error", "errmsg", "err", "error.message", "exception", "@x")
"""The words of loggers in JSON: MongoDB's, and those of bunyan, ECS, Python, structlog, Serilog."""
_PAIR = re.compile(r'\b(msg|error|err)=(?:"([^"]{0,1000})"|(\S{1,1000}))')
_TRACEBACK = "Traceback (most recent call last):"


def cause(text: str) -> str:
    """The last of the strongest lines, with neither colours nor time; empty if none says why."""
    plain = (_BARS.sub("", line) for line in _COLOURS.sub("", text[-TERMINATION:]).splitlines())
    lines = [line for line in plain if line.strip()]
    weight, words = 0, ""
    for found, said, behind in _weighed(lines):
        if found >= weight > 0 or found > weight:
            weight, words = found, said + _more(said, lines[behind : behind + 2])
    return " ".join(words.split())[:TERMINATION]


def _weighed(lines: list[str]) -> Iterator[tuple[int, str, int]]:
    """Of each line how strongly it speaks of a cause, what it says, and the number of the next."""
    in_traceback = False
    for number, (line, following) in enumerate(zip(lines, [*lines[1:], ""], strict=False), start=1):
        if in_traceback and not line[0].isspace():
            yield _ROOT, line, number
        in_traceback = line.startswith(_TRACEBACK) or (in_traceback and line[0].isspace())
        if not in_traceback:
            yield *_weight(line, following), number


def _more(words: str, following: list[str]) -> str:
    """What the lines behind one say of the same."""
    first = following[0] if following else ""
    if detail := _DETAIL.search(first):
        return f"; {first[detail.end() :]}"
    if _PANIC.search(words):
        return f" {first}"
    if _TITLE.fullmatch(words) and first[:1].isspace():
        return f"; {first.strip()}"
    more = _VALIDATION.search(words) or _CONFIG_FILE.search(words)
    return f"; {' '.join(following)}" if more else ""


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
    """A line of a log in JSON."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    level = _first(found, _LEVELS)
    said = str(_first(found, _SAID))
    attr = found.get("attr")
    why = _why(found) or (_why(attr) if isinstance(attr, dict) else "")
    words = f"{said}: {why}" if why else said
    return (_ERROR if _is_error(level) else 0), words


def _is_error(level: object) -> bool:
    """By its word, or by its number in Node's loggers (bunyan, pino)."""
    if isinstance(level, int):
        return level >= _ERROR_NUMBER
    return str(level).lower() in ("f", "e", "fatal", "error", "critical")


def _why(found: dict[str, Any]) -> str:
    why = _first(found, _WHY)
    if isinstance(why, dict):
        why = why.get("errmsg") or why.get("reason") or why.get("message") or why
    return str(why)


def _first(found: dict[str, Any], keys: tuple[str, ...]) -> Any:
    return next((found[key] for key in keys if found.get(key)), "")


def _from_pairs(line: str) -> tuple[int, str] | None:
    """A line of ``key=value`` pairs, as programs in Go write them."""
    if "level=" not in line and "lvl=" not in line:
        return None
    said = [quoted or bare for _, quoted, bare in _PAIR.findall(line)]
    return (_ERROR if _LEVEL.search(line) else 0), ": ".join(said) or line
