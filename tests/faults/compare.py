"""What a run ended in, without what chance and the order of things decide."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from streaminglab_operator.api import LAB
from streaminglab_operator.names import FIELD_MANAGER
from tests.fakes.fields import Json
from tests.fakes.world import World

_CHANCE = re.compile(r"(verify-|partitions-)[0-9a-f]{8}|-\d{5}\b")
"""The parts of the names of pods, and of Jobs that are named after pods."""
_UID = re.compile(r"\buid-\d{5}\b")
_TIMES = {"lastTransitionTime", "appliedHash", "verifiedAt"}


def end(world: World) -> Mapping[str, Any]:
    """By where it is: of each object what was asked for, who owns it and which fields are ours; of
    a lab its status; and what InfluxDB and Kafka Connect hold."""
    found: dict[str, Any] = {}
    for (kind, namespace, name), raw in world.server.objects.items():
        if kind != "Event":
            found[_plain(f"{kind}/{namespace}/{name}")] = _object(kind, raw)
    found["points"] = dict(world.points)
    there = world.connect.connectors_there
    found["connectors"] = {n: (c.state, len(c.tasks), c.config) for n, c in there.items()}
    found["tokens"] = {
        url: (db.tokens, db.password) for url, db in world.influxdb.databases.items() if db.tokens
    }
    return found


def _object(kind: str, raw: Json) -> Any:
    metadata = raw["metadata"]
    owners = [(o["kind"], o["name"]) for o in metadata.get("ownerReferences", [])]
    seen: dict[str, Any] = {"labels": metadata.get("labels", {}), "owners": owners}
    if kind == "Pod":
        seen["ready"] = raw.get("status", {}).get("conditions")
        seen["image"] = raw["spec"]["containers"][0]["image"]
        seen["labels"] = {k: v for k, v in seen["labels"].items() if "hash" not in k}
    elif kind == LAB.kind:
        seen["spec"], seen["status"] = raw["spec"], _timeless(raw.get("status", {}))
    else:
        seen |= {k: v for k, v in raw.items() if k not in ("metadata", "status", "apiVersion")}
        seen["ours"] = _ours(metadata)
    return json.loads(_plain(json.dumps(seen)))


def _ours(metadata: Json) -> Any:
    return [m["fieldsV1"] for m in metadata["managedFields"] if m["manager"] == FIELD_MANAGER]


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _timeless(v) for k, v in value.items() if k not in _TIMES}
    return [_timeless(item) for item in value] if isinstance(value, list) else value


def _plain(text: str) -> str:
    return _UID.sub("uid", _CHANCE.sub(r"\1*", text))


def differences(wanted: Any, found: Any, path: str = "") -> Iterator[str]:
    """Where two ends differ, one line for each place."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        for key in sorted(wanted.keys() | found.keys()):
            there = f"{path}.{key}" if path else str(key)
            if key not in found:
                yield f"{there} is missing"
            elif key not in wanted:
                yield f"{there} is too much"
            else:
                yield from differences(wanted[key], found[key], there)
    elif wanted != found:
        yield f"{path}: {_short(found)} and not {_short(wanted)}"


def _short(value: Any) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) < 200 else text[:200] + "..."
