"""What a lab is at rest: what was made of its spec, and what its status says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from streaminglab_operator.api import LAB
from streaminglab_operator.names import GROUP
from tests.fakes.world import METEO
from tests.faults.compare import end
from tests.mutations.world import EditedWorld

_OF_THE_SPEC = {"observedGeneration", "observedgeneration"}
_OF_A_TEMPLATE = re.compile(r"^(Pod/.*)-[0-9a-f]{6}\*$")
"""A Deployment's pod: the digest of its template also changes with the order of lists."""
_KEYS = {
    **dict.fromkeys(("containers", "initContainers", "ports", "env", "volumes"), "name"),
    "volumeMounts": "mountPath",
}
_ME = f"{LAB.kind}/{METEO.namespace}/{METEO.name}"


@dataclass(frozen=True)
class State:
    """``made``: objects, connectors, topics, and what InfluxDB holds, by where it is.

    ``said``: the lab's status, but for times and generations.
    """

    made: Mapping[str, Any]
    said: Mapping[str, Any]

    @property
    def sentences(self) -> str:
        """Everything that the status says, in one text."""
        return "\n".join(str(text) for _, text in flat(self.said) if isinstance(text, str))


def state(world: EditedWorld) -> State:
    """Of a world at rest."""
    found = {_OF_A_TEMPLATE.sub(r"\1", name): _by_key(v) for name, v in end(world).items()}
    for name, led in _annotations(world):
        found[name]["annotations"] = led
    status = _without_generations(found.pop(_ME)["status"])
    # What the operator remembers for itself of earlier specs.
    status.pop("topics", None)
    found["kafka"] = {name: asdict(topic) for name, topic in world.init.kafka.topics.items()}
    found["users"] = sorted(world.init.kafka.users)
    found["collections"] = world.init.influxdb.shown() if world.init.influxdb else {}
    return State(found, status)


def _annotations(world: EditedWorld) -> Iterator[tuple[str, Any]]:
    """Of what pages and routes are led by; of all others only the operator's own are of account."""
    for (kind, namespace, name), raw in world.server.objects.items():
        if kind in ("Ingress", "HTTPRoute"):
            annotations = raw["metadata"].get("annotations", {})
            kept = {k: v for k, v in annotations.items() if not k.startswith(f"{GROUP}/")}
            yield f"{kind}/{namespace}/{name}", kept


def _by_key(value: Any, key: str = "") -> Any:
    """Lists whose items have a key as maps: their order is the API server's."""
    if isinstance(value, Mapping):
        return {k: _by_key(v, _KEYS.get(k, "")) for k, v in value.items()}
    if isinstance(value, list) and key and all(isinstance(i, Mapping) and key in i for i in value):
        return {item[key]: _by_key(item) for item in value}
    return [_by_key(item) for item in value] if isinstance(value, list) else value


def _without_generations(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = {k: v for k, v in value.items() if k not in _OF_THE_SPEC}
        return {key: _without_generations(item) for key, item in kept.items()}
    return [_without_generations(item) for item in value] if isinstance(value, list) else value


Flat = tuple[tuple[str | int, ...], Any]


def flat(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[Flat]:
    """Every leaf with the way to it; an empty map or list is a leaf."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from flat(item, (*at, key))
    elif isinstance(value, list | tuple) and value:
        for i, item in enumerate(value):
            yield from flat(item, (*at, i))
    else:
        yield at, value


def changed(before: Any, after: Any) -> list[Flat]:
    """The leaves of ``after`` that are not in ``before``, and those that are gone, with None."""
    old, new = dict(flat(before)), dict(flat(after))
    more = [(at, value) for at, value in new.items() if at not in old or old[at] != value]
    return more + [(at, None) for at in old if at not in new]
