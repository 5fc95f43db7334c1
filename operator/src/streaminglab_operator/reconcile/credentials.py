"""The credentials of a lab: drawn once, kept in one Secret, never shown."""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.observed import CredentialsView
from streaminglab_operator.plan import Lab
from streaminglab_operator.ports import Cluster
from streaminglab_operator.render import Identity, owner_reference

DRAWN = ("influxdb-password", "influxdb-admin-token", "telegraf-token")
TOKENS = (
    "influxdb-init-token",
    "influxdb-inject-token",
    "influxdb-producer-token",
    "influxdb-verify-token",
)


def view(values: Mapping[str, str]) -> CredentialsView:
    """What the planner may know: key names, and a checksum that changes with any value."""
    lines = (f"{k}={hashlib.sha256(v.encode()).hexdigest()}" for k, v in sorted(values.items()))
    text = "\n".join(lines)
    return CredentialsView(frozenset(values), hashlib.sha256(text.encode()).hexdigest()[:12])


async def ensure(cluster: Cluster, lab: Lab, identity: Identity) -> dict[str, str]:
    """Read the credentials Secret; what is missing in it is drawn and written at once."""
    name = names.credentials(lab.key.name)
    found = dict(await cluster.read_secret(lab.key.namespace, name) or {})
    missing = {k: secrets.token_urlsafe(32) for k in DRAWN if not found.get(k)}
    if not found.get("influxdb-username"):
        missing["influxdb-username"] = "admin"
    if missing:
        await cluster.write_secret(lab.key.namespace, name, missing, metadata(lab, identity))
        # Somebody else may have written between our read and our write: what is stored counts.
        found = dict(await cluster.read_secret(lab.key.namespace, name) or {})
    return found


def metadata(lab: Lab, identity: Identity) -> dict[str, Any]:
    """Labels, and the owner unless the data, and so the credentials, must outlive the lab."""
    labels = {
        **names.lab_labels(lab.key.name),
        names.COMPONENT_LABEL: "credentials",
        "app.kubernetes.io/managed-by": names.FIELD_MANAGER,
        "app.kubernetes.io/part-of": "streaminglab",
    }
    owners = [] if lab.spec.retain_data else [owner_reference(identity)]
    return {"labels": labels, "ownerReferences": owners}
