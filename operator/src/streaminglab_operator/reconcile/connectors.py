"""Connectors: look, plan, call Connect, say how they are. One look; harmless to repeat.

A look goes on in the background: no pass waits for what Connect answers. Connect may take half a
minute to judge a config, because connectors try to reach their database meanwhile; such a call goes
on beyond its look, and a later one finds its outcome. One connector's trouble holds up no other,
and no other lab.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import structlog

from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.api.status import ConnectorStatus, StreamingLabStatus
from streaminglab_operator.backoff import doubled
from streaminglab_operator.errors import ApiError, ConnectError
from streaminglab_operator.masking import masker
from streaminglab_operator.observed import Culprit
from streaminglab_operator.observed.connectors import ConnectorSeen
from streaminglab_operator.plan import Lab
from streaminglab_operator.plan.connector_track import Action, Track, carried_out, turned_down
from streaminglab_operator.plan.connectors import (
    SOON,
    STEADY,
    ConnectorStep,
    ConnectorsView,
    needs_secrets,
    plan_connectors,
    unseen,
    with_reason,
)
from streaminglab_operator.reconcile.background import Background
from streaminglab_operator.reconcile.connector_calls import CallResult, Reach, Work, carry_out
from streaminglab_operator.reconcile.connector_secrets import (
    ConnectorSecrets,
    in_thread,
    read_secrets,
)
from streaminglab_operator.services.connect import CONNECT
from streaminglab_operator.services.connect_spec import ConnectSpec
from streaminglab_operator.services.references import secret_references
from streaminglab_operator.status.connectors import recorded

log = structlog.get_logger()

SILENCE_SECONDS = 15.0
MOST_SILENT = 30.0
"""Between two looks at a Connect that does not answer: in a cluster whose network keeps us from all
of them, each lab would have a pass every two seconds."""
IDLE = 30.0
FOR_LONG = 3600.0
"""Where the end of what is waited for wakes the lab."""
SECRETS_AGAIN = 600.0
UNFIT_AGAIN = 60.0
"""Where a value was found that cannot be meant: its correction shows soon."""
MASKING_SHARE = 20.0
"""A lab's traces take at most a twentieth of the processor: its next look waits for so many times
as long as it took to mask them."""

_NO_PODS = "waits until Kafka Connect is ready"
_SWITCHED_OFF = "Kafka Connect is switched off; Kafka keeps the connector"


@dataclass(frozen=True, slots=True)
class Look:
    """The moment of a pass, and how its lab is woken when a look is over."""

    now: float
    wake: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Connected:
    """The connectors for the status, calls that changed something, and when to look again."""

    connectors: tuple[ConnectorStatus, ...]
    again_after: float
    calls: int = 0


@dataclass(slots=True)
class ConnectorsMemory:
    """Forgetting it costs a restart or a check, and nothing else. It holds no secret.

    - ``tracks``: by declared connector, back-off and what was last ordered
    - ``work``: by connector, the call that is under way
    - ``gone``: connectors that were ours, and that Connect does not have any more, for as long as
      the stored status names them: our own watch of it may be late
    - ``last``, ``reached_at``: what was last seen, and when: a single missed answer is no news
    - ``misses``: looks in a row without an answer, since that was said
    - ``said``, ``look_at``, ``generation``: what was last said (None: nothing yet), until when it
      holds, of which spec
    - ``look``, ``begun``: the one that is under way, and since when
    - ``answers``: whether the last whole pass found Connect to be there
    - ``unfit``, ``read_at``: what is to be said of the Secrets of connectors, and when they were
      read (None: not yet)
    """

    tracks: dict[str, Track] = field(default_factory=dict)
    work: dict[str, Work] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    last: tuple[ConnectorStatus, ...] = ()
    reached_at: float = 0.0
    misses: int = 0
    said: tuple[ConnectorStatus, ...] | None = None
    look_at: float = 0.0
    generation: int = -1
    look: Background[Connected] = field(default_factory=Background)
    begun: float = 0.0
    answers: bool = False
    unfit: Mapping[str, str] = field(default_factory=dict)
    read_at: float | None = None


def reconcile_connectors(
    lab: Lab,
    reach: Reach,
    memory: ConnectorsMemory,
    last: StreamingLabStatus,
    look: Look,
) -> Connected:
    """What the last look saw. The next one is begun when it is due, or when the spec has changed:
    passes are woken by every pod that moves.

    ``last``: the lab's status as it is *stored*; what is declared and not called managed by it is
    not touched before the next look, so write the status in between. Raises what went wrong in the
    last look: :class:`errors.ApiError` when Secrets cannot be read; never
    :class:`errors.ConnectError`.
    """
    connect = lab.spec.part(CONNECT.part)
    if connect is None:
        return waiting(lab, memory, last)
    ours = _ours(connect, memory, last)
    _take_up(memory, look.now)
    # Before the first look: what the process before this one has said.
    said = memory.said if memory.said is not None else tuple(last.connectors or ())
    same = memory.generation == lab.generation
    if same and look.now < memory.look_at:
        return Connected(said, memory.look_at - look.now)
    if not (same and memory.look.running):
        memory.generation, memory.begun = lab.generation, look.now
        work = look_once((lab, connect), reach, memory, ours, look.now)
        memory.look.begin(work, f"{lab.key}: connectors", partial(_over, memory, look.wake))
    return Connected(said, _pause(connect))


def _over(memory: ConnectorsMemory, wake: Callable[[], None]) -> None:
    """A look that saw nothing new wakes nobody: the pass that begins the next one takes it up."""
    done = memory.look.peek()
    if done is None or _is_news(memory, done):
        wake()


def _is_news(memory: ConnectorsMemory, done: Connected) -> bool:
    return done.connectors != memory.said or bool(done.calls) or done.again_after < STEADY


def _pause(connect: ConnectSpec) -> float:
    """Between two looks while nothing moves."""
    return STEADY if connect.connectors else IDLE


def _ours(
    connect: ConnectSpec | None, memory: ConnectorsMemory, last: StreamingLabStatus
) -> frozenset[str]:
    """What the stored status calls managed, without what is known to be gone since."""
    declared = {spec.name for spec in connect.connectors} if connect else set()
    stored = recorded(last)
    memory.gone = (memory.gone & stored) - declared
    return stored - memory.gone


def _take_up(memory: ConnectorsMemory, now: float) -> None:
    """What came of the last look, if that is over."""
    try:
        done = memory.look.take()
    except ApiError:
        memory.look_at = now + STEADY
        raise
    if done is not None:
        since = now if _is_news(memory, done) else memory.begun
        memory.said, memory.look_at = done.connectors, since + done.again_after


async def look_once(
    found: tuple[Lab, ConnectSpec],
    reach: Reach,
    memory: ConnectorsMemory,
    ours: Collection[str],
    now: float,
) -> Connected:
    """One look at a lab's connectors, and what follows. It may be cancelled at any moment."""
    lab, connect = found
    try:
        listed = await reach.connect.connectors(reach.at)
    except ConnectError as error:
        return _unreached(connect, memory, ours, error, now)
    connected = await _reconcile(lab, reach, memory, (connect, listed, ours), now)
    memory.last, memory.reached_at, memory.misses = connected.connectors, now, 0
    return connected


