"""The kinds that this operator serves: each is one value, and all that is known of it."""

from __future__ import annotations

from typing import Any

from streaminglab_operator.api.conditions import ConditionType
from streaminglab_operator.api.rules import RULES
from streaminglab_operator.api.spec import StreamingLabSpec
from streaminglab_operator.api.status import StreamingLabStatus
from streaminglab_operator.names import GROUP
from streaminglab_operator.schema.kinds import Column, Kind

_READY = f'.status.conditions[?(@.type=="{ConditionType.READY}")]'

LAB: Kind[StreamingLabSpec, StreamingLabStatus] = Kind(
    group=GROUP,
    version="v1alpha1",
    kind="StreamingLab",
    plural="streaminglabs",
    short_names=("slab", "slabs"),
    category="streaming",
    description="A whole streaming lab: Kafka, InfluxDB, Telegraf, simulated weather that "
    "goes in, and points that are seen to come out of Kafka. `spec: {}` gives a useful one.",
    introduction="is one whole lab in one namespace. Every field has a default: `spec: {}` gives "
    "a useful lab.",
    spec=StreamingLabSpec,
    status=StreamingLabStatus,
    rules=RULES,
    columns=(
        Column(ConditionType.READY.value, f"{_READY}.status"),
        Column("Status", f"{_READY}.message"),
        Column(
            "Brokers",
            '.status.components[?(@.name=="kafka")].ready',
            description="Kafka brokers that answer, of those that should.",
        ),
        Column(
            "Data",
            ".status.data.summary",
            description="Points seen in InfluxDB, in the producer's topic and in Telegraf's.",
        ),
        Column(
            "Exercises",
            ".status.exercises.summary",
            description="Exercises that are passed, of those that can be.",
            priority=1,
        ),
        Column("Age", ".metadata.creationTimestamp", type="date"),
        Column("Phase", ".status.phase", priority=1),
    ),
)

KINDS: tuple[Kind[Any, Any], ...] = (LAB,)
