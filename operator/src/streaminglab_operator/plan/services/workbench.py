"""What a student works with: Jupyter and the toolbox. Both know the lab's addresses."""

from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api.conditions import ConditionType
from streaminglab_operator.api.spec_services import JupyterSpec, ToolboxSpec
from streaminglab_operator.plan.lab import Lab, Options
from streaminglab_operator.plan.services import mongodb, postgresql
from streaminglab_operator.plan.services.base import (
    Page,
    Service,
    credential,
    registry_url,
    sized,
    storage,
    url,
)
from streaminglab_operator.plan.sizes import SERVICE_SIZES
from streaminglab_operator.plan.values import common

PASSWORD = "jupyter-password"  # noqa: S105 (the name of a key)
READER_TOKEN = "influxdb-reader-token"  # noqa: S105 (the name of a key)


def addresses(lab: Lab) -> dict[str, str]:
    """Environment variables with the address of everything that the lab has."""
    spec, wish = lab.spec, lab.spec.wish
    found = {"KAFKA_BOOTSTRAP_SERVERS": names.bootstrap_servers(common.LAB)}
    if spec.weather:
        found |= {
            "INFLUXDB_URL": names.influxdb_url(common.LAB),
            "INFLUXDB_ORG": spec.org,
            "INFLUXDB_BUCKET": spec.bucket,
        }
    if wish.connect is not None:
        found["CONNECT_URL"] = url("connect", 8083)
    if wish.schema_registry is not None:
        found["SCHEMA_REGISTRY_URL"] = registry_url(lab)
    if wish.ksqldb is not None:
        found["KSQLDB_URL"] = url("ksqldb", 8088)
    if wish.postgresql is not None:
        found |= {
            "PGHOST": names.release(common.LAB, "postgresql"),
            "PGDATABASE": wish.postgresql.database,
            "PGUSER": wish.postgresql.username,
        }
    if wish.mongodb is not None:
        found["MONGODB_DATABASE"] = wish.mongodb.database
    return found


def secret_addresses(lab: Lab) -> list[dict[str, str]]:
    """Environment variables that hold a password, each from one key of the credentials."""
    wanted = {
        "INFLUXDB_TOKEN": READER_TOKEN if lab.spec.weather else "",
        "PGPASSWORD": postgresql.PASSWORD if lab.spec.wish.postgresql is not None else "",
        "MONGODB_URI": mongodb.URI if lab.spec.wish.mongodb is not None else "",
    }
    secret = names.credentials(common.LAB)
    return [{"name": n, "secret": secret, "key": k} for n, k in wanted.items() if k]


def _servers() -> list[tuple[str, int]]:
    return [
        ("kafka", names.KAFKA_PORT),
        ("influxdb", names.INFLUXDB_PORT),
        ("connect", 8083),
        ("schema-registry", 8080),
        ("ksqldb", 8088),
        ("postgresql", 5432),
        ("mongodb", 27017),
        ("sftp", 2222),
    ]


def _jupyter(wish: JupyterSpec, lab: Lab, options: Options) -> dict[str, Any]:
    return {
        **common.base(
            options.images.get("jupyter"),
            sized(SERVICE_SIZES["jupyter"], wish.resources),
            credentials=True,
        ),
        "existingSecret": credential(PASSWORD),
        "storage": storage(wish, retain=lab.spec.retain_data),
        "env": addresses(lab),
        "secretEnv": secret_addresses(lab),
        "networkPolicy": common.client_network(
            lab, options, page=True, servers=None if lab.open else _servers()
        ),
    }


def _toolbox(wish: ToolboxSpec, lab: Lab, options: Options) -> dict[str, Any]:
    return {
        **common.base(
            options.images.get("toolbox"),
            sized(SERVICE_SIZES["toolbox"], wish.resources),
            credentials=True,
        ),
        "env": addresses(lab),
        "secretEnv": secret_addresses(lab),
        "networkPolicy": common.network(clients=("none",), servers=() if lab.open else _servers()),
    }


JUPYTER = Service(
    component="jupyter",
    field="jupyter",
    chart="jupyter",
    kind="StatefulSet",
    condition=ConditionType.JUPYTER_READY,
    own_values=_jupyter,
    images=("jupyter",),
    secrets=(PASSWORD, READER_TOKEN, postgresql.PASSWORD, mongodb.URI),
    drawn=(PASSWORD,),
    alias="jupyter",
    port=8888,
    scheme="http",
    page=Page("jupyter", 8888),
)
TOOLBOX = Service(
    component="toolbox",
    field="toolbox",
    chart="toolbox",
    kind="Deployment",
    condition=ConditionType.TOOLBOX_READY,
    own_values=_toolbox,
    images=("toolbox",),
    secrets=(READER_TOKEN, postgresql.PASSWORD, mongodb.URI),
)
