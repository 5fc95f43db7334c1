"""JupyterLab with the courses' libraries and notebooks; it is told the lab's addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from streaminglab_operator.schema import units
from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.schema.formats import Format
from streaminglab_operator.schema.parts import Address, ObjectName, SecretName, StoredSpec, list_map
from streaminglab_operator.schema.rules import Case, Rule, failing, matches
from streaminglab_operator.services import kafka
from streaminglab_operator.services.base import Service
from streaminglab_operator.services.chart import chosen_image, storage
from streaminglab_operator.services.context import ServiceContext, secret
from streaminglab_operator.services.fetched import one_source, url_checksum
from streaminglab_operator.services.pieces import Page, Part, Variant
from streaminglab_operator.services.size import Size, every_profile

PASSWORD = "jupyter-password"  # noqa: S105 (the name of a key)
SPARK_IMAGE = "jupyter-spark"
MAX_FILES = 8
FolderName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=63),
    Format("files-name-format", units.PLUGIN_NAME, "use small letters, digits and '-'"),
]
Sha256 = Annotated[
    str,
    Format(
        "files-sha256-format",
        units.SHA256,
        "a SHA-256 has 64 hexadecimal digits in small letters",
    ),
]
# Spark's JVM runs beside the kernel, in the same container.
WITH_SPARK = Variant((SPARK_IMAGE,), every_profile(Size("25m", "2", "2Gi", "768m")), when="spark")


class FilesSpec(SpecModel):
    """Files for the home of whoever uses Jupyter; they come from exactly one place."""

    name: FolderName = Field(
        description="Folder of the home into which they are copied: small letters, digits and "
        "'-'. Example: tp1",
    )
    config_map_name: SecretName | None = Field(
        default=None,
        description="A ConfigMap of this namespace whose keys are the files. The pod waits for "
        "one that is not there. Example: tp1-notebooks",
    )
    url: Address | None = Field(
        default=None,
        max_length=1024,
        description="Address (http or https) of a zip, tar or tar.gz of at most 64 MiB, such as "
        "an archive of a git repository; sha256 is needed with it. "
        "Example: https://git.example.org/course/archive/v1.tar.gz",
    )
    sha256: Sha256 | None = Field(
        default=None,
        max_length=64,
        description="Checksum of the downloaded file, 64 hexadecimal digits. "
        "Example: what `sha256sum v1.tar.gz` prints first",
    )


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
    files: list[FilesSpec] = Field(
        default_factory=list,
        max_length=MAX_FILES,
        json_schema_extra=list_map("name"),
        description="Notebooks and files of your own, copied into the home when Jupyter starts; "
        "never over a file that was changed there. "
        "Example: [{name: tp1, configMapName: tp1-notebooks}]",
    )
    solutions: bool = Field(
        default=False,
        description="Whether the courses' solved notebooks and programs are in the home too, in "
        "the folder solutions. Example: true",
    )
    service_account_name: ObjectName | None = Field(
        default=None,
        description="ServiceAccount of this namespace with whose rights kubectl works in terminals "
        "and notebooks. The pod waits for one that is not there. Unset: no access to Kubernetes. "
        "Example: student",
    )


def _values(part: JupyterSpec, ctx: ServiceContext) -> dict[str, Any]:
    return {
        "existingSecret": secret(PASSWORD),
        "storage": storage(part, ctx, retain=ctx.retain),
        "env": ctx.environment(),
        "externalEgress": part.external_egress,
        "secretEnv": ctx.secret_environment(),
        "envSecrets": list(dict.fromkeys(part.env_secrets)),
        "files": [_files(one) for one in part.files],
        "solutions": part.solutions,
        **({"serviceAccountName": account} if (account := part.service_account_name) else {}),
        **(_spark(part, ctx) if part.spark else {}),
    }


def _files(one: FilesSpec) -> dict[str, str]:
    if one.config_map_name:
        return {"name": one.name, "configMap": one.config_map_name}
    return {"name": one.name, "url": one.url or "", "sha256": one.sha256 or ""}


def _spark(part: JupyterSpec, ctx: ServiceContext) -> dict[str, Any]:
    size = ctx.size("jupyter", WITH_SPARK.sizes, part)
    image = chosen_image(ctx, SPARK_IMAGE)
    return {"spark": {"enabled": True, "memory": size.heap, **({"image": image} if image else {})}}


def _too_small(case: Case[Any]) -> Iterator[str]:
    part: JupyterSpec | None = case.new.jupyter
    said = part.resources.memory if part and part.spark and part.resources else None
    if said is not None and not units.fits(units.SPARK_MEMORY, said):
        yield "spec.jupyter.resources.memory"


FILES = "spec.jupyter.files[]"
ACCOUNT = "spec.jupyter.serviceAccountName"
# A lab's page has it for itself: by its account exercises count as passed.
_OF_PAGES = "-page"

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
        message="jupyter.spark needs at least 1536Mi here: JupyterLab, a notebook and Spark's JVM "
        "share this memory (left out, it is 2Gi)",
        check=_too_small,
        field_path=".resources.memory",
    ),
    one_source(
        "files-one-source",
        FILES,
        ("configMapName", "url"),
        "files come from exactly one place: configMapName or url",
    ),
    url_checksum(
        "files-url-checksum",
        FILES,
        "sha256",
        "files with a url need its sha256 too (sha256sum FILE prints it)",
    ),
    Rule(
        id="no-account-of-a-page",
        at=(ACCOUNT,),
        cel=f"!self.endsWith('{_OF_PAGES}')",
        form={"not": {"pattern": f"{_OF_PAGES}$"}},
        message="accounts that end in -page are those of labs' pages: name one that was made for "
        "people",
        check=failing((ACCOUNT,), lambda name: not name.endswith(_OF_PAGES)),
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
    page=Page("Host name of Jupyter. Example: liveconnect-batch-wk1.example.org", word="batch"),
    reaches=(kafka.TO_KAFKA,),
    takes_from=("kafka",),
    gives_to=("kafka",),
    roams=True,
    goes_out=True,
    asks_kubernetes=lambda part: part.service_account_name is not None,
    drawn=(PASSWORD,),
    secrets=(PASSWORD,),
    takes_env=True,
    restarts=True,
    rules=RULES,
    french="JupyterLab avec des notebooks.",
)
