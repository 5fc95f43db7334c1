"""Set InfluxDB up once it answers; new tokens open the next gate, in a pass of its own, at once.

InfluxDB is asked in the background: whatever it answers, and however slowly, no pass waits for it.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from streaminglab_operator import names
from streaminglab_operator.api import Reason, StreamingLabStatus
from streaminglab_operator.api.conditions import condition_of
from streaminglab_operator.backoff import doubled
from streaminglab_operator.errors import InfluxDBError
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import Culprit, JobState, LabView, WorkloadState
from streaminglab_operator.plan import Lab, credentials
from streaminglab_operator.plan.secret import Secret
from streaminglab_operator.ports import Endpoint, InfluxDB, Setup
from streaminglab_operator.reconcile import lab_secret
from streaminglab_operator.reconcile.background import Background
from streaminglab_operator.reconcile.lab_secret import INJECT, CredentialsMemory, digest
from streaminglab_operator.reconcile.passes import AT_ONCE, GO_ON, Next, Pass
from streaminglab_operator.reconcile.reachable import serves
from streaminglab_operator.services import BY_COMPONENT, PROGRAMS
from streaminglab_operator.services.influxdb import (
    ADMIN_TOKEN,
    METRICS_BUCKET,
    PASSWORD,
    token,
)

INFLUXDB = "influxdb"
METRICS = token("metrics")
COMPARISONS = frozenset(program.component for program in PROGRAMS if program.of_pods)
DEADLINE_SECONDS = 20.0
"""For all calls of one attempt; a healthy InfluxDB needs a second."""
FIRST_RETRY_SECONDS, MAX_RETRY_SECONDS = 1.0, 60.0
LATER_SECONDS = 300.0
"""The first pass after that asks an InfluxDB which need not be asked at the start of this process,
with all others. There is one within ten minutes (:mod:`reconcile.steps.credentials`)."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of InfluxDB: tokens of an epoch, or the end of those of earlier epochs.

    - ``fingerprint``: of the pods that are asked
    - ``login``: whether its own user gets his password again: that of this epoch, or, where the
      Secret was lost, and with it the count of rotations, the one that it shows now
    """

    fingerprint: str
    epoch: int = 0
    login: bool = False
    revoke: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one attempt. ``new``: whether InfluxDB had never been set up before;
    ``password``: of its user, as it is now."""

    order: Order
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    password: str = field(default="", repr=False)
    new: bool = False
    error: str = ""


@dataclass(slots=True)
class SetUpMemory:
    """Forgetting it costs two requests.

    - ``seen``: fingerprint of the InfluxDB pod that was last found set up
    - ``look_at``: when that one is to be asked nevertheless; None: need not be
    - ``culprit``: why it could not be; ``recalled``: whether it was sought in the status
    - ``failing``, ``failures``: what failed, and how often in a row; ``not_before``: when it is
      tried again
    - ``attempt``: what is under way
    """

    seen: str = ""
    look_at: float | None = None
    culprit: Culprit | None = None
    recalled: bool = False
    failing: Order | None = None
    failures: int = 0
    not_before: float = 0.0
    attempt: Background[Attempt] = field(default_factory=Background)

    def problems(self) -> dict[str, Culprit]:
        """By component, as the view has them."""
        return {INFLUXDB: self.culprit} if self.culprit else {}

    def recall(self, last: StreamingLabStatus) -> None:
        """At first: what the process before this one could not do is so until it was tried."""
        said = last.condition(condition_of(BY_COMPONENT[INFLUXDB]))
        if not self.recalled and said is not None and said.reason is Reason.SETUP_FAILED:
            self.culprit = Culprit(said.reason, said.message.removeprefix(f"{INFLUXDB}: "))
        self.recalled = True

    def trust(self, fingerprint: str, now: float) -> None:
        """This pod is known to be set up by what was done with it: it is asked later."""
        self.seen, self.look_at = fingerprint, now + LATER_SECONDS

    def failed(self, done: Attempt, words: str, now: float) -> float:
        """Remember it; the seconds until the next attempt: twice as many each time.

        Of an InfluxDB that has all its tokens one attempt alone says nothing: a call can be lost,
        and an operator that begins asks those of all labs at once.
        """
        if self.failing != done.order:
            self.failing, self.failures = done.order, 0
        wait = doubled(FIRST_RETRY_SECONDS, MAX_RETRY_SECONDS, self.failures)
        if done.order.login or self.failures:
            self.culprit = Culprit(Reason.SETUP_FAILED, words)
        self.failures, self.not_before = self.failures + 1, now + wait
        return wait

    def succeeded(self, fingerprint: str) -> None:
        """Nothing is left to do for this pod."""
        self.culprit, self.seen, self.failing, self.look_at = None, fingerprint, None, None

    def waits(self, order: Order, now: float) -> float:
        """In how many seconds it is due; another pod is not made to wait for the former."""
        return max(0.0, self.not_before - now) if self.failing == order else 0.0


