"""The condition ConnectorsReady, and what a lab's status remembers of its connectors."""

import pytest

from streaminglab_operator.api import CONDITIONS, ConditionType, StreamingLabStatus
from streaminglab_operator.api.conditions import CONNECTOR_TROUBLE
from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.api.status import ConnectorStatus
from streaminglab_operator.services.connect_spec import ConnectorSpec
from streaminglab_operator.status.connectors import connectors_ready, recorded

UNSEEN = (Reason.CONNECT_UNREACHABLE, Reason.WAITING_FOR_CONNECT)


def _spec(name: str, state: str = "running") -> ConnectorSpec:
    return ConnectorSpec.model_validate({"name": name, "class": "org.example.A", "state": state})


def _status(name: str, reason: str | None = None, *, managed: bool = True) -> ConnectorStatus:
    message = f"the message of {reason}" if reason else None
    why = Reason(reason) if reason else None
    return ConnectorStatus(name=name, managed=managed, reason=why, message=message)


def test_it_is_true_when_every_declared_connector_is_as_declared() -> None:
    said = connectors_ready([_spec("a"), _spec("b", "paused")], [_status("a"), _status("b")])
    assert said == ("True", "Running", "as declared: 1 run, 1 paused")


def test_the_trouble_of_others_does_not_count() -> None:
    assert connectors_ready([], [_status("x", "TaskFailed", managed=False)])[0] == "True"


def test_what_is_being_removed_does_not_count() -> None:
    assert connectors_ready([_spec("a")], [_status("a"), _status("old", "NotRunning")])[0] == "True"


def test_a_connector_that_nobody_has_looked_at_is_not_there_yet() -> None:
    assert connectors_ready([_spec("a")], []) == (
        "False", "NotRunning", "connector a: is being created",
    )  # fmt: skip


@pytest.mark.parametrize("reason", [*CONNECTOR_TROUBLE, *UNSEEN], ids=str)
def test_every_trouble_names_the_connector_and_is_in_the_table(reason: Reason) -> None:
    specs = [_spec("a"), _spec("b")]
    status, reported, message = connectors_ready(specs, [_status("a"), _status("b", reason)])
    assert reported in CONDITIONS[ConditionType.CONNECTORS_READY].reasons[status]
    assert status == ("Unknown" if reason in UNSEEN else "False")
    assert message == f"connector b: the message of {reason}"


def test_what_a_student_can_mend_is_told_first() -> None:
    names = "abcd"
    reasons = ("NotRunning", "TaskFailed", "SecretMissing", "ConfigInvalid")
    listed = [_status(n, r) for n, r in zip(names, reasons, strict=True)]
    _, reason, message = connectors_ready([_spec(n) for n in names], listed)
    assert reason == "ConfigInvalid"
    assert message.endswith(" (and 3 more, see status.connectors)")


def test_only_managed_connectors_are_remembered_as_ours() -> None:
    listed = [_status("a"), _status("theirs", managed=False)]
    stored = StreamingLabStatus(connectors=listed).to_dict()
    assert recorded(StreamingLabStatus.read(stored)) == {"a"}
    assert recorded(StreamingLabStatus.read({})) == frozenset()
    assert recorded(StreamingLabStatus.read({"connectors": None})) == frozenset()
