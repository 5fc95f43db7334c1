"""A connector of Kafka Connect. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from streaminglab_page.exercises.facts import ConnectorFact, Facts, Origin
from streaminglab_page.exercises.kind import Field, Kind, whole, words

TYPES = ("source", "sink")
STATES = ("RUNNING", "PAUSED", "STOPPED", "FAILED")
MOST_TASKS = 32


@dataclass(frozen=True, slots=True)
class ConnectorCheck:
    """Empty: whichever. ``class_``: the end of its class."""

    name: str = ""
    class_: str = ""
    type: str = ""
    state: str = "RUNNING"
    tasks: int = 0


def seen(asks: ConnectorCheck, facts: Facts) -> bool:
    """Whether one connector is all that is asked."""
    return any(_is(one, asks) for one in facts.connectors)


def _is(one: ConnectorFact, asks: ConnectorCheck) -> bool:
    return (
        asks.name in ("", one.name)
        and one.class_name.endswith(asks.class_)
        and asks.type in ("", one.type)
        and one.state == asks.state
        and one.states.count(asks.state) >= asks.tasks
    )


CONNECTOR = Kind(
    name="connector",
    says="A connector of Kafka Connect is there.",
    source=Origin.CONNECTORS,
    fields=(
        words("name", "the connector; any if it is left out"),
        words("class", "its class ends like this: `JdbcSinkConnector`"),
        Field("type", "what it is", "`source` or `sink`", lambda at: at.one_of(TYPES)),
        Field(
            "state",
            "Connect's word for its state; `RUNNING` if it is left out",
            ", ".join(f"`{state}`" for state in STATES),
            lambda at: at.one_of(STATES),
        ),
        whole("tasks", "at least so many of its tasks are in that state too", 1, MOST_TASKS),
    ),
    record=ConnectorCheck,
    seen=seen,
)
