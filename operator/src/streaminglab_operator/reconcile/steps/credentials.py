"""See to the Secret with the lab's credentials: missing ones are drawn, deleted ones come back."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.observed import CredentialsView
from streaminglab_operator.plan import Lab
from streaminglab_operator.plan import credentials as plan
from streaminglab_operator.ports import Cluster, StoredSecret
from streaminglab_operator.reconcile.identity import identity
from streaminglab_operator.reconcile.passes import Next, Pass
from streaminglab_operator.render import owner_reference

FRESH_SECONDS = 60.0
LOOK_SECONDS = 600.0


@dataclass(slots=True)
class CredentialsMemory:
    """The credentials as last read or made: they are needed to bring back a deleted Secret.

    - ``values``: never logged, never shown
    - ``retained``: whether the Secret was last seen to outlive its lab
    """

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    view: CredentialsView | None = None
    read_at: float = 0.0
    retained: bool = False

    def keep(self, values: Mapping[str, str], now: float) -> None:
        """Remember what is stored in the Secret now."""
        self.values, self.view, self.read_at = dict(values), view(values), now


async def run(this: Pass) -> Next:
    """Sets ``credentials``. A Secret that was deleted by hand wakes nobody, because the operator
    may not watch Secrets; so it is looked at from time to time."""
    memory, lab = this.memories.of(CredentialsMemory), this.lab
    if not _known(memory, lab, this.now):
        values = await ensure(this.tools.cluster, lab, memory.values)
        memory.keep(values, this.tools.clock.now())
        memory.retained = lab.spec.retain_data
    this.credentials = memory.view or CredentialsView()
    return Next(LOOK_SECONDS)


def _known(memory: CredentialsMemory, lab: Lab, now: float) -> bool:
    if memory.view is None or memory.retained != lab.spec.retain_data:
        return False
    recent = now - memory.read_at < FRESH_SECONDS
    return recent and plan.needed(lab) <= memory.view.digests.keys()


def view(values: Mapping[str, str]) -> CredentialsView:
    """What the planner may know: key names, and of each a digest that changes with its value."""
    return CredentialsView(
        {k: hashlib.sha256(v.encode()).hexdigest() for k, v in sorted(values.items()) if v}
    )


async def ensure(cluster: Cluster, lab: Lab, known: Mapping[str, str]) -> dict[str, str]:
    """Read the credentials Secret; what is missing in it is written at once.

    ``known``: the values that this process has seen. A Secret that was deleted by hand comes back
    with them, because databases that are set up know no others. What nobody knows is drawn.
    The owner is seen to as well: a Secret that an older lab of this name left behind would go
    with that one.
    """
    name = names.credentials(lab.key.name)
    stored = await cluster.read_secret(lab.key.namespace, name) or StoredSecret({})
    values = {**known, **{k: v for k, v in stored.values.items() if v}}
    values = {k: _draw(k) for k in plan.drawn(lab) if k not in values} | values
    values |= plan.derived(lab, values)
    missing = {k: v for k, v in values.items() if stored.values.get(k) != v}
    wanted = metadata(lab)
    if missing or stored.owners != {owner["uid"] for owner in wanted["ownerReferences"]}:
        await cluster.write_secret(lab.key.namespace, name, missing, wanted)
        # Somebody else may have written between our read and our write: what is stored counts.
        stored = await cluster.read_secret(lab.key.namespace, name) or StoredSecret({})
    return dict(stored.values)


def _draw(key: str) -> str:
    return secrets.token_hex(64) if key in plan.HEXADECIMAL else secrets.token_urlsafe(32)


def metadata(lab: Lab) -> dict[str, Any]:
    """Labels, and the owner unless the data, and so the credentials, must outlive the lab."""
    labels = {
        **names.lab_labels(lab.key.name),
        names.COMPONENT_LABEL: "credentials",
        "app.kubernetes.io/managed-by": names.FIELD_MANAGER,
        "app.kubernetes.io/part-of": "streaminglab",
    }
    owners = [] if lab.spec.retain_data else [owner_reference(identity(lab))]
    return {"labels": labels, "ownerReferences": owners}
