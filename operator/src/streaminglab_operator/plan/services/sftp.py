"""SFTP: spec -> values of its chart."""

from typing import Any

from streaminglab_operator.api.conditions import ConditionType
from streaminglab_operator.api.spec_services import SftpSpec
from streaminglab_operator.plan.lab import Lab, Options
from streaminglab_operator.plan.services.base import Service, credential, sized, storage
from streaminglab_operator.plan.sizes import SERVICE_SIZES
from streaminglab_operator.plan.values import common

PASSWORD = "sftp-password"  # noqa: S105 (the name of a key)


def _values(wish: SftpSpec, lab: Lab, options: Options) -> dict[str, Any]:
    return {
        **common.base(
            options.images.get("sftp"),
            sized(SERVICE_SIZES["sftp"], wish.resources),
            credentials=True,
        ),
        "username": wish.username,
        "existingSecret": credential(PASSWORD),
        "authorizedKeys": list(wish.authorized_keys),
        "storage": storage(wish, retain=lab.spec.retain_data),
        "networkPolicy": common.client_network(
            lab, options, clients=("connect", "jupyter", "toolbox"), servers=None
        ),
    }


SFTP = Service(
    component="sftp",
    field="sftp",
    chart="sftp",
    kind="StatefulSet",
    condition=ConditionType.SFTP_READY,
    own_values=_values,
    images=("sftp",),
    secrets=(PASSWORD,),
    drawn=(PASSWORD,),
    alias="sftp",
    port=2222,
)
