"""PostgreSQL, called data-transform in the courses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from streaminglab_operator import names
from streaminglab_operator.schema import formats
from streaminglab_operator.schema.parts import DatabaseName, SecretName, StoredSpec, UserName
from streaminglab_operator.schema.rules import Rule, failing
from streaminglab_operator.services.base import Service
from streaminglab_operator.services.chart import storage
from streaminglab_operator.services.context import LAB, ServiceContext, secret
from streaminglab_operator.services.pieces import Announced, Part
from streaminglab_operator.services.size import Size, every_profile

PORT = 5432
PASSWORD = "postgresql-password"  # noqa: S105 (the name of a key)
NAMES = ("spec.postgresql.database", "spec.postgresql.username")
RESERVED = ("postgres", "template0", "template1")


class PostgresqlSpec(StoredSpec):
    """A PostgreSQL database, with logical replication switched on."""

    database: DatabaseName = Field(
        default="transform", description="Name of the database. Example: transform"
    )
    username: Annotated[UserName, formats.SQL_NAME] = Field(
        default="datamanager",
        description="Owner of the database; the password is the key postgresql-password of the "
        "lab's Secret. Example: datamanager",
    )
    init_config_map_name: SecretName | None = Field(
        default=None,
        description="A ConfigMap of this namespace whose *.sql files are run once, at the first "
        "start. Example: pg-initdb",
    )


PART = Part(
    "postgresql",
    PostgresqlSpec,
    "A PostgreSQL database, called data-transform in the courses. Unset: none. "
    "Example: {database: transform}",
)


def login(ctx: ServiceContext) -> dict[str, Any]:
    """What a program of the lab needs to connect."""
    part = ctx.part(PART)
    return {
        "host": names.release(LAB, "postgresql"),
        "port": PORT,
        "database": part.database,
        "username": part.username,
        "existingSecret": secret(PASSWORD),
    }


def _values(part: PostgresqlSpec, ctx: ServiceContext) -> dict[str, Any]:
    return {
        "database": part.database,
        "username": part.username,
        "existingSecret": secret(PASSWORD),
        "initSQL": {"configMap": part.init_config_map_name or ""},
        "storage": storage(part, ctx, retain=ctx.retain),
    }


def _announced(part: PostgresqlSpec, lab: str, drawn: Mapping[str, str]) -> Mapping[str, str]:
    """Of the two passwords that readers know, some take one and some the other."""
    password = drawn.get(PASSWORD, "")
    return {
        "postgres-service": names.release(lab, "postgresql"),
        "postgres-port": str(PORT),
        "postgres-database": part.database,
        "postgres-username": part.username,
        "postgres-password": password,
        "password": password,
    }


def _env(part: PostgresqlSpec, _: ServiceContext) -> Mapping[str, str]:
    host = names.release(LAB, "postgresql")
    return {"PGHOST": host, "PGDATABASE": part.database, "PGUSER": part.username}


POSTGRESQL = Service(
    component="postgresql",
    part=PART,
    title="PostgreSQL",
    meaning="PostgreSQL answers.",
    chart="postgresql",
    kind="StatefulSet",
    values=_values,
    sizes=every_profile(Size("25m", "1", "256Mi")),
    images=("postgresql",),
    port=PORT,
    alias="data-transform",
    outside="PostgreSQL from other machines, by user and password; not encrypted on the way. "
    "Example: {nodePort: {host: 192.168.1.128, port: 30432}}",
    reached_by=("connect", "jupyter", "toolbox"),
    takes_from=("connect",),
    gives_to=("connect",),
    drawn=(PASSWORD,),
    secrets=(PASSWORD,),
    restarts=True,
    offers=(PASSWORD,),
    announced=Announced("postgres", _announced, bare=("postgres-port",)),
    env=_env,
    secret_env={"PGPASSWORD": PASSWORD},
    fixed=("database", "username"),
    rules=(
        Rule(
            id="postgresql-name-not-reserved",
            at=NAMES,
            cel=f"!(self in {list(RESERVED)}) && !self.startsWith('pg_')",
            form={"not": {"anyOf": [{"enum": list(RESERVED)}, {"pattern": "^pg_"}]}},
            message="postgres, template0, template1 and names that begin with pg_ are "
            "PostgreSQL's own",
            check=failing(NAMES, lambda name: name not in RESERVED and not name.startswith("pg_")),
        ),
    ),
    french="Une base PostgreSQL, appelée data-transform dans les cours.",
)