async def run(this: Pass) -> Next:
    """Where tokens were made the pass ends: what waited for them is planned by the next one."""
    memory, now = this.memories.of(SetUpMemory), this.tools.clock.now()
    order = _order(this, memory)
    if order is None:
        memory.attempt.cancel()
        return GO_ON
    done = memory.attempt.take()
    if done is not None and done.order == order:
        if done.error:
            return Next(memory.failed(done, _words(this, done.error), now))
        return await _keep(this, memory, done)
    if memory.attempt.running:
        return GO_ON
    if wait := memory.waits(order, now):
        return Next(wait)
    _begin(this, memory, order)
    return GO_ON


def _order(this: Pass, memory: SetUpMemory) -> Order | None:
    """What is to be asked of InfluxDB now, if anything."""
    if not this.desired.set_up_influxdb or not serves(this, INFLUXDB):
        return None
    known = this.memories.of(CredentialsMemory)
    sealed, fingerprint = known.sealed, _fingerprint(this.view)
    followed = sealed.influxdb == sealed.epoch
    whole = known.values.keys() >= credentials.tokens(this.lab)
    if not memory.seen and not memory.culprit and _compared(this):
        memory.trust(fingerprint, this.now)
    due = memory.look_at is not None and this.now >= memory.look_at
    if memory.seen != fingerprint or not whole or not followed or due:
        return Order(fingerprint, sealed.epoch, login=not (whole and followed))
    if sealed.revoked == sealed.epoch or not _at_rest(this):
        return None
    return Order(fingerprint, sealed.epoch, revoke=True)


def _compared(this: Pass) -> bool:
    """Whether what is in the very InfluxDB that runs now was compared with Kafka's: so it was set
    up, and its tokens were in use."""
    found = (r for r in this.desired.releases if r.component in COMPARISONS)
    made = {this.desired.verified_before, *(r.name(this.key.name) for r in found)}
    states = (o.state for o in this.view.of_kind("Job") if o.name in made)
    return any(isinstance(state, JobState) and state.complete for state in states)


def _begin(this: Pass, memory: SetUpMemory, order: Order) -> None:
    key, tools, known = this.key, this.tools, this.memories.of(CredentialsMemory)
    values = dict(known.values)
    if known.sealed.influxdb != order.epoch:
        ahead = replace(known.sealed, influxdb=order.epoch)
        values[PASSWORD] = lab_secret.keeper(this).derived(ahead, PASSWORD)
    setup = _setup(this.lab, tools.addresses.influxdb(key), values)

    def ended() -> None:
        """Nothing is left to a pass where all was found as it is known."""
        done = memory.attempt.peek()
        if done is not None and memory.culprit is None and _as_known(known, done):
            memory.attempt.take()
            memory.succeeded(order.fingerprint)
        else:
            tools.wake(key)

    work = attempt(tools.influxdb, setup, key, order)
    memory.attempt.begin(work, f"{key}: set-up of InfluxDB", ended)


def _as_known(known: CredentialsMemory, done: Attempt) -> bool:
    """Whether an attempt has found what the Secret holds, and nothing is left to be done."""
    sealed, order = known.sealed, done.order
    if done.error or done.new or order.login or order.revoke or not sealed.database:
        return False
    followed = sealed.influxdb == sealed.revoked == order.epoch
    return followed and done.tokens.items() <= known.values.items()


