"""Hand the installation's pull Secrets to the lab, where the administrator wants that."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api import Reason
from streaminglab_operator.errors import Conflict, NotFound
from streaminglab_operator.observed import Culprit
from streaminglab_operator.plan import Lab
from streaminglab_operator.plan.pull_secret import KEY, TYPE
from streaminglab_operator.ports import StoredSecret
from streaminglab_operator.reconcile import lab_secret
from streaminglab_operator.reconcile.identity import identity
from streaminglab_operator.reconcile.lab_secret import LOOK_SECONDS
from streaminglab_operator.reconcile.passes import GO_ON, Next, Pass
from streaminglab_operator.reconcile.pull_secrets import Logins
from streaminglab_operator.reconcile.steps import summarise
from streaminglab_operator.render import owner_reference

AGAIN_SECONDS = 10.0


@dataclass(slots=True)
class PullSecretMemory:
    """``digest``: of what the lab's Secret was last seen, or made, to hold; ``read_at``: when."""

    digest: str = ""
    read_at: float = float("-inf")


async def run(this: Pass) -> Next:
    """Makes or mends the lab's Secret, and ends the pass where it cannot be had.

    A Secret that was deleted by hand wakes nobody, so it is looked at from time to time.
    """
    logins = await this.tools.pull_secrets.logins()
    if logins is None:
        return GO_ON
    memory = this.memories.of(PullSecretMemory)
    wanted = hashlib.sha256(logins.config.encode()).hexdigest()
    if memory.digest == wanted and this.now - memory.read_at < LOOK_SECONDS:
        return Next(LOOK_SECONDS, alone=True)
    stored = await this.tools.cluster.read_secret(*_where(this.lab))
    why = _in_the_way(this.lab, stored, logins, this.tools.options.operator_namespace)
    if why is not None:
        await summarise.say_blocked(this, why, final=False)
        return Next(AGAIN_SECONDS, ends=True)
    if logins.config:
        try:
            await _write(this, stored, logins.config)
        except (Conflict, NotFound):
            return Next(AGAIN_SECONDS, alone=True)
    memory.digest, memory.read_at = wanted, this.now
    return Next(LOOK_SECONDS, alone=True)


def _where(lab: Lab) -> tuple[str, str]:
    return lab.key.namespace, names.pull_secret(lab.key.name)


def _in_the_way(lab: Lab, stored: StoredSecret | None, logins: Logins, home: str) -> Culprit | None:
    if stored is not None:
        # Logins that are gone take none away from a lab that has them.
        return lab_secret.in_the_way(lab, stored, names.pull_secret(lab.key.name))
    if not logins.fault:
        return None
    return Culprit(
        Reason.PULL_SECRET_MISSING,
        "images cannot be pulled: of the Secrets with the registries' logins in the namespace "
        f"{home}, {logins.fault}. Ask the administrator to make it; the lab then goes on by itself",
    )


async def _write(this: Pass, stored: StoredSecret | None, config: str) -> None:
    values, meta = {KEY: config}, _metadata(this.lab)
    if stored is None:
        await this.tools.cluster.create_secret(*_where(this.lab), values, meta, kind=TYPE)
    elif stored.values.get(KEY) != config or not _same(stored, meta):
        await this.tools.cluster.patch_secret(*_where(this.lab), values, meta, stored.version)


def _same(stored: StoredSecret, meta: Mapping[str, Any]) -> bool:
    owners = {owner["uid"] for owner in meta["ownerReferences"]}
    return stored.owners == owners and meta["labels"].items() <= stored.labels.items()


def _metadata(lab: Lab) -> dict[str, Any]:
    """It goes with the lab, also where the lab's data stays."""
    return {
        "labels": lab_secret.labels(lab, "image-pull"),
        "ownerReferences": [owner_reference(identity(lab))],
    }
