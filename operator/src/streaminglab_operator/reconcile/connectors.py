"""Connectors: look, plan, call Connect, say how they are. One look; harmless to repeat.

Nothing here waits for long. Connect may take half a minute to judge a config, because connectors
try to reach their database meanwhile; such a call goes on in the background, and a later look
finds its outcome. One connector's trouble holds up no other, and no other lab.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.api.status import ConnectorStatus
from streaminglab_operator.errors import ConnectBusy, ConnectError, PluginMissing
from streaminglab_operator.observed import Culprit
from streaminglab_operator.observed.connectors import ConnectorSeen
from streaminglab_operator.observed.masking import Mask, first_line
from streaminglab_operator.plan import Lab
from streaminglab_operator.plan.connector_track import Action, Track, carried_out, turned_down
from streaminglab_operator.plan.connectors import (
    SOON,
    STEADY,
    Sight,
    Step,
    needs_secrets,
    plan_connectors,
    told,
    unseen,
)
from streaminglab_operator.ports import CheckedConfig, Cluster, Connect
from streaminglab_operator.reconcile.connector_secrets import Vault, open_vault
from streaminglab_operator.services.connect import CONNECT
from streaminglab_operator.services.connect_spec import ConnectSpec

log = structlog.get_logger()

PATIENCE_SECONDS = 2.0
SILENCE_SECONDS = 15.0
IDLE = 30.0
FOR_LONG = 600.0
MAX_ERRORS = 3

_NO_PODS = "waits until Kafka Connect is ready"
_SWITCHED_OFF = "Kafka Connect is switched off; Kafka keeps the connector"


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a lab's Secrets and its Connect are."""

    cluster: Cluster
    connect: Connect
    url: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call. ``culprit``: it was refused; ``soon``: try again at the next look;
    ``gone``: there was nothing to delete. Its words are masked."""

    culprit: Culprit | None = None
    soon: bool = False
    gone: bool = False


@dataclass(slots=True)
class Work:
    """A call that is under way."""

    action: Action
    task: asyncio.Task[Outcome] = field(repr=False)


@dataclass(slots=True)
class ConnectorsMemory:
    """Forgetting it costs a restart or a check, and nothing else. It holds no secret.

    - ``tracks``: by declared connector, back-off and what was last ordered
    - ``work``: by connector, the call that is under way
    - ``last``, ``reached_at``: what was last seen, and when: a single missed answer is no news
    - ``told``, ``look_at``, ``generation``: what was last said, until when it holds, of which spec
    """

    tracks: dict[str, Track] = field(default_factory=dict)
    work: dict[str, Work] = field(default_factory=dict)
    last: tuple[ConnectorStatus, ...] = ()
    reached_at: float = 0.0
    told: tuple[ConnectorStatus, ...] = ()
    look_at: float = 0.0
    generation: int = -1


@dataclass(frozen=True, slots=True)
class Tended:
    """The connectors for the status, calls that changed something, and when to look again."""

    connectors: tuple[ConnectorStatus, ...]
    again_after: float
    calls: int = 0


async def tend(
    lab: Lab, reach: Reach, memory: ConnectorsMemory, recorded: Collection[str], now: float
) -> Tended:
    """One look at a lab's connectors, and what follows from it; nothing before the next is due,
    unless the spec has changed: passes are woken by every pod that moves.

    ``recorded``: the names that the lab's *stored* status calls managed; what is declared and not
    yet among them is not touched before the next look, so write the status in between. Raises
    :class:`errors.ApiError` when Secrets cannot be read; never :class:`errors.ConnectError`.
    """
    connect = lab.spec.part(CONNECT.part)
    if connect is None:
        return waiting(lab, memory, recorded)
    if now < memory.look_at and memory.generation == lab.generation:
        return Tended(memory.told, memory.look_at - now)
    try:
        listed = await reach.connect.connectors(reach.url)
    except ConnectError as error:
        tended = _unreached(connect, memory, recorded, error, now)
    else:
        tended = await _tend(lab, reach, memory, (connect, listed, recorded), now)
        memory.last, memory.reached_at = tended.connectors, now
    memory.told, memory.look_at = tended.connectors, now + tended.again_after
    memory.generation = lab.generation
    return tended


def waiting(lab: Lab, memory: ConnectorsMemory, recorded: Collection[str]) -> Tended:
    """Instead of :func:`tend` while no pod of Connect is ready, or the lab has none any more.

    What is ours stays so: Kafka keeps the connectors, and one that was dropped meanwhile would come
    to life again with Connect and belong to nobody. A pod that gets ready wakes the lab.
    """
    memory.look_at = 0.0
    connect = lab.spec.part(CONNECT.part)
    if connect is None:
        forget(memory)
    why = Culprit(Reason.WAITING_FOR_CONNECT, _NO_PODS if connect else _SWITCHED_OFF)
    return Tended(unseen(connect.connectors if connect else (), recorded, why), FOR_LONG)


def forget(memory: ConnectorsMemory) -> None:
    """End what is under way: the lab is gone, or has no Connect any more."""
    for work in memory.work.values():
        work.task.cancel()
    memory.work.clear()
    memory.tracks.clear()
    memory.last = ()


async def _tend(
    lab: Lab,
    reach: Reach,
    memory: ConnectorsMemory,
    found: tuple[ConnectSpec, Sequence[ConnectorSeen], Collection[str]],
    now: float,
) -> Tended:
    connect, listed, recorded = found
    vault = await _vault(lab, reach.cluster, connect, listed)
    sight = Sight(
        seen={c.name: vault.told(c) for c in listed},
        recorded=recorded,
        now=now,
        missing=vault.missing,
        versions=vault.versions,
    )
    steps = plan_connectors(connect.connectors, sight, memory.tracks)
    outcomes = await _carry_out(steps, reach, vault.mask, memory)
    statuses, calls = _conclude(steps, outcomes, memory, now)
    return Tended(tuple(statuses), _next_look(connect, steps, memory), calls)


async def _vault(
    lab: Lab, cluster: Cluster, connect: ConnectSpec, listed: Sequence[ConnectorSeen]
) -> Vault:
    """Secrets are read only when something is to be put or told: not at each look."""
    if not needs_secrets(connect.connectors, {c.name: c for c in listed}):
        return Vault()
    return await open_vault(cluster, lab.key, connect, listed)


def _unreached(
    connect: ConnectSpec,
    memory: ConnectorsMemory,
    recorded: Collection[str],
    error: ConnectError,
    now: float,
) -> Tended:
    if memory.last and now - memory.reached_at <= SILENCE_SECONDS:
        return Tended(memory.last, SOON)
    why = Culprit(Reason.CONNECT_UNREACHABLE, first_line(str(error)))
    again = SOON if connect.connectors else STEADY
    return Tended(unseen(connect.connectors, recorded, why), again)


async def _carry_out(
    steps: Iterable[Step], reach: Reach, mask: Mask, memory: ConnectorsMemory
) -> dict[str, Outcome]:
    """Begin the calls, and wait a moment for them; by connector, the outcome of those done."""
    actions = {s.action.name: s.action for s in steps if s.action is not None}
    for name in list(memory.work):
        work = memory.work[name]
        if actions.get(name) != work.action and not work.task.done():
            # The spec has changed, or somebody else has done it: the newer wish wins at once.
            work.task.cancel()
            del memory.work[name]
    for name, action in actions.items():
        if name not in memory.work:
            task = asyncio.create_task(_call(action, reach, mask), name=f"connector {name}")
            memory.work[name] = Work(action, task)
    if memory.work:
        await asyncio.wait([w.task for w in memory.work.values()], timeout=PATIENCE_SECONDS)
    done = {name: work for name, work in memory.work.items() if work.task.done()}
    for name in done:
        del memory.work[name]
    return {n: w.task.result() for n, w in done.items() if actions.get(n) == w.action}


async def _call(action: Action, reach: Reach, mask: Mask) -> Outcome:
    """One call, whatever it leads to; all words in its outcome are masked."""
    try:
        if action.writes_config:
            checked = await reach.connect.check(reach.url, action.config)
            if why := _objection(checked, mask):
                return Outcome(why)
        return Outcome(gone=not await _send(action, reach))
    except PluginMissing as error:
        return Outcome(Culprit(Reason.PLUGIN_MISSING, first_line(mask(str(error)), 600)))
    except ConnectBusy:
        return Outcome(soon=True)
    except ConnectError as error:
        said = first_line(mask(str(error)))
        wrong = action.writes_config and 400 <= error.status < 500  # noqa: PLR2004 (HTTP)
        return Outcome(Culprit(Reason.CONFIG_INVALID if wrong else Reason.NOT_RUNNING, said))


async def _send(action: Action, reach: Reach) -> bool:
    """False if there was nothing to do it to."""
    connect, url, name = reach.connect, reach.url, action.name
    match action.order:
        case "put":
            await connect.put(url, name, action.config)
        case "create":
            await connect.create(url, name, action.config, action.state)
        case "restart":
            await connect.restart_failed(url, name)
        case "delete":
            return await connect.delete(url, name)
        case "pause" | "resume" | "stop":
            await connect.turn(url, name, action.order)
    return True


def _objection(checked: CheckedConfig, mask: Mask) -> Culprit | None:
    """What Connect has against a config, option by option."""
    if checked.errors:
        told = [f"option `{o}`: {first_line(mask(text))}" for o, text in checked.errors]
        more = f"; and {len(told) - MAX_ERRORS} more" if len(told) > MAX_ERRORS else ""
        return Culprit(Reason.CONFIG_INVALID, "; ".join(told[:MAX_ERRORS]) + more)
    if checked.unresolved:
        sentence = (
            f"option `{checked.unresolved[0]}`: the worker does not have the Secret yet; "
            "Kubernetes takes up to two minutes to hand a new one over"
        )
        return Culprit(Reason.SECRET_MISSING, sentence)
    return None


def _conclude(
    steps: Iterable[Step], outcomes: Mapping[str, Outcome], memory: ConnectorsMemory, now: float
) -> tuple[list[ConnectorStatus], int]:
    """Remember what came of it; the statuses, and the number of calls that Connect accepted."""
    statuses, tracks, calls = [], {}, 0
    for planned in steps:
        step, name = planned, planned.status.name
        outcome = outcomes.get(name, Outcome(soon=True))
        if planned.action is not None and not outcome.soon:
            step = _after(planned, planned.action, outcome, now)
            calls += not (outcome.culprit or outcome.gone)
        if outcome.gone:
            continue
        statuses.append(step.status)
        if step.status.managed:
            tracks[name] = step.track
    memory.tracks = tracks
    return statuses, calls


def _after(step: Step, action: Action, outcome: Outcome, now: float) -> Step:
    why = outcome.culprit
    if why is None:
        log.info("connector", name=action.name, order=action.order, gone=outcome.gone)
        return replace(step, track=carried_out(step.track, action, now))
    step = replace(step, track=turned_down(step.track, action, why, now))
    # Why it failed says more than that it could not be restarted.
    if action.writes_config or step.status.reason in (None, Reason.NOT_RUNNING):
        return told(step, why)
    return step


def _next_look(connect: ConnectSpec, steps: Iterable[Step], memory: ConnectorsMemory) -> float:
    if memory.work:
        return SOON
    idle = STEADY if connect.connectors else IDLE
    return min([idle, *(step.again for step in steps if step.status.managed)])


__all__ = ["ConnectorsMemory", "Reach", "Tended", "forget", "tend", "waiting"]
