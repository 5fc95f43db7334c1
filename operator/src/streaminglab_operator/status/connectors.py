"""The condition ConnectorsReady, from the connectors as the lab's status lists them. Pure."""

from collections.abc import Iterable, Sequence

from streaminglab_operator.api.conditions import CONNECTOR_TROUBLE, ConditionStatus
from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.api.status import ConnectorStatus, StreamingLabStatus
from streaminglab_operator.services.connect_spec import ConnectorSpec

_UNSEEN = (Reason.CONNECT_UNREACHABLE, Reason.WAITING_FOR_CONNECT)
_RESTING = {"running": "run", "paused": "paused", "stopped": "stopped"}


def connectors_ready(
    declared: Sequence[ConnectorSpec], connectors: Iterable[ConnectorStatus]
) -> tuple[ConditionStatus, Reason, str]:
    """Status, reason and message of ConnectorsReady. Connectors of others do not count."""
    known = {connector.name: connector for connector in connectors if connector.managed}
    troubled = [known[spec.name] for spec in declared if _troubled(known.get(spec.name))]
    absent = [spec.name for spec in declared if spec.name not in known]
    if troubled:
        return _trouble(troubled)
    if absent:
        return "False", Reason.NOT_RUNNING, f"connector {absent[0]}: is being created"
    return "True", Reason.RUNNING, _peace(declared) + _notes(known[spec.name] for spec in declared)


def recorded(status: StreamingLabStatus) -> frozenset[str]:
    """The connectors that a lab's status, as it is stored, calls managed: they are ours."""
    return frozenset(c.name for c in status.connectors or () if c.managed and c.name)


def _troubled(connector: ConnectorStatus | None) -> bool:
    return connector is not None and bool(connector.reason)


def _trouble(troubled: Sequence[ConnectorStatus]) -> tuple[ConditionStatus, Reason, str]:
    first = min(troubled, key=lambda c: _rank(c.reason))
    message = f"connector {first.name}: {first.message}"
    if len(troubled) > 1:
        message += f" (and {len(troubled) - 1} more, see status.connectors)"
    value: ConditionStatus = "Unknown" if first.reason in _UNSEEN else "False"
    return value, first.reason or Reason.NOT_RUNNING, message


def _rank(reason: Reason | None) -> int:
    """What the student can mend comes first, what only passes last."""
    order = (*CONNECTOR_TROUBLE, *_UNSEEN)
    return order.index(reason) if reason in order else len(order)


def _notes(connectors: Iterable[ConnectorStatus]) -> str:
    """What is to be said of connectors that run all the same."""
    noted = [connector for connector in connectors if connector.message]
    if not noted:
        return ""
    more = f" (and {len(noted) - 1} more, see status.connectors)" if len(noted) > 1 else ""
    return f"; but connector {noted[0].name}: {noted[0].message}{more}"


def _peace(declared: Sequence[ConnectorSpec]) -> str:
    if not declared:
        return "the spec declares no connector"
    counts = {state: sum(spec.state == state for spec in declared) for state in _RESTING}
    parts = [f"{count} {_RESTING[state]}" for state, count in counts.items() if count]
    return f"as declared: {', '.join(parts)}"
