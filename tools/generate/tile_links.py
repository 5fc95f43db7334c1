"""docs/reference/launch-links.md: a link for each course, which fills the form with its example.

The form of a link is that of Onyxia's launcher (web 5, `ui/pages/launcher/route.ts`): a text in
« », `-` for a value that is taken out, `[0]` for a place in a list, and a backslash before a dot of
a key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from streaminglab_operator.api import LAB
from tools.generate.tile_chart import defaults, described
from tools.generate.tile_spec import LEFT_OUT

ROOT = Path(__file__).resolve().parents[2]
COURSES: Mapping[str, tuple[str, str]] = {
    "000": ("The weather pipeline", "meteo"),
    "001": ("Measuring Kafka", "measuring"),
    "002": ("Kafka on Onyxia", "onyxia-kafka"),
    "003": ("The source of truth", "jee"),
    "004": ("liveconnect", "liveconnect"),
    "006": ("ksqlDB, step by step", "ksqldb"),
    "007": ("Delivery semantics", "semantics"),
}
"""By course, its title and its example."""
LAUNCHER = "https://onyxia.example.org/launcher/streaming/streaminglab"
INTRODUCTION = """\
# One link for each course

A student of yours opens the link, and Onyxia launches the lab of the course's example. Write the
address of your own Onyxia, and the id of your catalog. With `&autoLaunch=true` at the end no click
is needed either. What the example says of `spec.access` is left out, because Onyxia gives the pages
their names. How it all works: [StreamingLab on Onyxia](../onyxia.md)."""
GONE = object()
"""A value of the form that the example has not."""

Patch = tuple[tuple[str | int, ...], Any]


def links_page() -> str:
    """The page."""
    lines = [INTRODUCTION]
    for course, (title, example) in COURSES.items():
        heading = f"## {course}: {title}"
        said = f"As in [{example}.yaml](../../examples/{example}.yaml):"
        lines += ["", heading, "", said, "", "```text", link(example), "```"]
    return "\n".join(lines) + "\n"


def link(example: str) -> str:
    """The address that launches an example."""
    text = (ROOT / "examples" / f"{example}.yaml").read_text(encoding="utf-8")
    entries = [f"name={example}", *(_entry(*patch) for patch in patches(text))]
    return f"{LAUNCHER}?{'&'.join(entries)}"


def patches(text: str) -> Iterator[Patch]:
    """What an untouched form lacks of the lab in a file, and of the ConfigMaps beside it."""
    documents = list(yaml.safe_load_all(text))
    (spec,) = (d["spec"] for d in documents if d["kind"] == LAB.kind)
    form = described()["properties"]["lab"]
    yield from _differences(("lab",), defaults(form), _filled_in(form, spec, ""))
    for document in documents:
        if document["kind"] == "ConfigMap":
            yield from _differences(
                ("configMaps", document["metadata"]["name"]), GONE, document["data"]
            )


def _filled_in(form: Mapping[str, Any], spec: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The form's values for a spec: everything else as it is in an untouched one."""
    found: dict[str, Any] = defaults(form)
    for name, child in form["properties"].items():
        full = f"{path}.{name}".lstrip(".")
        inner = child.get("properties", {})
        if name in spec and full not in LEFT_OUT:
            found[name] = _filled_in(child, spec[name], full) if inner else spec[name]
        if "enabled" in inner and name != "page":
            found[name]["enabled"] = name in spec
    return found


def _differences(path: tuple[str | int, ...], old: Any, new: Any) -> Iterator[Patch]:
    if path == ("lab", "access") or old == new:
        return
    if isinstance(new, Mapping):
        before = old if isinstance(old, Mapping) else {}
        for key in dict.fromkeys((*before, *new)):
            yield from _differences((*path, key), before.get(key, GONE), new.get(key, GONE))
    elif isinstance(new, Sequence) and not isinstance(new, str):
        there = old if isinstance(old, list) else []
        for place in range(max(len(there), len(new))):
            pair = [items[place] if place < len(items) else GONE for items in (there, new)]
            yield from _differences((*path, place), *pair)
    else:
        yield path, new


def _entry(path: tuple[str | int, ...], value: Any) -> str:
    first, *rest = path
    where = quote(str(first), safe="") + "".join(
        f"[{step}]" if isinstance(step, int) else f".{_key(step)}" for step in rest
    )
    return f"{where}={_value(value)}"


def _key(name: str) -> str:
    return quote(name, safe="").replace(".", "%5C.")


def _value(value: Any) -> str:
    if value is GONE:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else f"«{quote(value, safe='')}»"
