"""Set InfluxDB up once it answers; new tokens open the next gate, in a pass of its own, at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from streaminglab_operator import names
from streaminglab_operator.api import Reason
from streaminglab_operator.errors import InfluxDBError
from streaminglab_operator.observed import Culprit, LabView
from streaminglab_operator.plan import Lab
from streaminglab_operator.ports import Setup
from streaminglab_operator.reconcile.passes import AT_ONCE, GO_ON, Next, Pass
from streaminglab_operator.reconcile.steps import credentials
from streaminglab_operator.reconcile.steps.credentials import CredentialsMemory

RETRY_SECONDS = 1.0


@dataclass(slots=True)
class SetUpMemory:
    """``seen``: fingerprint of the InfluxDB pod that was last found set up; ``culprit``: why it
    could not be. Forgetting it costs two requests."""

    seen: str = ""
    culprit: Culprit | None = None

    def problems(self) -> dict[str, Culprit]:
        """By component, as the view has them."""
        return {"influxdb": self.culprit} if self.culprit else {}


async def run(this: Pass) -> Next:
    """Where tokens were made the pass ends: what waited for them is planned by the next one."""
    memory, known = this.memories.of(SetUpMemory), this.memories.of(CredentialsMemory)
    fingerprint = _fingerprint(this.view)
    if not this.desired.set_up_influxdb or memory.seen == fingerprint:
        return GO_ON
    try:
        values = await set_up(this, known.values)
    except InfluxDBError as error:
        memory.culprit = Culprit(Reason.SETUP_FAILED, str(error))
        return Next(RETRY_SECONDS)
    memory.culprit, memory.seen = None, fingerprint
    before = known.view
    known.keep(values, this.tools.clock.now())
    return AT_ONCE if before != known.view else GO_ON


def _fingerprint(view: LabView) -> str:
    return ",".join(pod.fingerprint for _, pod in view.pods("influxdb"))


async def set_up(this: Pass, values: Mapping[str, str]) -> dict[str, str]:
    """Set InfluxDB up if it never was, make the tokens that are missing, keep them.

    Harmless to repeat after any single step: set-up is refused the second time, and a token is
    found again by its description. An InfluxDB whose volume was lost is simply new again.
    ``values``: the credentials; they come back with the tokens among them.
    """
    lab, influxdb = this.lab, this.tools.influxdb
    setup = _setup(lab, this.tools.addresses.influxdb(lab.key), values)
    if await influxdb.is_new(setup.url):
        await influxdb.set_up(setup)
    tokens = dict(await influxdb.tokens(setup, lab.key.name))
    changed = {k: v for k, v in tokens.items() if values.get(k) != v}
    if changed:
        name = names.credentials(lab.key.name)
        await this.tools.cluster.write_secret(
            lab.key.namespace, name, changed, credentials.metadata(lab)
        )
    return {**values, **tokens}


def _setup(lab: Lab, url: str, values: Mapping[str, str]) -> Setup:
    return Setup(
        url=url,
        username=values["influxdb-username"],
        password=values["influxdb-password"],
        admin_token=values["influxdb-admin-token"],
        org=lab.spec.org,
        bucket=lab.spec.bucket,
        retention_seconds=lab.spec.retention_seconds,
    )
