"""SFTP: a server whose folder Kafka Connect reads."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from streaminglab_operator import names
from streaminglab_operator.schema import formats, units
from streaminglab_operator.schema.formats import Format
from streaminglab_operator.schema.parts import StoredSpec, UserName
from streaminglab_operator.services.base import Part, Service
from streaminglab_operator.services.chart import storage
from streaminglab_operator.services.context import LAB, ServiceContext, secret
from streaminglab_operator.services.size import Size, every_profile

PASSWORD = "sftp-password"  # noqa: S105 (the name of a key)

PublicKey = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1024),
    Format(
        "sftp-key-format",
        units.PUBLIC_KEY,
        "write one public key as in authorized_keys, without options: ssh-ed25519 AAAA... name",
    ),
]


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


def _values(part: SftpSpec, ctx: ServiceContext) -> dict[str, Any]:
    return {
        "username": part.username,
        "existingSecret": secret(PASSWORD),
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
    reached_by=("connect", "jupyter", "toolbox"),
    gives_to=("connect",),
    drawn=(PASSWORD,),
    secrets=(PASSWORD,),
    restarts=True,
    offers=(PASSWORD,),
    drop_folder="drop",
    french="Un serveur SFTP dont Kafka Connect lit le dossier.",
)
