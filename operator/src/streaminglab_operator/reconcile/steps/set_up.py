"""Set InfluxDB up once it answers; new tokens open the next gate, in a pass of its own, at once.

InfluxDB is asked in the background: whatever it answers, and however slowly, no pass waits for it.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from streaminglab_operator import names
from streaminglab_operator.api import Reason
from streaminglab_operator.errors import InfluxDBError
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import Culprit, LabView
from streaminglab_operator.plan import Lab
from streaminglab_operator.ports import Endpoint, InfluxDB, Setup
from streaminglab_operator.reconcile.background import Background
from streaminglab_operator.reconcile.passes import AT_ONCE, GO_ON, Next, Pass
from streaminglab_operator.reconcile.reachable import serves
from streaminglab_operator.reconcile.steps import credentials
from streaminglab_operator.reconcile.steps.credentials import CredentialsMemory

DEADLINE_SECONDS = 20.0
"""For all calls of one attempt; a healthy InfluxDB needs a second."""
FIRST_RETRY_SECONDS, MAX_RETRY_SECONDS = 1.0, 60.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one attempt. ``fingerprint``: of the pods that it was made with."""

    fingerprint: str
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    error: str = ""


@dataclass(slots=True)
class SetUpMemory:
    """Forgetting it costs two requests.

    - ``seen``: fingerprint of the InfluxDB pod that was last found set up
    - ``culprit``: why it could not be
    - ``failing``, ``failures``: with which pod, and how often in a row; ``not_before``: when it is
      tried again
    - ``attempt``: what is under way
    """

    seen: str = ""
    culprit: Culprit | None = None
    failing: str = ""
    failures: int = 0
    not_before: float = 0.0
    attempt: Background[Attempt] = field(default_factory=Background)

    def problems(self) -> dict[str, Culprit]:
        """By component, as the view has them."""
        return {"influxdb": self.culprit} if self.culprit else {}

    def failed(self, done: Attempt, now: float) -> float:
        """Remember it; the seconds until the next attempt: twice as many each time."""
        if self.failing != done.fingerprint:
            self.failing, self.failures = done.fingerprint, 0
        wait = min(MAX_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2.0 ** min(self.failures, 16))
        self.culprit = Culprit(Reason.SETUP_FAILED, done.error)
        self.failures, self.not_before = self.failures + 1, now + wait
        return wait

    def succeeded(self, fingerprint: str) -> None:
        """Nothing is left to do for this pod."""
        self.culprit, self.seen, self.failing = None, fingerprint, ""

    def waits(self, fingerprint: str, now: float) -> float:
        """In how many seconds it is due; another pod is not made to wait for the former."""
        return max(0.0, self.not_before - now) if self.failing == fingerprint else 0.0


async def run(this: Pass) -> Next:
    """Where tokens were made the pass ends: what waited for them is planned by the next one."""
    memory, now = this.memories.of(SetUpMemory), this.tools.clock.now()
    fingerprint = _fingerprint(this.view)
    if not _wanted(this) or memory.seen == fingerprint:
        memory.attempt.cancel()
        return GO_ON
    done = memory.attempt.take()
    if done is not None and done.fingerprint == fingerprint:
        return Next(memory.failed(done, now)) if done.error else await _keep(this, memory, done)
    if memory.attempt.running:
        return GO_ON
    if wait := memory.waits(fingerprint, now):
        return Next(wait)
    _begin(this, memory, fingerprint)
    return GO_ON


def _wanted(this: Pass) -> bool:
    return this.desired.set_up_influxdb and serves(this, "influxdb")


def _begin(this: Pass, memory: SetUpMemory, fingerprint: str) -> None:
    key, tools = this.key, this.tools
    values = this.memories.of(CredentialsMemory).values
    setup = _setup(this.lab, tools.addresses.influxdb(key), values)
    work = attempt(tools.influxdb, setup, key, fingerprint)
    memory.attempt.begin(work, f"{key}: set-up of InfluxDB", lambda: tools.wake(key))


async def attempt(influxdb: InfluxDB, setup: Setup, key: LabKey, fingerprint: str) -> Attempt:
    """Set InfluxDB up if it never was, and make the tokens that are missing.

    Harmless to repeat after any single call: set-up is refused the second time, and a token is
    found again by its description. An InfluxDB whose volume was lost is simply new again.
    """
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            if await influxdb.is_new(setup.at):
                await influxdb.set_up(setup)
            return Attempt(fingerprint, await influxdb.tokens(setup, key.name))
    except InfluxDBError as error:
        return Attempt(fingerprint, error=str(error))
    except TimeoutError:
        late = f"InfluxDB at {setup.at.url} does not answer within {DEADLINE_SECONDS:.0f} seconds"
        return Attempt(fingerprint, error=late)


async def _keep(this: Pass, memory: SetUpMemory, done: Attempt) -> Next:
    """Into the credentials Secret with the tokens that are new."""
    known, lab = this.memories.of(CredentialsMemory), this.lab
    changed = {k: v for k, v in done.tokens.items() if known.values.get(k) != v}
    if changed:
        await this.tools.cluster.write_secret(
            lab.key.namespace, names.credentials(lab.key.name), changed, credentials.metadata(lab)
        )
    memory.succeeded(done.fingerprint)
    before = known.view
    known.keep({**known.values, **done.tokens}, this.tools.clock.now())
    return AT_ONCE if before != known.view else GO_ON


def forget(memory: SetUpMemory) -> None:
    """End what is under way: the lab is gone."""
    memory.attempt.cancel()


def _fingerprint(view: LabView) -> str:
    return ",".join(pod.fingerprint for _, pod in view.pods("influxdb"))


def _setup(lab: Lab, at: Endpoint, values: Mapping[str, str]) -> Setup:
    return Setup(
        at=at,
        username=values["influxdb-username"],
        password=values["influxdb-password"],
        admin_token=values["influxdb-admin-token"],
        org=lab.spec.org,
        bucket=lab.spec.bucket,
        retention_seconds=lab.spec.retention_seconds,
    )
