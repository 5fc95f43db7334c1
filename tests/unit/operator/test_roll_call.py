"""Whether kopf has told of all labs is looked after, and who is only slow is left in peace."""

import asyncio
from typing import Any

import pytest

from streaminglab_operator.adapters import roll_call
from streaminglab_operator.adapters.roll_call import LOOKS, RollCall
from streaminglab_operator.errors import ApiError
from streaminglab_operator.heard import Heard
from tests.patience import PATIENCE


class Server:
    """The API server's list of labs, in pages of two. ``labs``: by uid, the generation."""

    def __init__(self) -> None:
        self.labs: dict[str, int] = {}
        self.asked: list[str] = []
        self.away = False

    async def request(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        assert method == "GET"
        self.asked.append(path)
        if self.away:
            raise ApiError(0, "the API server does not answer")
        begin = int(request["params"].get("continue", 0))
        items = [{"metadata": {"uid": u, "generation": g}} for u, g in self.labs.items()]
        more = {"continue": str(begin + 2)} if begin + 2 < len(items) else {}
        # An empty list of metadata alone comes with null for its items.
        return {"items": items[begin : begin + 2] or None, "metadata": more}


def _reported(heard: Heard, uid: str, generation: int, event: str = "MODIFIED") -> None:
    heard.note(event, {"metadata": {"uid": uid, "generation": generation}})


def _made(server: Server, *namespaces: str) -> tuple[RollCall, Heard]:
    heard = Heard()
    return RollCall(server, heard, namespaces), heard  # type: ignore[arg-type]


def _waited_for(server: Server) -> tuple[asyncio.Task[None], Heard]:
    """The wait of a start for all labs, and what ends it."""
    calls, heard = _made(server)
    return asyncio.create_task(calls.all_told(lambda: None)), heard


@pytest.mark.parametrize("change", ["made", "edited", "deleted"])
async def test_what_stays_untold_is_found_out(change: str) -> None:
    server = Server()
    server.labs = {"a": 1, "b": 1, "c": 1}
    calls, heard = _made(server)
    for uid in server.labs:
        _reported(heard, uid, 1)
    await calls.look()
    if change == "deleted":
        del server.labs["c"]
    else:
        server.labs |= {"made": {"d": 1}, "edited": {"c": 2}}[change]
    for _ in range(LOOKS):
        assert not calls.behind
        await calls.look()
    assert calls.behind
    _reported(
        heard, "d" if change == "made" else "c", 2, "DELETED" if change == "deleted" else "ADDED"
    )
    await calls.look()
    assert not calls.behind


async def test_a_lab_that_is_edited_all_the_time_is_always_told_a_little_late() -> None:
    server = Server()
    calls, heard = _made(server)
    for generation in range(1, 4 * LOOKS):
        server.labs["busy"] = generation
        await calls.look()
        assert not calls.behind
        _reported(heard, "busy", generation)


async def test_labs_that_come_and_go_all_the_time_are_always_told_a_little_late() -> None:
    server = Server()
    calls, heard = _made(server)
    for number in range(4 * LOOKS):
        server.labs = {f"lab-{number}": 1}
        await calls.look()
        assert not calls.behind
        _reported(heard, f"lab-{number}", 1)
        await calls.look()
        server.labs = {}
        await calls.look()
        _reported(heard, f"lab-{number}", 1, "DELETED")


async def test_a_lab_of_any_shape_was_told_and_is_no_reason_to_start_anew() -> None:
    """What kopf hands on counts, and not what could be made of it."""
    shapes: list[Any] = [{}, {"metadata": None}, {"metadata": {"uid": 7}}, {"metadata": []}]
    server = Server()
    server.labs = {"odd": 3}
    calls, heard = _made(server)
    for shape in shapes:
        heard.note("ADDED", shape)
    heard.note("ADDED", {"metadata": {"uid": "odd", "generation": 3}, "spec": [], "status": 1})
    for _ in range(2 * LOOKS):
        await calls.look()
    assert not calls.behind


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No glance, and no wait, takes any time."""
    for name in ("GLANCE_SECONDS", "FIRST_WAIT"):
        monkeypatch.setattr(roll_call, name, 0.0)


async def _turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_nothing_may_begin_before_every_lab_was_told(impatient: None) -> None:
    server = Server()
    server.labs = {"a": 1, "b": 1, "c": 4}
    calls, heard = _made(server)
    first: list[int] = []
    told = asyncio.create_task(calls.all_told(lambda: first.append(len(heard))))
    await _turns()
    assert first == []
    _reported(heard, "b", 1)
    await _turns()
    _reported(heard, "a", 1)
    _reported(heard, "c", 3)
    await _turns()
    assert not told.done(), "of c something newer is there than was told"
    _reported(heard, "c", 5)
    await asyncio.wait_for(told, PATIENCE)
    assert first == [1], "once, when the first was told"


async def test_where_there_is_no_lab_nothing_is_waited_for() -> None:
    calls, _ = _made(Server())
    first: list[int] = []
    await asyncio.wait_for(calls.all_told(lambda: first.append(1)), PATIENCE)
    assert first == []


async def test_a_lab_that_is_deleted_before_it_is_told_is_not_waited_for_for_ever(
    impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server()
    server.labs = {"a": 1, "gone": 1}
    told, heard = _waited_for(server)
    await _turns()
    _reported(heard, "a", 1)
    del server.labs["gone"]
    await _turns()
    assert not told.done() and len(server.asked) == 1
    monkeypatch.setattr(roll_call, "NEWS_SECONDS", 0.0)
    await asyncio.wait_for(told, PATIENCE)


async def test_a_lab_that_is_never_told_keeps_the_others_waiting_for_so_long_alone(
    impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roll_call, "NEWS_SECONDS", 0.0)
    server = Server()
    server.labs = {"a": 1, "never": 1}
    told, heard = _waited_for(server)
    _reported(heard, "a", 1)
    await _turns()
    assert not told.done()
    monkeypatch.setattr(roll_call, "PATIENCE_SECONDS", 0.0)
    await asyncio.wait_for(told, PATIENCE)


async def test_labs_that_come_and_go_all_the_time_are_not_waited_for(
    impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is gone before it is told, and in each list there is another one."""
    monkeypatch.setattr(roll_call, "NEWS_SECONDS", 0.0)

    class Churning(Server):
        async def request(self, method: str, path: str, **request: Any) -> dict[str, Any]:
            self.labs = {"a": 1, f"lab-{len(self.asked)}": 1}
            return await super().request(method, path, **request)

    told, heard = _waited_for(Churning())
    _reported(heard, "a", 1)
    await asyncio.wait_for(told, PATIENCE)


async def test_labs_are_counted_at_last_however_long_the_api_server_is_away(
    impatient: None,
) -> None:
    server = Server()
    server.away = True
    told, _ = _waited_for(server)
    async with asyncio.timeout(PATIENCE):
        while len(server.asked) < LOOKS:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0)
    assert not told.done()
    server.away = False
    await asyncio.wait_for(told, PATIENCE)


async def test_an_operator_for_two_namespaces_lists_those() -> None:
    server = Server()
    calls, _ = _made(server, "user-alice", "user-bob")
    await calls.look()
    assert [path.partition("/namespaces/")[2] for path in server.asked] == [
        "user-alice/streaminglabs",
        "user-bob/streaminglabs",
    ]


async def test_an_api_server_that_is_away_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roll_call, "LOOK_SECONDS", 0.0)
    server = Server()
    server.away, server.labs = True, {"a": 1}
    calls, _ = _made(server)
    running = asyncio.create_task(calls.run())
    async with asyncio.timeout(PATIENCE):
        while len(server.asked) < 2 * LOOKS:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0)
        assert not calls.behind
        server.away = False
        while not calls.behind:  # noqa: ASYNC110
            await asyncio.sleep(0)
    running.cancel()
