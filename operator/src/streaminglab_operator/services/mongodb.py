"""MongoDB, as a replica set of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from streaminglab_operator import names
from streaminglab_operator.schema import formats
from streaminglab_operator.schema.parts import DatabaseName, StoredSpec, UserName
from streaminglab_operator.schema.rules import Rule, failing
from streaminglab_operator.services.base import Service
from streaminglab_operator.services.chart import storage
from streaminglab_operator.services.context import LAB, ServiceContext
from streaminglab_operator.services.pieces import Announced, Part
from streaminglab_operator.services.size import Size, every_profile

PORT = 27017
PASSWORD = "mongodb-password"  # noqa: S105 (the name of a key)
KEYFILE = "mongodb-keyfile"
URI = "mongodb-uri"
DATABASE = ("spec.mongodb.database",)
RESERVED = ("admin", "local", "config")


class MongodbSpec(StoredSpec):
    """A MongoDB database, as a replica set of one. Under the SSPL: free to use in a lab."""

    database: DatabaseName = Field(
        default="defaultdb", description="Name of the database. Example: defaultdb"
    )
    username: Annotated[UserName, formats.USER_NAME] = Field(
        default="student",
        description="Its user; the password is the key mongodb-password of the lab's Secret. "
        "Example: student",
    )


def _values(part: MongodbSpec, ctx: ServiceContext) -> dict[str, Any]:
    return {
        "database": part.database,
        "username": part.username,
        "existingSecret": {
            "name": names.credentials(LAB),
            "passwordKey": PASSWORD,
            "keyfileKey": KEYFILE,
        },
        "storage": storage(part, ctx, retain=ctx.retain),
    }


def _uri(part: MongodbSpec, lab: str, drawn: Mapping[str, str]) -> Mapping[str, str]:
    """What a driver needs to connect; a replica set of one, for change streams."""
    password = drawn.get(PASSWORD)
    if not password:
        return {}
    host = f"{names.release(lab, 'mongodb')}:{PORT}"
    login = f"mongodb://{part.username}:{password}@{host}/{part.database}"
    return {URI: f"{login}?authSource={part.database}&replicaSet=rs0"}


def _announced(part: MongodbSpec, lab: str, drawn: Mapping[str, str]) -> Mapping[str, str]:
    host = names.release(lab, "mongodb")
    return {
        "mongodb-service": f"{host}:{PORT}",
        "mongodb-name": host,
        "mongodb-database": part.database,
        "mongodb-username": part.username,
        "mongodb-password": drawn.get(PASSWORD, ""),
    }


def _env(part: MongodbSpec, _: ServiceContext) -> Mapping[str, str]:
    return {"MONGODB_DATABASE": part.database}


MONGODB = Service(
    component="mongodb",
    part=Part(
        "mongodb",
        MongodbSpec,
        "A MongoDB database; under the SSPL. Unset: none. Example: {}",
    ),
    title="MongoDB",
    meaning="MongoDB answers.",
    chart="mongodb",
    kind="StatefulSet",
    values=_values,
    sizes=every_profile(Size("50m", "1", "768Mi")),
    images=("mongodb",),
    port=PORT,
    alias="mongodb",
    reached_by=("connect", "jupyter", "toolbox"),
    takes_from=("connect",),
    gives_to=("connect",),
    drawn=(PASSWORD, KEYFILE),
    # MongoDB reads its key file as base64.
    hexadecimal=(KEYFILE,),
    derived=(URI,),
    follows=_uri,
    secrets=(PASSWORD, KEYFILE),
    restarts=True,
    offers=(PASSWORD, URI),
    announced=Announced("mongodb", _announced),
    env=_env,
    secret_env={"MONGODB_URI": URI},
    fixed=("database", "username"),
    rules=(
        Rule(
            id="mongodb-database-not-reserved",
            at=DATABASE,
            cel=f"!(self in {list(RESERVED)})",
            form={"not": {"enum": list(RESERVED)}},
            message="admin, local and config are MongoDB's own databases",
            check=failing(DATABASE, lambda name: name not in RESERVED),
        ),
    ),
    french="Une base MongoDB ; sous la SSPL.",
)
