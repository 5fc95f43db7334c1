"""SFTP: a server whose folder Kafka Connect reads."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from streaminglab_operator import names
from streaminglab_operator.schema import formats, units
from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.schema.formats import Format
from streaminglab_operator.schema.parts import StoredSpec, UserName, list_map
from streaminglab_operator.schema.rules import Case, Rule, failing
from streaminglab_operator.services.base import Service
from streaminglab_operator.services.chart import storage
from streaminglab_operator.services.context import LAB, ServiceContext, secret
from streaminglab_operator.services.pieces import Part
from streaminglab_operator.services.size import Size, every_profile

PASSWORD = "sftp-password"  # noqa: S105 (the name of a key)
SEED = "sftp-users-seed"
USERS = "sftp-users"
"""The other users, a line `name:password` each."""
OWN_FOLDERS = ("done", "error", "processing")
"""What the connector of the drop folder makes in it."""

PublicKey = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1024),
    Format(
        "sftp-key-format",
        units.PUBLIC_KEY,
        "write one public key as in authorized_keys, without options: ssh-ed25519 AAAA... name",
    ),
]


class SftpUserSpec(SpecModel):
    """One more user of the SFTP server, with a folder of his own in the drop folder."""

    name: Annotated[UserName, formats.USER_NAME] = Field(
        description="Name to log in with, and of the folder that this user sees, and no other: "
        "/data/drop/<name> for Kafka Connect. The password is a line `name:password` of the key "
        "sftp-users of the lab's Secret; chosen, it is the key sftp-<name>-password of the Secret "
        "that passwordsSecretName names. Example: alice",
    )
    authorized_keys: list[PublicKey] = Field(
        default_factory=list,
        max_length=16,
        description="Public keys that may log in too, one line each, as in authorized_keys. "
        "Example: [ssh-ed25519 AAAA... alice@laptop]",
    )


class SftpSpec(StoredSpec):
    """An SFTP server on port 2222 whose folder Kafka Connect can read: /data/drop."""

    username: Annotated[UserName, formats.USER_NAME] = Field(
        default="foo",
        description="Name to log in with; the password is the key sftp-password of the lab's "
        "Secret. Example: foo",
    )
    authorized_keys: list[PublicKey] = Field(
        default_factory=list,
        max_length=16,
        description="Public keys that may log in too, one line each, as in authorized_keys. "
        "Example: [ssh-ed25519 AAAA... me@laptop]",
    )
    users: list[SftpUserSpec] = Field(
        default_factory=list,
        max_length=32,
        json_schema_extra=list_map("name"),
        description="More users, each with a folder and a password of their own; the first one, "
        "username, sees all folders. Example: [{name: alice}, {name: bob}]",
    )


def _password_of(name: str, seed: str) -> str:
    return hmac.new(seed.encode(), name.encode(), hashlib.sha256).hexdigest()[:24]


def chosen_key(name: str) -> str:
    """Where a Secret of one's own has the password of one more user."""
    return f"sftp-{name}-password"


def _users(part: SftpSpec, _lab: str, given: Mapping[str, str]) -> Mapping[str, str]:
    """A password for each: chosen; or as it was, until a rotation takes that away; or made from one
    seed that nobody reads, so that who knows his own knows no other. The first user is among them,
    so that the key is never empty."""
    seed, before = given.get(SEED, ""), _before(given.get(USERS, ""))
    lines = [f"{part.username}:{given.get(PASSWORD, '')}"]
    for name in (user.name for user in part.users):
        found = given.get(chosen_key(name)) or before.get(name) or _password_of(name, seed)
        lines.append(f"{name}:{found}")
    return {USERS: "\n".join(lines) + "\n"}


def _before(lines: str) -> dict[str, str]:
    """Those of the other users; the first one's is a key of its own, and goes to nobody else."""
    pairs = (line.partition(":") for line in lines.splitlines()[1:])
    return {name: password for name, _, password in pairs}


def _two_of_a_name(case: Case[Any]) -> Iterator[str]:
    part = case.new.sftp
    for i, user in enumerate(part.users if part else ()):
        if user.name == part.username:
            yield f"spec.sftp.users[{i}].name"


def _values(part: SftpSpec, ctx: ServiceContext) -> dict[str, Any]:
    return {
        "username": part.username,
        "existingSecret": {**secret(PASSWORD), "usersKey": USERS},
        "users": [{"name": u.name, "authorizedKeys": list(u.authorized_keys)} for u in part.users],
        "authorizedKeys": list(part.authorized_keys),
        "storage": storage(part, ctx, retain=ctx.retain),
        "readers": {"podLabels": names.pod_labels(LAB, "connect")},
    }


SFTP = Service(
    component="sftp",
    part=Part(
        "sftp",
        SftpSpec,
        "An SFTP server whose folder Kafka Connect reads. Unset: none. Example: {}",
    ),
    title="SFTP",
    meaning="The SFTP server answers.",
    chart="sftp",
    kind="StatefulSet",
    values=_values,
    sizes=every_profile(Size("10m", "500m", "96Mi")),
    images=("sftp",),
    own_images=("sftp",),
    port=2222,
    alias="sftp",
    outside="SFTP from other machines, by user and password or key. "
    "Example: {nodePort: {host: 192.168.1.128, port: 30022}}",
    reached_by=("connect", "jupyter", "toolbox"),
    gives_to=("connect",),
    drawn=(PASSWORD, SEED),
    derived=(USERS,),
    follows=_users,
    chosen=lambda part: tuple(chosen_key(user.name) for user in part.users),
    people=lambda part: tuple(user.name for user in part.users),
    secrets=(PASSWORD, USERS),
    restarts=True,
    offers=(PASSWORD,),
    drop_folder="drop",
    rules=(
        Rule(
            id="sftp-user-folder-free",
            at=("spec.sftp.users[].name",),
            cel=f"!(self in {list(OWN_FOLDERS)})",
            form={"not": {"enum": list(OWN_FOLDERS)}},
            message="done, error and processing are folders of the connector: take another name",
            check=failing(("spec.sftp.users[].name",), lambda name: name not in OWN_FOLDERS),
        ),
        Rule(
            id="sftp-users-differ",
            at=("spec.sftp",),
            field_path=".users",
            cel="!has(self.users) || "
            "self.users.all(u, u.name != (has(self.username) ? self.username : 'foo'))",
            # Of the usual name: two fields cannot be compared in a form.
            form={
                "if": {"properties": {"username": {"const": "foo"}}},
                "then": {
                    "properties": {
                        "users": {"items": {"properties": {"name": {"not": {"const": "foo"}}}}}
                    }
                },
            },
            message="username is a user already: take it out of users, or another name",
            check=_two_of_a_name,
        ),
    ),
    french="Un serveur SFTP dont Kafka Connect lit le dossier.",
)
