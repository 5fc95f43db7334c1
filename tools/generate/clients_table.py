"""The clients of the courses that are tried against a lab's Kafka, for docs/access.md and for the
end-to-end tests, which run each of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tools.artifacts.versions import pin
from tools.generate.architecture_page import between

ROOT = Path(__file__).resolve().parents[2]
KCAT = "1.7.1"
"""Of Debian's `images` suite (versions.toml), which fixes it."""


@dataclass(frozen=True, slots=True)
class Client:
    """A client with its version, and the image that it is run in."""

    name: str
    version: str
    image: str


@dataclass(frozen=True, slots=True)
class Way:
    """How a client comes to Kafka."""

    brokers: int
    security: str

    @property
    def name(self) -> str:
        """As the table heads it."""
        return f"{self.brokers} broker{'s' if self.brokers > 1 else ''}, {self.security}"


def _locked(package: str) -> str:
    """The version that requirements/jupyter.txt names. Raises ValueError if it has none."""
    text = (ROOT / "requirements" / "jupyter.txt").read_text(encoding="utf-8")
    found = re.search(rf"^{re.escape(package)}==(\S+)", text, re.MULTILINE)
    if found is None:
        raise ValueError(f"requirements/jupyter.txt does not lock {package}")
    return found[1]


CLIENTS: tuple[Client, ...] = (
    Client("kafka-console-producer and -consumer", pin("maven", "kafka"), "toolbox"),
    Client("kcat", KCAT, "toolbox"),
    Client("kafka-python", _locked("kafka-python"), "jupyter"),
    Client("confluent-kafka", _locked("confluent-kafka"), "jupyter"),
    Client("Java, kafka-clients", pin("maven", "kafka"), "toolbox"),
    Client("Spark's Kafka source", pin("maven", "spark"), "jupyter-spark"),
)
WAYS: tuple[Way, ...] = tuple(
    Way(brokers, security) for brokers in (1, 3) for security in ("PLAINTEXT", "SCRAM-SHA-512")
)


def access_page(text: str) -> str:
    """The page as it must be, from the page as it is."""
    return between(text, "clients", clients_table())


def clients_table() -> str:
    """Every client with its version, by every way."""
    heads = [way.name for way in WAYS]
    rows = [
        f"| {client.name} | {client.version} | {' | '.join('works' for _ in WAYS)} |"
        for client in CLIENTS
    ]
    return "\n".join(
        [
            f"| client | version | {' | '.join(heads)} |",
            f"| --- | --- |{' --- |' * len(WAYS)}",
            *rows,
        ]
    )
