"""A list is read in pages of bounded size, however large somebody makes his objects."""

import pytest
from aiohttp import web

from streaminglab_operator.adapters import api as module
from streaminglab_operator.adapters.api import JSON, _Call
from streaminglab_operator.adapters.lane import is_overload
from streaminglab_operator.errors import AnswerTooLong
from tests.fakes.http import api_at

BOUND = 100_000
SMALL, LARGE = 100, 60_000


class Objects:
    """A list of objects of these sizes; each page has as many as were asked for."""

    def __init__(self, *sizes: int) -> None:
        self._sizes = sizes
        self.limits: list[int] = []
        self.longest = 0

    async def answer(self, request: web.Request) -> web.Response:
        first, limit = int(request.query.get("continue", "0")), int(request.query["limit"])
        self.limits.append(limit)
        sizes = self._sizes[first : first + limit]
        items = [{"n": first + i, "x": "x" * size} for i, size in enumerate(sizes)]
        after = first + limit
        more = {"continue": str(after)} if after < len(self._sizes) else {}
        return web.json_response({"metadata": more, "items": items})


@pytest.fixture(autouse=True)
def bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PAGE_BYTES", BOUND)


async def _read(server: Objects, at_once: int = 100) -> list[int]:
    found: list[int] = []
    async with api_at(server.answer) as api:
        async for page in api.pages("/api/v1/pods", {}, JSON, at_once):
            server.longest = max(server.longest, len(str(page)))
            found += [item["n"] for item in page["items"]]
    return found


async def test_a_list_of_usual_objects_takes_as_many_pages_as_it_has() -> None:
    server = Objects(*[SMALL] * 250)
    assert await _read(server) == list(range(250))
    assert server.limits == [100, 100, 100]


async def test_large_objects_are_read_a_few_at_a_time_and_none_is_left_out() -> None:
    server = Objects(*[SMALL] * 120, *[LARGE] * 30, *[SMALL] * 200)
    assert await _read(server) == list(range(350))
    assert server.longest <= BOUND
    assert server.limits[-1] > 1, "small ones are read by many again"


async def test_an_object_that_is_larger_than_a_page_is_read_by_itself() -> None:
    server = Objects(SMALL, 3 * BOUND, SMALL)
    assert await _read(server) == [0, 1, 2]


async def test_an_answer_that_is_too_long_says_nothing_of_the_servers_load() -> None:
    server = Objects(*[LARGE] * 4)
    async with api_at(server.answer) as api:
        call = _Call("GET", "/api/v1/pods", {"limit": "4"}, None, {}, BOUND)
        with pytest.raises(AnswerTooLong) as raised:
            await api._send(call)
    assert not is_overload(raised.value)
