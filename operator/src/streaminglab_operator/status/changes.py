"""What changed between two statuses: transition times, and the Events worth publishing. Pure."""

from streaminglab_operator.api import Condition, ConditionType, Reason, StreamingLabStatus
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
        *REST,
        Reason.RESUMED,
    }
)
"""What every lab goes through on its way."""


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
    """Type, reason and message of an Event for each condition that became true, ceased to be
    true, or met a trouble of another kind.

    What only waits its turn is in the status; an Event for each such step would cost the API
    server more writes than the lab itself.
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
    if new.reason in REST and new.type not in (ConditionType.READY, ConditionType.SUSPENDED):
        # The lab as a whole says it once.
        return False
    was = old.status if old else "False"
    if was != new.status and "True" in (was, new.status):
        return True
    return _is_trouble(new) and (old is None or old.reason != new.reason)


def _is_trouble(condition: Condition) -> bool:
    """Ready repeats its component's reason, which is reported there."""
    lasting = condition.reason not in _PASSING
    return condition.type != ConditionType.READY and condition.status == "False" and lasting


def _warns(condition: Condition) -> bool:
    stalled = condition.type == ConditionType.STALLED
    unready = condition.type == ConditionType.READY and condition.status == "False"
    unready = unready and condition.reason not in REST
    return stalled or unready or _is_trouble(condition)
