"""The Secret with a lab's credentials: whose it is, and how it is written."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api import EffectiveSpec, Reason
from streaminglab_operator.errors import Conflict, NotFound
from streaminglab_operator.observed import CredentialsView, Culprit
from streaminglab_operator.plan import Lab
from streaminglab_operator.plan.credentials import needed
from streaminglab_operator.plan.seals import Keeper, Sealed
from streaminglab_operator.plan.secret import Secret
from streaminglab_operator.ports import StoredSecret
from streaminglab_operator.reconcile.identity import identity
from streaminglab_operator.reconcile.passes import Pass
from streaminglab_operator.render import owner_reference
from streaminglab_operator.services.influxdb import DATABASE, token

LOOK_SECONDS = 600.0
"""A Secret that was deleted by hand wakes nobody, so it is looked at so often."""
INJECT = token("inject")
_MANAGED = "app.kubernetes.io/managed-by"


@dataclass(slots=True)
class CredentialsMemory:
    """The credentials as last read or written. Forgetting them costs one look at the Secret.

    - ``values``: never logged, never shown
    - ``seals``: as text, for the status; ``version``: of the Secret, None before it was read
    - ``asked``: what of the lab it was looked at for
    - ``needed``: the keys that a spec asks for, worked out once for it
    """

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    sealed: Sealed = field(default_factory=Sealed)
    seals: str = ""
    view: CredentialsView | None = None
    version: str | None = None
    read_at: float = 0.0
    asked: str = ""
    needed: tuple[EffectiveSpec, frozenset[str]] | None = None

    def needs(self, lab: Lab) -> frozenset[str]:
        """All keys that the operator itself sees to."""
        if self.needed is None or self.needed[0] is not lab.spec:
            self.needed = lab.spec, needed(lab)
        return self.needed[1]


def keeper(this: Pass) -> Keeper:
    """The master key, for this lab."""
    return Keeper(this.tools.master, this.key)


def view(values: Mapping[str, str], database: str = "") -> CredentialsView:
    """What the planner may know: key names, and of each a digest that changes with its value."""
    digests = {k: digest(v) for k, v in sorted(values.items()) if v}
    found = database or digests.get(INJECT, "")
    return CredentialsView(digests | ({DATABASE: found} if found else {}))


def digest(value: str) -> str:
    """Changes with a value, and does not show it."""
    return hashlib.sha256(value.encode()).hexdigest()


def in_the_way(lab: Lab, stored: StoredSecret, name: str) -> Culprit | None:
    """Why a Secret of the right name must not be touched: it is not this lab's, or not for long."""
    ours = lab.uid in stored.owners
    if not ours and not _labelled(lab, stored):
        return Culprit(
            Reason.NAME_TAKEN,
            f"the Secret {name} is there and is not this lab's, so it is left as it is; delete it "
            "if nobody needs it, or give the lab another name",
        )
    if stored.deleting or (stored.owners and not ours):
        return Culprit(
            Reason.FORMER_LAB,
            f"the former lab of this name is still being removed: the Secret {name} is not gone "
            "yet; this lab goes on by itself",
        )
    return None


def _labelled(lab: Lab, stored: StoredSecret) -> bool:
    found = stored.labels
    named = found.get(names.LAB_LABEL) == lab.key.name
    return named and found.get(_MANAGED) == names.FIELD_MANAGER


async def write(this: Pass, stored: StoredSecret | None, wanted: Secret) -> None:
    """Make the Secret hold what it should, if it does not yet, and remember it.

    One request with all values where there is none, and otherwise a patch of the version that was
    read. Raises ``Conflict`` or ``NotFound`` when somebody was quicker: the next pass looks anew.
    """
    memory, lab = this.memories.of(CredentialsMemory), this.lab
    where = (lab.key.namespace, names.credentials(lab.key.name))
    text = keeper(this).write(wanted.sealed, wanted.values)
    meta = _metadata(lab, text)
    try:
        if stored is None:
            version = await this.tools.cluster.create_secret(*where, wanted.values, meta)
        elif _differs(stored, wanted.values, meta):
            version = await this.tools.cluster.patch_secret(
                *where, _changes(stored, wanted.values), meta, stored.version
            )
        else:
            version = stored.version
    except (Conflict, NotFound):
        memory.view = None
        raise
    memory.values, memory.sealed, memory.seals = dict(wanted.values), wanted.sealed, text
    memory.view, memory.version = view(wanted.values, wanted.sealed.database), version
    memory.read_at = this.tools.clock.now()
    memory.asked = this.record.asked


def as_remembered(memory: CredentialsMemory, lab: Lab) -> StoredSecret:
    """The Secret as this process last saw it, to be written once more."""
    meta = _metadata(lab, memory.seals)
    return StoredSecret(
        memory.values,
        frozenset(owner["uid"] for owner in meta["ownerReferences"]),
        meta["labels"],
        meta["annotations"],
        memory.version or "",
    )


def _differs(stored: StoredSecret, values: Mapping[str, str], meta: Mapping[str, Any]) -> bool:
    return (
        bool(_changes(stored, values))
        or stored.owners != {owner["uid"] for owner in meta["ownerReferences"]}
        or not meta["labels"].items() <= stored.labels.items()
        or not meta["annotations"].items() <= stored.annotations.items()
    )


def _changes(stored: StoredSecret, values: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in values.items() if stored.values.get(k) != v}


def labels(lab: Lab, component: str) -> dict[str, str]:
    """Of a Secret that the operator makes for a lab."""
    return {
        **names.lab_labels(lab.key.name),
        names.COMPONENT_LABEL: component,
        _MANAGED: names.FIELD_MANAGER,
        "app.kubernetes.io/part-of": "streaminglab",
    }


def _metadata(lab: Lab, seals: str) -> dict[str, Any]:
    """Labels, seals, and the owner unless the data, and so the credentials, outlive the lab."""
    owners = [] if lab.spec.retain_data else [owner_reference(identity(lab))]
    return {
        "labels": labels(lab, "credentials"),
        "annotations": {names.SEALS_ANNOTATION: seals},
        "ownerReferences": owners,
    }
