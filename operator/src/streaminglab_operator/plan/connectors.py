"""Connectors: what is declared and what Connect shows -> the next call for each, and its status.

Pure, and level-triggered: the same view gives the same calls, whatever has happened before. A
connector is ours when its name was written into the lab's status as managed *before* it was made;
so a crash between the two leaves nothing behind that nobody owns. Others are left alone.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.api.status import ConnectorStatus
from streaminglab_operator.observed import Culprit
from streaminglab_operator.observed.connectors import (
    FAILED,
    PAUSED,
    RUNNING,
    SETTLED,
    STOPPED,
    ConnectorSeen,
)
from streaminglab_operator.plan.connector_faults import advice
from streaminglab_operator.plan.connector_track import (
    Action,
    Order,
    Track,
    digest_of,
    failed,
    fine,
    moving,
    wait_before,
)
from streaminglab_operator.services.connect_spec import ConnectorSpec
from streaminglab_operator.services.references import malformed, secret_references, with_paths

AT_ONCE = 0.2
SOON = 2.0
LATER = 5.0
STEADY = 10.0
PATIENCE = 60.0
GRACE_SECONDS = 10.0
MAX_UNMANAGED = 50

_WANTED = {"running": RUNNING, "paused": PAUSED, "stopped": STOPPED}
_TRANSITIONS: Mapping[str, Order] = {"running": "resume", "paused": "pause", "stopped": "stop"}
_TAKEN = "Connect has its config and starts it"
_CONTESTED = "somebody else keeps changing its config; the spec's is put again, ever more slowly"
_FORM = "a reference to a Secret is written ${secret:NAME:KEY}"


@dataclass(frozen=True, slots=True)
class ConnectorsView:
    """What was seen at one moment; traces are masked and one line long.

    - ``recorded``: names that the lab's status calls managed
    - ``missing``: by connector, which Secret or key it refers to is not there
    - ``unfit``: by connector, which value of a Secret cannot be meant so
    - ``versions``: by connector, a digest of the Secret values it refers to
    """

    seen: Mapping[str, ConnectorSeen]
    recorded: Collection[str]
    now: float
    missing: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    unfit: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConnectorStep:
    """One connector: how it is, what to do, and in how many seconds to look again."""

    status: ConnectorStatus
    track: Track = field(default_factory=Track)
    action: Action | None = None
    again: float = STEADY


def plan_connectors(
    declared: Iterable[ConnectorSpec], view: ConnectorsView, tracks: Mapping[str, Track]
) -> list[ConnectorStep]:
    """A step for every connector: those declared, those to be removed, those of others."""
    wanted = {spec.name: spec for spec in declared}
    steps = [_declared(spec, view, tracks.get(name, Track())) for name, spec in wanted.items()]
    surplus = sorted(set(view.recorded) - wanted.keys())
    steps += [_removed(name, view, tracks.get(name, Track())) for name in surplus]
    others = sorted(view.seen.keys() - wanted.keys() - set(view.recorded))
    return steps + [_unmanaged(view.seen[name]) for name in others[:MAX_UNMANAGED]]


def wanted_config(spec: ConnectorSpec) -> dict[str, str]:
    """The config that Connect must have."""
    return {
        "name": spec.name,
        "connector.class": spec.class_,
        "tasks.max": str(spec.tasks_max),
        **with_paths(spec.config),
    }


def needs_secrets(declared: Iterable[ConnectorSpec], seen: Mapping[str, ConnectorSeen]) -> bool:
    """Whether Secrets must be read: to put a config, or to know what to mask in a trace."""
    if any(connector.has_trace for connector in seen.values()):
        return True
    return any(not _has_config(spec, seen.get(spec.name)) for spec in declared)


def unseen(
    declared: Iterable[ConnectorSpec], recorded: Collection[str], why: Culprit
) -> tuple[ConnectorStatus, ...]:
    """The connectors that are or were ours, while Connect cannot be asked about them."""
    names = dict.fromkeys([*(spec.name for spec in declared), *sorted(recorded)])
    return tuple(
        ConnectorStatus(name=name, managed=True, reason=why.reason, message=why.message)
        for name in names
    )


def _has_config(spec: ConnectorSpec, seen: ConnectorSeen | None) -> bool:
    return seen is not None and dict(seen.config) == wanted_config(spec)


def _declared(spec: ConnectorSpec, view: ConnectorsView, track: Track) -> ConnectorStep:
    seen = view.seen.get(spec.name)
    if spec.name not in view.recorded:
        why = Culprit(Reason.NOT_RUNNING, "is being created")
        # The watch tells within a moment that the status has it; where it is late, so are we.
        track = moving(track, view.now)
        again = AT_ONCE if _moves_for(track, view.now) < SOON else SOON
        return ConnectorStep(_status(spec.name, seen, spec.state, why), track, again=again)
    step = _kept(spec, seen, track, view.now)
    if _has_config(spec, seen):
        missing = view.missing.get(spec.name)
        if missing and step.status.reason:
            return with_reason(step, Culprit(Reason.SECRET_MISSING, missing))
        step = replace(step, track=replace(step.track, refused=None, rewrites=0))
        return _with_note(step, view.unfit.get(spec.name, ""))
    return _written(spec, seen, step, view)


def _kept(
    spec: ConnectorSpec, seen: ConnectorSeen | None, track: Track, now: float
) -> ConnectorStep:
    """What keeps a connector in its declared state, whatever its config is."""
    if seen is None:
        why = Culprit(Reason.NOT_RUNNING, "is being created")
        track = moving(track, now)
        return ConnectorStep(
            _status(spec.name, None, spec.state, why), track, again=_pace(track, now)
        )
    why_failed = failure(seen)
    if why_failed:
        return _failing(spec, seen, failed(track, why_failed, now), now)
    if _is_as_declared(seen, _WANTED[spec.state]):
        track = fine(track, now)
        status = _status(spec.name, seen, spec.state, track.trouble)
        return ConnectorStep(status, track, again=SOON if track.trouble else STEADY)
    return _on_its_way(spec, seen, moving(track, now), now)


def _failing(spec: ConnectorSpec, seen: ConnectorSeen, track: Track, now: float) -> ConnectorStep:
    """A failed connector takes no pause, and is started in the state that was ordered last; it can
    be stopped as it is."""
    order: Order | None = None
    due = track.retry_at or now
    if spec.state == "stopped":
        order = _transition(spec, track, now)
    elif spec.state == "paused" and track.ordered != "pause":
        order = "pause"
    elif now >= due:
        order = "restart"
    again = min(STEADY, max(SOON, due - now))
    return ConnectorStep(
        _status(spec.name, seen, spec.state, track.trouble),
        track,
        Action(order, spec.name) if order else None,
        again,
    )


def _on_its_way(
    spec: ConnectorSpec, seen: ConnectorSeen, track: Track, now: float
) -> ConnectorStep:
    want = _WANTED[spec.state]
    states = [seen.state, *(task.state for task in seen.tasks)]
    # What is RESTARTING or UNASSIGNED gets somewhere by itself; what rests elsewhere must be told.
    astray = any(state in SETTLED and state != want for state in states)
    order = _transition(spec, track, now) if astray else None
    why = track.trouble or Culprit(Reason.NOT_RUNNING, _position(seen, want))
    return ConnectorStep(
        _status(spec.name, seen, spec.state, why),
        track,
        Action(order, spec.name) if order else None,
        _pace(track, now),
    )


def _written(
    spec: ConnectorSpec, seen: ConnectorSeen | None, step: ConnectorStep, view: ConnectorsView
) -> ConnectorStep:
    """Its config is to be put, unless something is in the way."""
    config, track, now = wanted_config(spec), step.track, view.now
    digest = digest_of(config, view.versions.get(spec.name, ""))
    refused = track.refused if track.refused and track.refused.digest == digest else None
    for option in malformed(spec.config):
        return with_reason(step, Culprit(Reason.CONFIG_INVALID, f"option `{option}`: {_FORM}"))
    if missing := view.missing.get(spec.name):
        return with_reason(step, Culprit(Reason.SECRET_MISSING, missing))
    if unfit := view.unfit.get(spec.name):
        return with_reason(step, Culprit(Reason.CONFIG_INVALID, unfit))
    if refused and now < refused.not_before:
        again = min(step.again, max(SOON, refused.not_before - now))
        return replace(with_reason(step, refused.culprit), again=again)
    # Two who want different configs would otherwise start the connector anew at each look.
    patience = max(GRACE_SECONDS, wait_before(track.rewrites))
    if track.written == digest and now - track.written_at < patience:
        contested = seen is not None and track.rewrites > 0
        return with_reason(step, Culprit(Reason.NOT_RUNNING, _CONTESTED if contested else _TAKEN))
    order: Order = "create" if seen is None and spec.state != "running" else "put"
    action = Action(order, spec.name, config, spec.state, digest)
    why = refused.culprit if refused else Culprit(Reason.NOT_RUNNING, "its config is being checked")
    return replace(with_reason(step, why), action=action, again=SOON)


def _with_note(step: ConnectorStep, note: str) -> ConnectorStep:
    """The same step with a word more: of a connector that runs it is no reason."""
    if not note:
        return step
    said = f"{step.status.message}; {note}" if step.status.message else note
    return replace(step, status=step.status.model_copy(update={"message": said}))


def with_reason(step: ConnectorStep, why: Culprit) -> ConnectorStep:
    """The same step with another reason: that of a config that is not in force."""
    earlier = step.status.state and why.reason != Reason.NOT_RUNNING
    message = f"{why.message} (it goes on with its earlier config)" if earlier else why.message
    status = step.status.model_copy(update={"reason": why.reason, "message": message})
    return replace(step, status=status, again=min(step.again, LATER))


def _removed(name: str, view: ConnectorsView, track: Track) -> ConnectorStep:
    """Deleted until Connect says that there is nothing to delete; looks may follow faster on each
    other than Connect deletes."""
    why = Culprit(Reason.NOT_RUNNING, "is being removed: the spec does not have it any more")
    recent = track.ordered == "delete" and view.now - track.ordered_at < SOON
    action = None if recent else Action("delete", name)
    return ConnectorStep(_status(name, view.seen.get(name), "running", why), track, action, SOON)


def _unmanaged(seen: ConnectorSeen) -> ConnectorStep:
    return ConnectorStep(_status(seen.name, seen, "running", failure(seen), managed=False))


def failure(seen: ConnectorSeen) -> Culprit | None:
    """Why a connector has failed, or the first of its tasks that has."""
    if seen.state == FAILED:
        return Culprit(Reason.CONNECTOR_FAILED, _words(seen.trace, seen))
    for task in seen.failed_tasks():
        return Culprit(Reason.TASK_FAILED, f"task {task.id}: {_words(task.trace, seen)}")
    return None


def _words(trace: str, seen: ConnectorSeen) -> str:
    help_ = advice(trace, seen.config)
    return f"{help_} ({trace})" if help_ else trace or "it failed and gave no reason"


def _is_as_declared(seen: ConnectorSeen, want: str) -> bool:
    if seen.state != want:
        return False
    # Of a stopped connector the tasks are gone; one that runs and has no task does nothing.
    done = all(task.state == want for task in seen.tasks)
    return want == STOPPED or (done and (want == PAUSED or bool(seen.tasks)))


def _position(seen: ConnectorSeen, want: str) -> str:
    if seen.state != want:
        return f"is {seen.state}, and should be {want}"
    for task in seen.tasks:
        if task.state != want:
            return f"task {task.id} is {task.state}, and should be {want}"
    return "runs, and has made no task yet"


def _transition(spec: ConnectorSpec, track: Track, now: float) -> Order | None:
    """The order that leads to the declared state, unless it was given a moment ago."""
    order = _TRANSITIONS[spec.state]
    recent = track.ordered == order and now - track.ordered_at < GRACE_SECONDS
    return None if recent else order


def _pace(track: Track, now: float) -> float:
    """Look often at what moves; not for ever at what never arrives."""
    return SOON if _moves_for(track, now) < PATIENCE else STEADY


def _moves_for(track: Track, now: float) -> float:
    return now - track.moving_since if track.moving_since is not None else 0.0


def _status(
    name: str,
    seen: ConnectorSeen | None,
    state: str,
    why: Culprit | None,
    *,
    managed: bool = True,
) -> ConnectorStatus:
    tasks = seen.tasks if seen else ()
    there = sum(1 for task in tasks if task.state == _WANTED[state])
    return ConnectorStatus(
        name=name,
        state=seen.state if seen else "",
        tasks=f"{there}/{len(tasks)}",
        managed=managed,
        reason=why.reason if why else None,
        message=why.message if why else None,
        worker=(seen.worker or None) if seen else None,
    )


__all__ = [
    "MAX_UNMANAGED",
    "SOON",
    "STEADY",
    "Action",
    "ConnectorStep",
    "ConnectorsView",
    "failure",
    "needs_secrets",
    "plan_connectors",
    "secret_references",
    "unseen",
    "wanted_config",
    "with_reason",
]
