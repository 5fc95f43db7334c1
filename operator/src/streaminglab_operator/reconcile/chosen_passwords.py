"""The passwords that a lab's spec chooses, through a Secret of its namespace."""

from collections.abc import Mapping

from streaminglab_operator.api import Reason
from streaminglab_operator.errors import Forbidden
from streaminglab_operator.observed import Culprit
from streaminglab_operator.plan.credentials import choosable
from streaminglab_operator.reconcile.passes import Pass
from streaminglab_operator.schema import units


async def chosen(this: Pass) -> Mapping[str, str] | Culprit:
    """By key of the lab's Secret; or why they cannot be had. What is wrong is never repeated."""
    name = this.lab.spec.passwords_secret_name
    if not name:
        return {}
    try:
        stored = await this.tools.cluster.read_secret(this.key.namespace, name)
    except Forbidden:
        return _culprit(f"the Secret {name} cannot be read: ask the administrator of the cluster")
    if stored is None:
        return _culprit(
            f"the Secret {name}, which spec.passwordsSecretName names, is not there: make it "
            f"(kubectl create secret generic {name} --from-literal=page-password=...), or take the "
            "field out"
        )
    found = {k: stored.values[k] for k in choosable(this.lab) if k in stored.values}
    unfit = [k for k, value in found.items() if not units.fits(units.PASSWORD, value)]
    if unfit:
        return _culprit(
            f"in the Secret {name}, which spec.passwordsSecretName names, write 8 to 64 letters "
            f"without accent, digits, '.', '_', '~' or '-' for {', '.join(unfit)}, and no line end"
        )
    return found


def _culprit(message: str) -> Culprit:
    return Culprit(Reason.PASSWORDS_NOT_USABLE, message)
