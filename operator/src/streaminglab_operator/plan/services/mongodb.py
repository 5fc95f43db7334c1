"""MongoDB: spec -> values of its chart."""

from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api.conditions import ConditionType
from streaminglab_operator.api.spec_services import MongodbSpec
from streaminglab_operator.plan.lab import Lab, Options
from streaminglab_operator.plan.services.base import Service, sized, storage
from streaminglab_operator.plan.sizes import SERVICE_SIZES
from streaminglab_operator.plan.values import common

PASSWORD = "mongodb-password"  # noqa: S105 (the name of a key)
KEYFILE = "mongodb-keyfile"
URI = "mongodb-uri"
PORT = 27017


def _values(wish: MongodbSpec, lab: Lab, options: Options) -> dict[str, Any]:
    return {
        **common.base(
            options.images.get("mongodb"), sized(SERVICE_SIZES["mongodb"], wish.resources)
        ),
        "database": wish.database,
        "username": wish.username,
        "existingSecret": {
            "name": names.credentials(common.LAB),
            "passwordKey": PASSWORD,
            "keyfileKey": KEYFILE,
        },
        "storage": storage(wish, retain=lab.spec.retain_data),
        "networkPolicy": common.client_network(
            lab, options, clients=("connect", "jupyter", "toolbox"), servers=None
        ),
    }


def uri(lab: str, username: str, password: str, database: str) -> str:
    """What a driver needs to connect; a replica set of one, for change streams."""
    host = f"{names.release(lab, 'mongodb')}:{PORT}"
    return f"mongodb://{username}:{password}@{host}/{database}?authSource={database}&replicaSet=rs0"


MONGODB = Service(
    component="mongodb",
    field="mongodb",
    chart="mongodb",
    kind="StatefulSet",
    condition=ConditionType.MONGODB_READY,
    own_values=_values,
    images=("mongodb",),
    secrets=(PASSWORD, KEYFILE),
    drawn=(PASSWORD, KEYFILE),
    alias="mongodb",
    port=PORT,
)