async def attempt(influxdb: InfluxDB, setup: Setup, key: LabKey, order: Order) -> Attempt:
    """Set InfluxDB up if it never was, and make the tokens that are missing; or take away those
    of earlier epochs.

    Harmless to repeat after any single call: set-up is refused the second time, a token is found
    again by its description, and a password that was given is given once more. An InfluxDB whose
    volume was lost is simply new again.
    """
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            if order.revoke:
                await influxdb.revoke(setup, [_owner(key, n) for n in range(order.epoch)])
                return Attempt(order)
            new = await influxdb.is_new(setup.at)
            if new:
                await influxdb.set_up(setup)
            tokens = await influxdb.tokens(setup, _owner(key, order.epoch))
            if order.login and not new:
                await influxdb.set_password(setup)
            return Attempt(order, tokens, setup.password, new)
    except InfluxDBError as error:
        return Attempt(order, error=str(error))
    except TimeoutError:
        late = f"InfluxDB at {setup.at.url} does not answer within {DEADLINE_SECONDS:.0f} seconds"
        return Attempt(order, error=late)


def _words(this: Pass, said: str) -> str:
    """An InfluxDB that was set up, and not with this lab's credentials, organisation or bucket,
    has a volume that was kept from another lab. No client gets a token for it."""
    if not (" 401 " in said or "InfluxDB has no " in said):
        return said
    claim = f"data-{names.release(this.key.name, INFLUXDB)}-0"
    return (
        f"InfluxDB's volume was kept from a lab with other credentials, or another organisation or "
        f"bucket. Bring back that lab as it was, and the Secret {names.credentials(this.key.name)} "
        f"from a copy if it was lost, or delete the PersistentVolumeClaim {claim} to begin with an "
        f"empty one ({said})"
    )


async def _keep(this: Pass, memory: SetUpMemory, done: Attempt) -> Next:
    """Into the credentials Secret: what is new in InfluxDB, and how far the rotation has come."""
    known, order = this.memories.of(CredentialsMemory), done.order
    before = known.view
    if order.revoke:
        sealed, values = replace(known.sealed, revoked=order.epoch), known.values
    else:
        values = {**known.values, **done.tokens, PASSWORD: done.password}
        database = _database(known, done.tokens, new=done.new)
        sealed = replace(known.sealed, influxdb=order.epoch, database=database)
        if done.new:
            sealed = replace(sealed, revoked=order.epoch)
    stored = lab_secret.as_remembered(known, this.lab)
    await lab_secret.write(this, stored, Secret(values, sealed))
    memory.succeeded(order.fingerprint)
    # A restarted operator finds all as it should be but for the old tokens: nothing else wakes it.
    return AT_ONCE if before != known.view or sealed.revoked != sealed.epoch else GO_ON


def _owner(key: LabKey, epoch: int) -> str:
    """How the descriptions of a lab's tokens begin: those of another epoch are others."""
    return f"{key.name} #{epoch}" if epoch else key.name


def _database(known: CredentialsMemory, tokens: Mapping[str, str], *, new: bool) -> str:
    """What stands for the volume: it stays when the tokens are rotated."""
    before = known.values.get(INJECT, "")
    if new or not (before or known.sealed.database):
        return digest(tokens[INJECT])
    return known.sealed.database or digest(before)


def _at_rest(this: Pass) -> bool:
    """Nothing had to be written, and every workload runs as it was last asked to."""
    states = [o.state for o in this.tools.store.objects(this.key).values()]
    return not this.writes and all(s.up for s in states if isinstance(s, WorkloadState))


def forget(memory: SetUpMemory) -> None:
    """End what is under way: the lab is gone."""
    memory.attempt.cancel()


def _fingerprint(view: LabView) -> str:
    return ",".join(pod.fingerprint for _, pod in view.pods(INFLUXDB))


def _setup(lab: Lab, at: Endpoint, values: Mapping[str, str]) -> Setup:
    # Also where the lab has them no more: a rotation must leave no old token behind in the Secret,
    # that would be taken for a good one later.
    with_metrics = METRICS in {*credentials.tokens(lab), *values}
    return Setup(
        at=at,
        username=values["influxdb-username"],
        password=values[PASSWORD],
        admin_token=values[ADMIN_TOKEN],
        org=lab.spec.org,
        bucket=lab.spec.bucket,
        retention_seconds=lab.spec.retention_seconds,
        metrics_bucket=METRICS_BUCKET if with_metrics else "",
    )
