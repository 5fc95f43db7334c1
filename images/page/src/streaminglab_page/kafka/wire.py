"""A task and what was found, as lines between the page and its reading process.

The task is pickled: it is the page's own, with a filter of any kind. What comes back was made of
hostile bytes, so that it is JSON, and read as such.
"""

from __future__ import annotations

import base64
import pickle
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from streaminglab_page.kafka.message import Header, Message
from streaminglab_page.kafka.reading import Found, Task
from streaminglab_page.kafka.shown import Shown


def pack_task(task: Task) -> dict[str, Any]:
    """A task."""
    return {"task": base64.b64encode(pickle.dumps(task)).decode()}


def task_of(line: Mapping[str, Any]) -> Task:
    """The same task."""
    found: Task = pickle.loads(base64.b64decode(line["task"]))  # noqa: S301 (the page's own)
    return found


def pack_found(found: Found, told: list[int]) -> dict[str, Any]:
    """What was found, and what the filter has noted."""
    return {
        "messages": [_packed(one) for one in found.messages],
        "read": found.read,
        "left": [[p, first, end] for p, (first, end) in found.left.items()],
        "stuck": [[p, words] for p, words in found.stuck.items()],
        "told": told,
    }


def found_of(line: Mapping[str, Any]) -> tuple[Found, list[int]]:
    """The same. Raises KeyError, TypeError or ValueError of what is none."""
    found = Found(
        [_message(one) for one in line["messages"]],
        int(line["read"]),
        {int(p): (int(first), int(end)) for p, first, end in line["left"]},
        {int(p): str(words) for p, words in line["stuck"]},
    )
    return found, [int(one) for one in line["told"]]


def _packed(one: Message) -> dict[str, Any]:
    found = asdict(one)
    for part in (found["key"], found["value"], *(header["value"] for header in found["headers"])):
        part["raw"] = base64.b64encode(part["raw"]).decode()
    return found


def _message(raw: Mapping[str, Any]) -> Message:
    headers = tuple(Header(one["name"], _shown(one["value"])) for one in raw["headers"])
    return Message(
        **{**raw, **{name: _shown(raw[name]) for name in ("key", "value")}, "headers": headers}
    )


def _shown(raw: Mapping[str, Any]) -> Shown:
    return Shown(**{**raw, "raw": base64.b64decode(raw["raw"])})
