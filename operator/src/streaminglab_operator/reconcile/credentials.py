"""The credentials of a lab: drawn once, kept in one Secret, never shown."""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.observed import CredentialsView
from streaminglab_operator.plan import Lab
from streaminglab_operator.ports import Cluster, StoredSecret
from streaminglab_operator.render import Identity, owner_reference

DRAWN = ("influxdb-password", "influxdb-admin-token", "telegraf-token")


def view(values: Mapping[str, str]) -> CredentialsView:
    """What the planner may know: key names, and a checksum that changes with any value."""
    digests = {k: hashlib.sha256(v.encode()).hexdigest() for k, v in sorted(values.items()) if v}
    text = "\n".join(f"{k}={digest}" for k, digest in digests.items())
    return CredentialsView(digests, hashlib.sha256(text.encode()).hexdigest()[:12])


async def ensure(cluster: Cluster, lab: Lab, identity: Identity) -> dict[str, str]:
    """Read the credentials Secret; what is missing in it is drawn and written at once.

    So is its owner: a Secret that an older lab of this name left behind would go with that one.
    """
    name = names.credentials(lab.key.name)
    stored = await cluster.read_secret(lab.key.namespace, name) or StoredSecret({})
    missing = {k: secrets.token_urlsafe(32) for k in DRAWN if not stored.values.get(k)}
    if not stored.values.get("influxdb-username"):
        missing["influxdb-username"] = "admin"
    wanted = metadata(lab, identity)
    if missing or stored.owners != {owner["uid"] for owner in wanted["ownerReferences"]}:
        await cluster.write_secret(lab.key.namespace, name, missing, wanted)
        # Somebody else may have written between our read and our write: what is stored counts.
        stored = await cluster.read_secret(lab.key.namespace, name) or StoredSecret({})
    return dict(stored.values)


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
