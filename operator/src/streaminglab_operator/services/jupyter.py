"""JupyterLab with the courses' libraries and notebooks; it is told the lab's addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from streaminglab_operator.schema import units
from streaminglab_operator.schema.parts import SecretName, StoredSpec
from streaminglab_operator.schema.rules import Case, Rule, matches
from streaminglab_operator.services import kafka
from streaminglab_operator.services.base import Page, Part, Service, Variant
from streaminglab_operator.services.chart import chosen_image, storage
from streaminglab_operator.services.context import ServiceContext, secret
from streaminglab_operator.services.size import Size, every_profile

PASSWORD = "jupyter-password"  # noqa: S105 (the name of a key)
SPARK_IMAGE = "jupyter-spark"
# Spark's JVM runs beside the kernel, in the same container.
WITH_SPARK = Variant((SPARK_IMAGE,), every_profile(Size("25m", "2", "2Gi", "768m")), when="spark")


class JupyterSpec(StoredSpec):
    """JupyterLab with the courses' libraries and notebooks."""

    external_egress: bool = Field(
        default=False,
        description="Whether notebooks and terminals may reach addresses outside the lab's "
        "namespace, as `pip install` needs. Example: true",
    )

    spark: bool = Field(
        default=False,
        description="Apache Spark in notebooks and terminals: PySpark, with its source and sink "
        "for Kafka. Needs 2Gi of memory, 1536Mi at least. Example: true",
    )
    env_secrets: list[SecretName] = Field(
        default_factory=list,
        max_length=8,
        description="Secrets of this namespace whose keys are environment variables of notebooks "
        "and terminals, such as AWS_ACCESS_KEY_ID. The pod waits for one that is not there. "
        "Example: [s3]",
    )


def _values(part: JupyterSpec, ctx: ServiceContext) -> dict[str, Any]:
    return {
        "existingSecret": secret(PASSWORD),
        "storage": storage(part, ctx, retain=ctx.retain),
        "env": ctx.environment(),
        "externalEgress": part.external_egress,
        "secretEnv": ctx.secret_environment(),
        "envSecrets": list(dict.fromkeys(part.env_secrets)),
        **(_spark(part, ctx) if part.spark else {}),
    }


def _spark(part: JupyterSpec, ctx: ServiceContext) -> dict[str, Any]:
    size = ctx.size("jupyter", WITH_SPARK.sizes, part)
    image = chosen_image(ctx, SPARK_IMAGE)
    return {"spark": {"enabled": True, "memory": size.heap, **({"image": image} if image else {})}}


def _too_small(case: Case[Any]) -> Iterator[str]:
    part: JupyterSpec | None = case.new.jupyter
    said = part.resources.memory if part and part.spark and part.resources else None
    if said is not None and not units.fits(units.SPARK_MEMORY, said):
        yield "spec.jupyter.resources.memory"


RULES = (
    Rule(
        id="spark-memory",
        at=("spec.jupyter",),
        cel="!has(self.spark) || !self.spark || !has(self.resources) || "
        f"!has(self.resources.memory) || {matches('self.resources.memory', units.SPARK_MEMORY)}",
        form={
            "if": {"properties": {"spark": {"const": True}}, "required": ["spark"]},
            "then": {
                "properties": {
                    "resources": {"properties": {"memory": {"pattern": f"^$|{units.SPARK_MEMORY}"}}}
                }
            },
        },
        message="with spark, write at least 1536Mi: JupyterLab, a notebook and Spark's JVM share "
        "this memory (left out, it is 2Gi)",
        check=_too_small,
        field_path=".resources.memory",
    ),
)

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
    own_images=("jupyter", "jupyter-spark"),
    variant=WITH_SPARK,
    port=8888,
    scheme="http",
    alias="jupyter",
    page=Page("Host name of Jupyter. Example: liveconnect-batch-wk1.example.org"),
    reaches=(kafka.TO_KAFKA,),
    takes_from=("kafka",),
    gives_to=("kafka",),
    roams=True,
    goes_out=True,
    drawn=(PASSWORD,),
    secrets=(PASSWORD,),
    takes_env=True,
    restarts=True,
    rules=RULES,
    french="JupyterLab avec des notebooks.",
)
