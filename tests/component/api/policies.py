"""Admission policies of the operator's chart on a real API server, one test's at a time."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus

from tests.charts.support import NAMESPACE, render
from tests.component.api.control_plane import Answer, Client

RELEASE = "streaminglab-operator"
OPERATORS = f"{RELEASE}.{NAMESPACE}.streaminglab.dev"
PAGES = f"pages.{OPERATORS}"
"""The names of the policies: for the operator's account, and for those of labs' pages."""
_PLURALS = {
    "ValidatingAdmissionPolicy": "validatingadmissionpolicies",
    "ValidatingAdmissionPolicyBinding": "validatingadmissionpolicybindings",
}


@contextlib.contextmanager
def installed(client: Client, policy: str) -> Iterator[None]:
    """The policy of this name with its binding; it takes a moment until it is in force."""
    made = []
    values = {"admissionPolicy": {"enabled": True}, "copyPullSecrets": True}
    for body in render(RELEASE, values, RELEASE):
        if body["kind"] in _PLURALS and body["metadata"]["name"] == policy:
            path = f"/apis/admissionregistration.k8s.io/v1/{_PLURALS[body['kind']]}"
            answer = client.call("POST", path, body)
            assert answer.accepted, answer.message
            made.append(f"{path}/{policy}")
    assert len(made) == len(_PLURALS)
    yield
    for path in reversed(made):
        client.call("DELETE", path)


def until_in_force(attempt: Callable[[], Answer]) -> None:
    """Wait until something that the policy refuses is refused."""
    for _ in range(150):
        if not let_in(attempt()):
            return
        time.sleep(0.2)
    raise AssertionError("the policy is not in force")


def let_in(answer: Answer) -> bool:
    """Whether a request was let in; 403 is a refusal here, and elsewhere a fault of the test."""
    return answer.status < HTTPStatus.MULTIPLE_CHOICES
