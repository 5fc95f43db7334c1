"""Nothing that takes words of others takes more than a moment, however long and odd they are.

The limit is no claim on speed: what is linear takes a fraction of a second for a megabyte also on a
busy machine, and what is quadratic takes hours.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streaminglab_operator.api import StreamingLabStatus
from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.masking import first_line, maskable, masker
from streaminglab_operator.observed import Culprit, LabView, Observed, PodState
from streaminglab_operator.observed.connectors import connectors_seen
from streaminglab_operator.observed.objects import observed
from streaminglab_operator.observed.pods import pod_state
from streaminglab_operator.observed.refusals import refusal
from streaminglab_operator.records import lab_record
from streaminglab_operator.services.references import malformed, secret_references
from streaminglab_operator.status.blocking import blocked
from streaminglab_operator.status.components import report_of

SIZE = 2**20
LIMIT_SECONDS = 5.0
SHAPES = (
    "://:", "://u:p@", "token", "token ", "[", "{", '{"a":', '"', '"token" ', '"token":"', "\\",
    '"\\', "\n", "\r\n", " ", "\t", "=", "password=", "password", "Caused by: ", "\nCaused by: ",
    "\n\tat a.B", "a", "a b ", "${secret:", "${secret:a:", "${secret:a.", "'", "-", ".", "é",
    "\U0001f600", "\u2028", "\ud800", "1", "0.", "exceeded quota", "per Pod is", "@", ":", "/",
)  # fmt: skip


def _pod(text: str) -> Any:
    ended = {"terminated": {"message": text, "exitCode": 1, "reason": "Error"}}
    waiting = {"waiting": {"reason": "CrashLoopBackOff", "message": text}}
    container = {"name": "c", "state": waiting, "lastState": ended, "ready": False}
    return pod_state(
        {
            "metadata": {"name": "p", "uid": "u", "annotations": {"x": text}},
            "status": {"phase": "Failed", "message": text, "containerStatuses": [container]},
        }
    )


def _object(text: str) -> Any:
    metadata = {"name": "x", "uid": "u", "resourceVersion": "1", "annotations": {"a": text}}
    entry = {"manager": "streaminglab-operator", "operation": "Apply", "fieldsV1": {text: {}}}
    condition = {"type": "ReplicaFailure", "status": "True", "message": text}
    status = {"conditions": [condition]}
    raw = {"metadata": metadata | {"managedFields": [entry]}, "spec": {}, "status": status}
    return [observed(kind, raw) for kind in ("Deployment", "Job", "Service")]


def _report(text: str) -> Any:
    state = PodState(False, True, "f", "job", termination=text, created="x")
    pod = Observed("Pod", "p", "u", 1, "verify", "", "", False, state=state, owner="u-job")
    job = Observed("Job", "job", "u-job", 1, "verify", "", "", False)
    return report_of(LabView(objects={("Pod", "p"): pod, ("Job", "job"): job}), "verify", "job")


def _record(text: str) -> Any:
    metadata = {"name": "x", "namespace": "n", "uid": "u", "annotations": {"a": text}}
    config = {"c": text, text: "c"}
    connector = {"name": text, "class": text, "config": config}
    spec = {"connect": {"connectors": [connector]}, "influxdb": {"retention": text}, text: text}
    return lab_record({"metadata": metadata, "spec": spec, "status": {"phase": text}}).status()


def _connectors(text: str) -> Any:
    state = {"state": text, "worker_id": text, "trace": text}
    info = {"config": {"password": text}, "tasks": [{"task": 0}]}
    status = {"connector": state, "tasks": [{"id": 0, **state}]}
    return connectors_seen({text: {"info": info}, "x": {"info": info, "status": status}})


FUNCTIONS: dict[str, Callable[[str], Any]] = {
    "mask of no more than is looked at": lambda text: masker(["geheim"])(text[:100_000]),
    "line": lambda text: masker(["geheim"]).line(text),
    "trace": lambda text: masker(["geheim"]).trace(text),
    "first line": first_line,
    "secret": lambda text: maskable([text]) and masker([text]),
    "secret of the longest": lambda text: masker([text[:8192]]),
    "connectors": _connectors,
    "references": lambda text: secret_references({"a": text}),
    "malformed references": lambda text: list(malformed({"a": text})),
    "pod": _pod,
    "object": _object,
    "refusal": refusal,
    "record": _record,
    "report": _report,
    "blocked": lambda text: blocked(
        1, Culprit(Reason.REFUSED, text), StreamingLabStatus(), final=False
    ),
}


def _texts(shape: str) -> Iterable[str]:
    text = (shape * (SIZE // len(shape) + 1))[:SIZE]
    return text, f'x{text}"=: @'


def _at_once(function: Callable[[str], Any], text: str) -> None:
    began = time.thread_time()
    function(text)
    took = time.thread_time() - began
    assert took < LIMIT_SECONDS, f"{took:.1f} s for {text[:40]!r}..."


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_megabyte_of_the_worst_shapes_is_read_at_once(name: str) -> None:
    for shape in SHAPES:
        for text in _texts(shape):
            _at_once(FUNCTIONS[name], text)


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from(sorted(FUNCTIONS)), st.lists(st.sampled_from(SHAPES), min_size=1, max_size=4)
)
def test_a_megabyte_of_any_of_them_together_is_read_at_once(name: str, shapes: list[str]) -> None:
    for text in _texts("".join(shapes)):
        _at_once(FUNCTIONS[name], text)
