"""Labs are watched once the API server answers a list of them, and not before."""

import asyncio
from typing import Any

import pytest

from streaminglab_operator import __main__ as main
from streaminglab_operator.errors import ApiError, api_error


class _Api:
    """Answers in turn; an error is raised. ``asked``: the paths."""

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def request(self, method: str, path: str, **_: Any) -> Any:
        self.asked.append(path)
        answer = self._answers.pop(0)
        if isinstance(answer, ApiError):
            raise answer
        return answer


KNOWN = {"resources": [{"name": "streaminglabs"}]}
GROUP = "/apis/streaminglab.dev/v1alpha1"


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    sleep = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", lambda _: sleep(0))


async def test_a_list_that_is_answered_ends_the_wait() -> None:
    early = api_error(429, "storage is (re)initializing", "list", 1.0)
    api = _Api(api_error(404, "not found", "get", 0.0), KNOWN, early, KNOWN, {"items": []})
    await main._served(api, ())  # type: ignore[arg-type]
    assert api.asked == [GROUP, *[GROUP, f"{GROUP}/streaminglabs"] * 2]


async def test_who_may_see_one_namespace_asks_there_and_who_may_not_is_not_kept_waiting() -> None:
    api = _Api(KNOWN, api_error(403, "forbidden", "list", 0.0))
    await main._served(api, ("user-a", "user-b"))  # type: ignore[arg-type]
    assert api.asked == [GROUP, f"{GROUP}/namespaces/user-a/streaminglabs"]
