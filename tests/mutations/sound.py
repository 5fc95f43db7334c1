"""Whether a text arrived as it is, and nowhere that somebody would read it as anything else."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tests.mutations.state import Flat, flat

_SHELLS = re.compile(r"(^|/)(ba|da|a|k|z)?sh$")
_REFERENCE = re.compile(r"\$\([A-Za-z_][A-Za-z0-9_.-]*\)")
SEVERAL = "one text changed"
_SEPARATOR = re.compile(r"[ \t\f]*[=: \t\f][ \t\f]*")


def arrived(text: str, differing: Iterable[Flat]) -> bool:
    """Whether one of the leaves that differ holds it, whatever its file's format is."""
    return any(text in word for at, value in differing for word in words(at, value))


def words(at: Sequence[str | int], value: Any) -> Iterator[str]:
    """The texts that a leaf holds: itself, and what a program reads in it; keys too."""
    yield from (str(step) for step in at)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return
    if at and str(at[-1]).endswith(".properties"):
        yield from (word for pair in properties(str(value)).items() for word in pair)
        return
    yield str(value)
    if not isinstance(value, str):
        return
    if value.lstrip().startswith(("{", "[")):
        try:
            read = json.loads(value)
        except ValueError:
            return
        yield from (word for inner, leaf in flat(read) for word in words(inner, leaf))


def properties(text: str) -> dict[str, str]:
    """A file as ``java.util.Properties`` reads it, but for its escapes: no value may need one."""
    found = {}
    for line in text.splitlines():
        stripped = line.lstrip(" \t\f")
        if not stripped or stripped[0] in "#!":
            continue
        assert not stripped.endswith("\\"), f"a line that goes on: {stripped!r}"
        key, value = _split(stripped)
        found[key] = value
    return found


def _split(line: str) -> tuple[str, str]:
    place = _SEPARATOR.search(line)
    return (line[: place.start()], line[place.end() :]) if place else (line, "")


def faults(made: Mapping[str, Any], before: Mapping[str, Any], text: str) -> Iterator[str]:
    """Where a text that somebody wrote could do more than stand there."""
    for name, thing in made.items():
        if thing == before.get(name):
            continue
        known = {word for one in _containers(before.get(name)) for word in _command(one)}
        for container in _containers(thing):
            yield from (f"{name}: {fault}" for fault in _in_container(container, text, known))
        for file, content in _files(thing):
            yield from _more_settings(f"{name} {file}", content, _file(before.get(name), file))


def _containers(thing: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(thing, Mapping):
        for key in ("containers", "initContainers"):
            found = thing.get(key) or ()
            yield from found.values() if isinstance(found, Mapping) else found
        for value in thing.values():
            yield from _containers(value)


def _command(container: Mapping[str, Any]) -> list[str]:
    return [*container.get("command", ()), *container.get("args", ())]


def _in_container(container: Mapping[str, Any], text: str, known: Collection[str]) -> Iterator[str]:
    command = _command(container)
    scripts = [word for word in command if text in word and word not in known]
    if scripts and any(_SHELLS.search(word) for word in command) and "-c" in command:
        yield f"{text!r} stands in a command line of a shell"
    env = container.get("env") or ()
    values = env.values() if isinstance(env, Mapping) else env
    reported = [*command, *(one.get("value", "") for one in values)]
    if _REFERENCE.search(text) and any(text in word for word in reported):
        yield f"Kubernetes would fill in {text!r}"


def _files(thing: Any) -> Iterator[tuple[str, str]]:
    data = thing.get("data") if isinstance(thing, Mapping) else None
    for file, content in (data or {}).items():
        if str(file).endswith(".properties"):
            yield file, content


def _file(thing: Any, file: str) -> str:
    return str((thing or {}).get("data", {}).get(file, ""))


def _more_settings(where: str, now: str, before: str) -> Iterator[str]:
    new, old = properties(now), properties(before)
    differing = sorted(k for k in new.keys() | old.keys() if new.get(k) != old.get(k))
    if old and len(differing) > 1:
        yield f"{where}: {SEVERAL} {', '.join(differing)}"
