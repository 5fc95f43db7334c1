"""What the programs of the jobs image share: the lab-job chart's values and their size."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.services import chart, images
from streaminglab_operator.services.base import Program
from streaminglab_operator.services.context import LAB, ServiceContext
from streaminglab_operator.services.size import Size

CHART = "lab-job"
IMAGE = images.JOBS
SIZES = {
    "nano": Size("10m", "1", "128Mi"),
    "standard": Size("20m", "1", "256Mi"),
    "resilience": Size("20m", "1", "256Mi"),
}
DEADLINE_SECONDS = 3600
ENDLESS_DEADLINE_SECONDS = 10 * 365 * 24 * 3600


def program_values(
    kind: str, component: str, config: dict[str, Any], keys: Iterable[str], *, endless: bool = False
) -> dict[str, Any]:
    """What the chart must know of one program: its config, and the credentials it reads."""
    found = sorted(keys)
    return {
        "kind": kind,
        "component": component,
        "config": config,
        "secret": {"name": names.credentials(LAB) if found else "", "keys": found},
        "activeDeadlineSeconds": ENDLESS_DEADLINE_SECONDS if endless else DEADLINE_SECONDS,
    }


def values(program: Program, config: dict[str, Any], ctx: ServiceContext) -> dict[str, Any]:
    """Values of the Job of one program."""
    part = ctx.part(program.part)
    return {
        **chart.base(ctx, IMAGE, ctx.size(program.name, SIZES, part)),
        **program_values(
            "Job", program.name, config, program.secrets(ctx), endless=program.endless(ctx)
        ),
        "networkPolicy": chart.policy((), ctx.servers_of(program.component)),
    }
