"""The toolbox: a pod with command line tools; it is told the lab's addresses."""

from __future__ import annotations

from typing import Any

from streaminglab_operator.schema.parts import ServiceSpec
from streaminglab_operator.services import kafka
from streaminglab_operator.services.base import Service
from streaminglab_operator.services.context import ServiceContext
from streaminglab_operator.services.pieces import Part
from streaminglab_operator.services.size import Size, every_profile


class ToolboxSpec(ServiceSpec):
    """A pod with Kafka's tools, kcat, psql, curl and Python, for `kubectl exec`."""


def _values(_: ToolboxSpec, ctx: ServiceContext) -> dict[str, Any]:
    return {"env": ctx.environment(), "secretEnv": ctx.secret_environment()}


TOOLBOX = Service(
    component="toolbox",
    part=Part("toolbox", ToolboxSpec, "A pod with command line tools. Unset: none. Example: {}"),
    title="Toolbox",
    meaning="The toolbox can be entered by kubectl exec.",
    chart="toolbox",
    kind="Deployment",
    values=_values,
    sizes=every_profile(Size("10m", "1", "256Mi")),
    images=("toolbox",),
    own_images=("toolbox",),
    reaches=(kafka.TO_KAFKA,),
    takes_from=("kafka",),
    gives_to=("kafka",),
    shared=False,
    roams=True,
    takes_env=True,
    restarts=True,
    french="Un pod avec des outils en ligne de commande.",
)
