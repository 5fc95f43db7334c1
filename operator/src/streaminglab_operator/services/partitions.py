"""The program `partitions`: who leads and holds what, once all replicas are in sync."""

from __future__ import annotations

from typing import Any

from streaminglab_operator.services import kafka
from streaminglab_operator.services.base import Program
from streaminglab_operator.services.context import ServiceContext


def _config(ctx: ServiceContext) -> dict[str, Any]:
    return {
        "kafka": kafka.servers(),
        "topics": [topic.name for topic in ctx.topics],
        "brokers": ctx.brokers,
        "stopped": list(ctx.stopped),
        "timeoutSeconds": 300,
    }


PARTITIONS = Program(
    name="partitions",
    config=_config,
    reaches=(kafka.TO_KAFKA,),
    weather=False,
    token=False,
    of_brokers=True,
)
