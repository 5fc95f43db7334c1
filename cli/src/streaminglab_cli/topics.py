"""Topics of a lab, by the tools in its brokers' pods."""

from __future__ import annotations

from streaminglab_cli import kafka
from streaminglab_cli.errors import NotThere, SlabError
from streaminglab_cli.lab import Lab
from streaminglab_cli.session import Session


def exec_words(session: Session, command: list[str], *, stdin: bool = False) -> list[str]:
    """kubectl's words that run a command beside a broker."""
    flags = ["--stdin"] if stdin else []
    return ["exec", *flags, session.broker(), f"--container={kafka.CONTAINER}", "--", *command]


def legal(topic: str) -> str:
    """The name, if a topic can have it; Kafka's tools would take an odd one for a pattern."""
    if not kafka.TOPIC.fullmatch(topic):
        raise SlabError(
            f"{topic!r} cannot be a topic's name", "write letters, digits, dot, dash, underscore"
        )
    return topic


def described(session: Session, topic: str | None) -> list[dict[str, object]]:
    """A topic with its partitions, or all but Kafka's own; NotThere without it."""
    words = ["--describe"] + (["--topic", legal(topic)] if topic else ["--exclude-internal"])
    try:
        text = session.kubectl.read(*exec_words(session, kafka.tool("kafka-topics", *words)))
    except SlabError as error:
        if topic and "does not exist" in error.message:
            raise no_topic(topic) from error
        raise
    found = kafka.described(text)
    if topic and not found:
        raise no_topic(topic)
    return found


def no_topic(topic: str) -> NotThere:
    """The error, with what to do."""
    return NotThere(
        f"there is no topic {topic}",
        "`kubectl slab describe-topic` lists those that there are; a new one goes into "
        "spec.kafka.topics",
    )


def usual(lab: Lab) -> str:
    """The topic that is meant where none is named: the producer's, or the first of the spec."""
    if lab.spec.get("weather", True):
        return str((lab.spec.get("producer") or {}).get("topic") or "weather")
    named = (lab.spec.get("kafka") or {}).get("topics") or []
    if not named:
        raise NotThere(f"the lab {lab.name} has no topic of its own", "name one")
    return str(named[0]["name"])
