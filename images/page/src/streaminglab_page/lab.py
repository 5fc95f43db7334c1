"""From a StreamingLab, as the Kubernetes API gives it, to what the page shows. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from streaminglab_page.bounded import LONG, mapping, number, objects, text
from streaminglab_page.causes import Causes
from streaminglab_page.declared import Declared, declared
from streaminglab_page.drawing import drawing
from streaminglab_page.logins import Logins
from streaminglab_page.view import Broker, Component, Condition, Connector, Count, Data, Lab
from streaminglab_page.ways import ways

NOBODY = Logins()
CONDITIONS = 64
COMPONENTS = 48
CONNECTORS = 60
BROKERS = 16


def lab(raw: Mapping[str, Any], logins: Logins = NOBODY) -> Lab:
    """The lab, with what a reader may ask for of its credentials."""
    known = declared()
    meta, spec = mapping(raw.get("metadata")), mapping(raw.get("spec"))
    status = mapping(raw.get("status"))
    conditions = tuple(_conditions(status, known))
    ready = next((c for c in conditions if c.type == "Ready"), None)
    others = tuple(c for c in conditions if c is not ready)
    components = tuple(_components(status, known))
    names = (text(meta.get("namespace")), text(meta.get("name")))
    return Lab(
        name=names[1],
        namespace=names[0],
        phase=text(status.get("phase")),
        ready=ready,
        profile=text(spec.get("profile")),
        created=text(meta.get("creationTimestamp")),
        generation=number(meta.get("generation")) or 0,
        current=status.get("observedGeneration") == meta.get("generation"),
        suspended=spec.get("suspend") is True,
        last_error=text(status.get("lastError"), LONG),
        conditions=others,
        components=components,
        data=_data(spec, status),
        connectors=tuple(_connectors(status, known)),
        brokers=tuple(_brokers(status)),
        stopped=tuple(_stopped(spec)),
        ways=ways(raw, logins),
        causes=Causes(known, *names).find(ready, others, components),
        drawing=drawing((part.name for part in components), known.ways_of_data),
    )


def _conditions(status: Mapping[str, Any], known: Declared) -> Iterator[Condition]:
    for entry in objects(status.get("conditions"), CONDITIONS):
        reason = text(entry.get("reason"))
        yield Condition(
            type=text(entry.get("type")),
            status=text(entry.get("status")),
            reason=reason,
            message=text(entry.get("message"), LONG),
            since=text(entry.get("lastTransitionTime")),
            means=known.means.get(reason, ""),
        )


def _components(status: Mapping[str, Any], known: Declared) -> Iterator[Component]:
    for entry in objects(status.get("components"), COMPONENTS):
        count, reason = text(entry.get("ready")), text(entry.get("reason"))
        yield Component(
            name=text(entry.get("name")),
            kind=text(entry.get("kind")),
            count=count,
            state=known.state(count, reason),
            reason=reason,
            message=text(entry.get("message"), LONG),
            means=known.means.get(reason, ""),
        )


def _data(spec: Mapping[str, Any], status: Mapping[str, Any]) -> Data | None:
    data = status.get("data")
    if not isinstance(data, Mapping):
        return None

    def topic(part: str) -> str:
        return text(mapping(spec.get(part)).get("topic"))

    return Data(
        counts=(
            Count("influxdb", "", number(data.get("influxdb"))),
            Count("producer", topic("producer"), number(data.get("producer"))),
            Count("telegraf", topic("telegraf"), number(data.get("telegraf"))),
        ),
        expected=number(data.get("expected")),
        alerts=number(data.get("alerts")),
        verified_at=text(data.get("verifiedAt")),
    )


def _connectors(status: Mapping[str, Any], known: Declared) -> Iterator[Connector]:
    for entry in objects(status.get("connectors"), CONNECTORS):
        reason = text(entry.get("reason"))
        yield Connector(
            name=text(entry.get("name")),
            state=text(entry.get("state")),
            tasks=text(entry.get("tasks")),
            managed=entry.get("managed") is True,
            reason=reason,
            message=text(entry.get("message"), LONG),
            means=known.means.get(reason, ""),
        )


def _stopped(spec: Mapping[str, Any]) -> list[int]:
    listed = mapping(spec.get("kafka")).get("stoppedBrokers")
    found = listed[:BROKERS] if isinstance(listed, list) else []
    return [one for one in found if number(one) is not None]


def _brokers(status: Mapping[str, Any]) -> Iterator[Broker]:
    for entry in objects(mapping(status.get("kafka")).get("brokers"), BROKERS):
        found = number(entry.get("id"))
        if found is not None:
            yield Broker(found, text(entry.get("state")))
