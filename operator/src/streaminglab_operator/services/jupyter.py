"""JupyterLab with the courses' libraries and notebooks; it is told the lab's addresses."""

from __future__ import annotations

from typing import Any

from streaminglab_operator.schema.parts import StoredSpec
from streaminglab_operator.services import kafka
from streaminglab_operator.services.base import Page, Part, Service
from streaminglab_operator.services.chart import storage
from streaminglab_operator.services.context import ServiceContext, secret
from streaminglab_operator.services.size import Size, every_profile

PASSWORD = "jupyter-password"  # noqa: S105 (the name of a key)


class JupyterSpec(StoredSpec):
    """JupyterLab with the courses' libraries and notebooks."""


def _values(part: JupyterSpec, ctx: ServiceContext) -> dict[str, Any]:
    return {
        "existingSecret": secret(PASSWORD),
        "storage": storage(part, retain=ctx.retain),
        "env": ctx.environment(),
        "secretEnv": ctx.secret_environment(),
    }


JUPYTER = Service(
    component="jupyter",
    part=Part("jupyter", JupyterSpec, "JupyterLab with notebooks. Unset: none. Example: {}"),
    title="Jupyter",
    meaning="JupyterLab answers.",
    chart="jupyter",
    kind="StatefulSet",
    values=_values,
    sizes=every_profile(Size("25m", "2", "1Gi")),
    images=("jupyter",),
    own_images=("jupyter",),
    port=8888,
    scheme="http",
    alias="jupyter",
    page=Page("Host name of Jupyter. Example: liveconnect-batch-wk1.example.org"),
    reaches=(kafka.TO_KAFKA,),
    roams=True,
    drawn=(PASSWORD,),
    secrets=(PASSWORD,),
    takes_env=True,
    restarts=True,
)
