"""A lab as the API server hands it over, read with care: any field may be missing. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from streaminglab_cli.errors import NotThere

Json = dict[str, Any]

API_VERSION = "streaminglab.dev/v1alpha1"
GROUP, VERSION = API_VERSION.split("/")
PLURAL, KIND = "streaminglabs", "StreamingLab"
LAB_LABEL = "streaminglab.dev/lab"
PART_LABEL = "app.kubernetes.io/component"
COMPARISON = "verify"


@dataclass(frozen=True, slots=True)
class Condition:
    """One statement about a lab. ``status``: True, False or Unknown."""

    type: str
    status: str = "Unknown"
    reason: str = "Waiting"
    message: str = "the operator has not looked yet"
    since: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a lab. ``ready``: pods that answer, of those that should, as ``1/1``."""

    name: str
    kind: str
    ready: str
    reason: str
    message: str


@dataclass(frozen=True)
class Lab:
    """A StreamingLab; ``raw`` is the whole object."""

    raw: Json

    @property
    def name(self) -> str:
        return str(self._metadata.get("name", ""))

    @property
    def namespace(self) -> str:
        return str(self._metadata.get("namespace", ""))

    @property
    def uid(self) -> str:
        return str(self._metadata.get("uid", ""))

    @property
    def _metadata(self) -> Json:
        return _mapping(self.raw.get("metadata"))

    @property
    def spec(self) -> Json:
        return _mapping(self.raw.get("spec"))

    @property
    def status(self) -> Json:
        return _mapping(self.raw.get("status"))

    @property
    def secret(self) -> str:
        """The Secret with the lab's users, passwords and tokens."""
        return str(self.status.get("credentialsSecret") or f"{self.name}-credentials")

    @property
    def phase(self) -> str:
        return str(self.status.get("phase") or "")

    @property
    def data(self) -> str:
        """Points in InfluxDB / the producer's topic / Telegraf's topic; empty: not counted yet."""
        return str(_mapping(self.status.get("data")).get("summary") or "")

    @cached_property
    def conditions(self) -> dict[str, Condition]:
        """Statements about the newest generation; older ones are no longer true of it."""
        newest = self._metadata.get("generation", 0)
        return {
            found["type"]: Condition(
                found["type"],
                found.get("status", "Unknown"),
                found.get("reason", ""),
                found.get("message", ""),
                found.get("lastTransitionTime") or "",
            )
            for found in self.status.get("conditions") or []
            if (found.get("observedGeneration") or 0) >= newest
        }

    def condition(self, kind: str) -> Condition:
        """One condition; Unknown while the operator has not spoken of it."""
        return self.conditions.get(kind, Condition(kind))

    @property
    def ready(self) -> Condition:
        return self.condition("Ready")

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The parts that the lab is made of, in the operator's order."""
        return tuple(
            Part(
                found.get("name", ""),
                found.get("kind", ""),
                found.get("ready", ""),
                found.get("reason") or "",
                found.get("message") or "",
            )
            for found in self.status.get("components") or []
        )

    def part(self, name: str) -> Part | None:
        """A part by its name; also the comparison of the data, of which the status tells by its
        counts and not as a part."""
        if name == COMPARISON and self.status.get("data"):
            return Part(COMPARISON, "Job", "", "", "")
        return next((part for part in self.parts if part.name == name), None)

    def lacks(self, name: str) -> NotThere | None:
        """What is said of a part that is in every lab unless the spec says no, where it does."""
        for key, section in self.spec.items():
            off = _mapping(section).get("enabled") is False
            if off and key.lower() == name.replace("-", ""):
                cure = f"spec.{key}.enabled is false: set it to true"
                return NotThere(f"the lab {self.name} has no {name}", cure)
        return None

    @property
    def brokers(self) -> str:
        """Brokers that answer, of those that should."""
        kafka = self.part("kafka")
        return kafka.ready if kafka else ""

    def broker_state(self, number: int) -> str:
        """Running, Stopped, ...; empty where the operator does not say."""
        known = _mapping(self.status.get("kafka")).get("brokers") or []
        return next((str(b.get("state", "")) for b in known if b.get("id") == number), "")

    def addresses(self, kind: str = "endpoints") -> dict[str, str]:
        """Name -> address of what answers now; ``urls``: of pages that have a host name."""
        word = "url" if kind == "urls" else "address"
        return {entry["name"]: entry[word] for entry in self.status.get(kind) or []}

    def age(self, now: datetime) -> str:
        """Since when it is there, as kubectl writes it: 5m, 3h, 2d."""
        made = self._metadata.get("creationTimestamp")
        if not made:
            return ""
        seconds = int((now - datetime.fromisoformat(made).astimezone(UTC)).total_seconds())
        for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
            if seconds >= 2 * size or (unit == "m" and seconds >= size):
                return f"{seconds // size}{unit}"
        return f"{max(seconds, 0)}s"


def _mapping(found: object) -> Json:
    return dict(found) if isinstance(found, Mapping) else {}