def waiting(lab: Lab, memory: ConnectorsMemory, last: StreamingLabStatus) -> Connected:
    """While no pod of Connect is ready, or the lab has none any more. ``last``: as above.

    What is ours stays so: Kafka keeps the connectors, and one that was dropped meanwhile would come
    to life again with Connect and belong to nobody. A pod that gets ready wakes the lab.
    """
    memory.look_at, memory.misses = 0.0, 0
    memory.look.cancel()
    connect = lab.spec.part(CONNECT.part)
    if connect is None:
        forget(memory)
    why = Culprit(Reason.WAITING_FOR_CONNECT, _NO_PODS if connect else _SWITCHED_OFF)
    ours = _ours(connect, memory, last)
    memory.said = unseen(connect.connectors if connect else (), ours, why)
    return Connected(memory.said, FOR_LONG)


def forget(memory: ConnectorsMemory) -> None:
    """End what is under way: the lab is gone, or has no Connect any more."""
    memory.look.cancel()
    for work in memory.work.values():
        work.task.cancel()
    memory.work.clear()
    memory.tracks.clear()
    memory.unfit, memory.read_at = {}, None
    memory.last = ()


async def _reconcile(
    lab: Lab,
    reach: Reach,
    memory: ConnectorsMemory,
    found: tuple[ConnectSpec, Sequence[ConnectorSeen], Collection[str]],
    now: float,
) -> Connected:
    connect, listed, ours = found
    secrets = await _secrets(lab, reach, memory, (connect, listed), now)
    seen, took = await in_thread(_masked, (secrets, listed))
    view = ConnectorsView(
        seen=seen,
        recorded=ours,
        now=now,
        missing=secrets.missing,
        versions=secrets.versions,
        unfit=memory.unfit,
    )
    steps = plan_connectors(connect.connectors, view, memory.tracks)
    outcomes = await carry_out(steps, reach, secrets.mask_of, memory.work)
    statuses, calls = _conclude(steps, outcomes, memory, now)
    again = max(_next_look(connect, steps, memory), MASKING_SHARE * took)
    return Connected(tuple(statuses), again, calls)


