"""What changed between two statuses: transition times, and the Events worth publishing. Pure."""

from streaminglab_operator.api import Condition, ConditionType, Phase, Reason, StreamingLabStatus
from streaminglab_operator.api.conditions import REST

_PASSING = frozenset(
    {
        Reason.PROGRESSING,
        Reason.WAITING_FOR_INFLUXDB,
        Reason.WAITING_FOR_TOPICS,
        Reason.WAITING_FOR_INJECTION,
        Reason.WAITING_FOR_COMPONENTS,
        Reason.CREATING,
        Reason.STARTING,
        Reason.NOT_READY,
        Reason.ROLLING_OUT,
        Reason.POD_MISSING,
        Reason.NOT_RUNNING,
        Reason.CONNECT_UNREACHABLE,
        Reason.WAITING_FOR_CONNECT,
        Reason.RUNNING,
        Reason.VERIFYING,
        Reason.VERIFY_AGAIN,
        Reason.WAITING_FOR_TURN,
        Reason.CHAOS_WAITING,
        *REST,
        Reason.RESUMED,
    }
)
"""What every lab goes through on its way."""
_WHOLE = (ConditionType.READY, ConditionType.SUSPENDED)
_KSTATUS = (ConditionType.RECONCILING, ConditionType.STALLED)
_HEARD = (*_WHOLE, ConditionType.STALLED)
"""Whose turning True is an Event: of the lab as a whole, and of nothing that it has passed."""


def dated(last: StreamingLabStatus, new: StreamingLabStatus, now: str) -> StreamingLabStatus:
    """The new status with ``lastTransitionTime`` kept where a condition's status is the same, and
    ``verifiedAt``, where no pod tells it, where the comparison is. ``now``: RFC 3339, as in
    ``2026-01-31T09:00:00Z``."""
    before = {condition.type: condition for condition in last.conditions}
    conditions = [_stamped(before.get(c.type), c, now) for c in new.conditions]
    data = new.data
    if data is not None:
        same = last.data is not None and data.verified_by == last.data.verified_by
        at = data.verified_at or (last.data.verified_at if same and last.data else None)
        data = data.model_copy(update={"verified_at": at or now})
    return new.model_copy(update={"conditions": conditions, "data": data})


def _stamped(old: Condition | None, new: Condition, now: str) -> Condition:
    same = old is not None and old.status == new.status
    at = old.last_transition_time if same and old else None
    return new.model_copy(update={"last_transition_time": at or now})


def events(last: StreamingLabStatus, new: StreamingLabStatus) -> list[tuple[str, str, str]]:
    """Type, reason and message of an Event where the lab as a whole became ready, where a condition
    ceased to be true, met a trouble of another kind, or is rid of one.

    What only waits its turn, or has come up as it should, is in the status with its time; an Event
    for each such step would cost the API server a fifth of all writes of a lab.
    """
    before = {condition.type: condition for condition in last.conditions}
    return [
        ("Warning" if _warns(condition) else "Normal", condition.reason.value, condition.message)
        for condition in new.conditions
        if condition.message and _is_news(before.get(condition.type), condition)
    ]


def _is_news(old: Condition | None, new: Condition) -> bool:
    if new.type == ConditionType.RECONCILING or new.status == "Unknown":
        return False
    if new.type == ConditionType.STALLED and new.status == "False":
        return False
    if new.reason in REST and new.type not in _WHOLE:
        # The lab as a whole says it once.
        return False
    was = old.status if old else "False"
    if was != new.status and "True" in (was, new.status):
        return new.status != "True" or new.type in _HEARD or (old is not None and _is_trouble(old))
    return _is_trouble(new) and (old is None or old.reason != new.reason)


def can_wait(last: StreamingLabStatus, new: StreamingLabStatus) -> bool:
    """True if a status tells of nothing but how a lab comes up that never was Ready.

    What is no longer well, what is in trouble and what is Ready is said at once; so is all that
    another pass, or the next operator, reads there: topics, credentials, which spec it is about.
    """
    before = {condition.type: condition for condition in last.conditions}
    return (
        bool(before)
        and not (last.data or new.phase is Phase.DEGRADED)
        and _read_again(last) == _read_again(new)
        and before.keys() == {condition.type for condition in new.conditions}
        and all(_can_wait(before[condition.type], condition) for condition in new.conditions)
    )


def _read_again(status: StreamingLabStatus) -> tuple[object, ...]:
    known = status.observed_generation, status.topics, status.credentials, status.brokers
    return *known, status.chaos


def _can_wait(old: Condition, new: Condition) -> bool:
    if new.type in _WHOLE or new.type in _KSTATUS:
        if old.status != new.status or (new.type, new.status) == (ConditionType.READY, "True"):
            return False
        return old.reason == new.reason or new.reason in _PASSING - set(REST)
    return not _is_news(old, new) and (old.status != "True" or new.status == "True")


def _is_trouble(condition: Condition) -> bool:
    """Ready repeats its component's reason, which is reported there."""
    lasting = condition.reason not in _PASSING
    return condition.type != ConditionType.READY and condition.status == "False" and lasting


def _warns(condition: Condition) -> bool:
    stalled = condition.type == ConditionType.STALLED
    unready = condition.type == ConditionType.READY and condition.status == "False"
    unready = unready and condition.reason not in REST
    return stalled or unready or _is_trouble(condition)
