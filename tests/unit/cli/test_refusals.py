"""What the API server answers becomes one sentence with what to do, and an exit code."""

from __future__ import annotations

import json
from http import HTTPStatus

import pytest

from streaminglab_cli.refusals import refusal


@pytest.mark.parametrize(
    ("status", "body", "says", "code"),
    [
        (401, "", "does not know you: log in", 4),
        (403, {"message": "pods is forbidden"}, "pods is forbidden: ask the administrator", 1),
        (409, {"message": "the object has been modified"}, "somebody else.*: try again", 1),
        (422, {"message": "spec.kafka: wrong"}, "refuses: spec.kafka: wrong", 1),
        (404, "404 page not found", "knows no labs: ask the administrator", 3),
        (404, {"details": {"name": "m", "kind": "streaminglabs"}}, "no lab m here: .*list", 3),
        (404, {"message": 'pods "x" not found', "details": {"name": "x"}}, 'pods "x" not found', 3),
        (500, "<html>", "refuses: Internal Server Error", 1),
        (500, "[]", "refuses: Internal Server Error", 1),
    ],
)
def test_an_answer_is_a_sentence(status: int, body: object, says: str, code: int) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    error = refusal(HTTPStatus(status), text)
    assert error.exit_code == code
    with pytest.raises(type(error), match=says):
        raise error