def _masked(
    given: tuple[ConnectorSecrets, Sequence[ConnectorSeen]],
) -> tuple[dict[str, ConnectorSeen], float]:
    """The connectors with traces that can be shown, and the seconds that it took."""
    secrets, listed = given
    began = time.perf_counter()
    return {c.name: secrets.masked(c) for c in listed}, time.perf_counter() - began


async def _secrets(
    lab: Lab,
    reach: Reach,
    memory: ConnectorsMemory,
    found: tuple[ConnectSpec, Sequence[ConnectorSeen]],
    now: float,
) -> ConnectorSecrets:
    """Secrets are read when something is to be put or told, not at each look. No watch tells that
    one was changed: those of connectors that run are looked at again after a while."""
    connect, listed = found
    referring = any(secret_references(spec.config) for spec in connect.connectors)
    pause = UNFIT_AGAIN if memory.unfit else SECRETS_AGAIN
    due = memory.read_at is None or now - memory.read_at >= pause
    needed = needs_secrets(connect.connectors, {c.name: c for c in listed})
    if not needed and not (referring and due):
        return ConnectorSecrets()
    secrets = await read_secrets(reach.cluster, lab.key, connect, listed)
    memory.unfit, memory.read_at = secrets.unfit, now
    return secrets


def _unreached(
    connect: ConnectSpec,
    memory: ConnectorsMemory,
    ours: Collection[str],
    error: ConnectError,
    now: float,
) -> Connected:
    if memory.last and now - memory.reached_at <= SILENCE_SECONDS:
        return Connected(memory.last, SOON)
    why = Culprit(Reason.CONNECT_UNREACHABLE, masker(()).line(str(error)))
    again = doubled(SOON if connect.connectors else STEADY, MOST_SILENT, memory.misses)
    memory.misses += 1
    return Connected(unseen(connect.connectors, ours, why), again)


def _conclude(
    steps: Iterable[ConnectorStep],
    outcomes: Mapping[str, CallResult],
    memory: ConnectorsMemory,
    now: float,
) -> tuple[list[ConnectorStatus], int]:
    """Remember what came of it; the statuses, and the number of calls that Connect accepted."""
    statuses, tracks, calls = [], {}, 0
    for planned in steps:
        step, name = planned, planned.status.name
        outcome = outcomes.get(name, CallResult(soon=True))
        if planned.action is not None and not outcome.soon:
            step = _after(planned, planned.action, outcome, now)
            calls += not (outcome.culprit or outcome.gone)
        if outcome.gone:
            memory.gone |= {name}
            continue
        statuses.append(step.status)
        if step.status.managed:
            tracks[name] = step.track
    memory.tracks = tracks
    return statuses, calls


def _after(step: ConnectorStep, action: Action, outcome: CallResult, now: float) -> ConnectorStep:
    why = outcome.culprit
    if why is None:
        log.info("connector", name=action.name, order=action.order, gone=outcome.gone)
        return replace(step, track=carried_out(step.track, action, now))
    step = replace(step, track=turned_down(step.track, action, why, now))
    # Why it failed says more than that it could not be restarted.
    if action.writes_config or step.status.reason in (None, Reason.NOT_RUNNING):
        return with_reason(step, why)
    return step


def _next_look(
    connect: ConnectSpec, steps: Iterable[ConnectorStep], memory: ConnectorsMemory
) -> float:
    if memory.work:
        return SOON
    return min([_pause(connect), *(step.again for step in steps if step.status.managed)])
