"""The desk: when it looks, what it keeps, and that what was passed outlives it."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from streaminglab_page.bell import Bell
from streaminglab_page.board import Trouble, Unread
from streaminglab_page.exercises import desk as timing
from streaminglab_page.exercises.asking import Asking, Parts
from streaminglab_page.exercises.desk import Desk
from streaminglab_page.exercises.source import SetSource
from streaminglab_page.kafka.view import Topic
from streaminglab_page.kube import CannotRead
from tests.patience import PATIENCE
from tests.unit.page.exercises.sets import exercise, raw, written
from tests.unit.page.exercises.test_asking import Everything
from tests.unit.page.kafka.layouts import layout, partition

A, B = ({"topic": {"name": name}} for name in "ab")
SET = raw(exercise("one", A), exercise("two", B), exercise("paper"))


class Kept:
    """The lab's API. ``lab``: with what was written into it; ``refusal``: it refuses."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lab: dict[str, Any] = {
            "metadata": {"uid": "u1"},
            "spec": {"exercises": {"configMapName": "mine"}},
            "status": {"phase": "Ready"},
        }
        self.written: list[Mapping[str, Any]] = []
        self.refusal = False
        self.news = asyncio.Event()
        self.now = 1795856400.0
        self.parts = Everything()
        self.topics()

    async def keep_exercises(self, uid: str, told: Mapping[str, Any]) -> None:
        assert uid == "u1"
        self.written.append(told)
        if self.refusal:
            raise CannotRead(Trouble(Unread.FORBIDDEN, "no"))
        self.lab = copy.deepcopy(self.lab)
        self.lab["status"]["exercises"] = dict(told)
        self.news.set()

    async def until(self, wanted: Callable[[], bool]) -> None:
        """Wait for writes, until it is as wanted."""
        while not wanted():
            self.news.clear()
            await self.news.wait()

    def topics(self, *names: str) -> None:
        topics = (Topic(name, (partition(0, 0),)) for name in ("other", *names))
        self.parts.known = type(self.parts.known)(layout(*topics))

    def set(self, found: Any) -> None:
        (self.folder / "exercises.yaml").write_bytes(written(found))

    def desk(self) -> Desk:
        source = SetSource(config_map="mine", folder=self.folder)
        parts = Parts(self.parts, self.parts, self.parts, self.parts, self.parts)
        return Desk(source, Asking(parts), self, Bell(), lambda: self.now)

    async def look(self, desk: Desk) -> list[str]:
        """Hear of the lab, and look; the states in the status."""
        desk.hear(self.lab)
        await desk.look()
        self.now += 100
        return self.states

    @property
    def states(self) -> list[str]:
        items = self.lab["status"].get("exercises", {}).get("items", [])
        return [item["state"] for item in items]


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    found = Kept(tmp_path)
    found.set(SET)
    return found


async def test_what_is_passed_is_in_the_status(kept: Kept) -> None:
    desk = kept.desk()
    assert await kept.look(desk) == ["todo", "todo", "unchecked"]
    kept.topics("a")
    assert await kept.look(desk) == ["passed", "todo", "unchecked"]
    told = kept.lab["status"]["exercises"]
    assert (told["set"], told["summary"]) == ("configMap/mine", "1/2")
    assert told["items"][0]["passedAt"] == "2026-11-28T09:01:40Z"
    assert kept.lab["status"]["phase"] == "Ready"


async def test_it_stays_passed_when_the_page_is_started_anew(kept: Kept) -> None:
    kept.topics("a")
    await kept.look(kept.desk())
    before = kept.lab["status"]["exercises"]
    kept.topics()
    again = kept.desk()
    assert await kept.look(again) == ["passed", "todo", "unchecked"]
    assert kept.lab["status"]["exercises"] == before
    assert len(kept.written) == 1


async def test_what_another_write_lost_is_written_again(kept: Kept) -> None:
    desk = kept.desk()
    kept.topics("a")
    await kept.look(desk)
    kept.lab = {**kept.lab, "status": {"phase": "Degraded"}}
    assert await kept.look(desk) == ["passed", "todo", "unchecked"]
    # Once: an API server that does not keep it is not asked in a loop.
    kept.lab = {**kept.lab, "status": {}}
    desk.hear(kept.lab)
    kept.now -= 99
    await desk.look()
    assert kept.states == []
    assert desk.pause() == timing.BUSY_SECONDS


async def test_a_refusal_is_tried_again(kept: Kept) -> None:
    desk = kept.desk()
    kept.topics("a", "b")
    kept.refusal = True
    assert await kept.look(desk) == []
    assert desk.pause() == timing.CALM_SECONDS
    kept.refusal = False
    assert await kept.look(desk) == ["passed", "passed", "unchecked"]
    assert desk.pause() == timing.IDLE_SECONDS


async def test_nothing_is_asked_when_all_is_passed(kept: Kept) -> None:
    kept.set(raw(exercise("one", {"group": {"topic": "weather"}})))
    desk = kept.desk()
    await kept.look(desk)
    assert (kept.states, kept.parts.asked) == (["passed"], ["groups", "offsets"])
    await kept.look(desk)
    assert kept.parts.asked == ["groups", "offsets"]


async def test_it_looks_more_seldom_while_nothing_moves(kept: Kept) -> None:
    desk = kept.desk()
    for _ in range(timing.CALM_AFTER):
        await kept.look(desk)
        assert desk.pause() == timing.BUSY_SECONDS
    await kept.look(desk)
    assert desk.pause() == timing.CALM_SECONDS
    with desk.looked_at():
        assert desk.pause() == timing.BUSY_SECONDS
    kept.topics("a")
    await kept.look(desk)
    assert desk.pause() == timing.BUSY_SECONDS


async def test_a_bundled_set_that_is_done_waits_for_nothing(kept: Kept) -> None:
    desk = Desk(SetSource("000"), Asking(Parts()), kept, Bell(), lambda: kept.now)
    assert desk.pause() is None
    kept.lab["spec"]["exercises"] = {"set": "000"}
    await kept.look(desk)
    assert desk.pause() == timing.BUSY_SECONDS
    items = kept.lab["status"]["exercises"]["items"]
    done = [i | {"state": "passed"} if i["state"] == "todo" else i for i in items]
    kept.lab["status"]["exercises"]["items"] = done
    again = Desk(SetSource("000"), Asking(Parts()), kept, Bell(), lambda: kept.now)
    await kept.look(again)
    await kept.look(again)
    assert again.pause() is None


async def test_an_edit_of_the_set_is_seen(kept: Kept) -> None:
    desk = kept.desk()
    kept.topics("a")
    await kept.look(desk)
    kept.set(raw(exercise("new", B), exercise("one", B)))
    assert await kept.look(desk) == ["todo", "passed"]


async def test_a_set_that_cannot_be_used_says_why_and_loses_nothing(kept: Kept) -> None:
    desk = kept.desk()
    kept.topics("a")
    await kept.look(desk)
    kept.set(raw(exercise("one", {"topic": {"name": "a", "partitions": 0}})))
    assert await kept.look(desk) == ["passed", "todo", "unchecked"]
    place = "exercises[0].checks[0].topic.partitions: has to be a whole number from 1 to 1000"
    assert kept.lab["status"]["exercises"]["problem"] == place
    assert desk.news("fr")["problem"] == place
    kept.set(SET)
    await kept.look(desk)
    assert "problem" not in kept.lab["status"]["exercises"]


async def test_a_config_map_that_is_not_there_is_told_and_found_later(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    desk = kept.desk()
    await kept.look(desk)
    assert "ConfigMap 'mine' is not there" in kept.lab["status"]["exercises"]["problem"]
    kept.set(SET)
    assert await kept.look(desk) == ["todo", "todo", "unchecked"]


async def test_a_config_map_that_goes_takes_nothing_with_it(kept: Kept) -> None:
    kept.topics("a")
    await kept.look(kept.desk())
    (kept.folder / "exercises.yaml").unlink()
    for desk in (kept.desk(), kept.desk()):
        assert await kept.look(desk) == ["passed", "todo", "unchecked"]
        told = kept.lab["status"]["exercises"]
        assert told["problem"].startswith("ConfigMap 'mine' is not there, or has no key")
        assert told["summary"] == "1/2"
    kept.topics()
    kept.set(SET)
    assert await kept.look(desk) == ["passed", "todo", "unchecked"]
    assert "problem" not in kept.lab["status"]["exercises"]


async def test_a_wrong_file_for_a_while_loses_nothing(kept: Kept) -> None:
    desk = kept.desk()
    kept.topics("a")
    await kept.look(desk)
    kept.topics()
    kept.set(raw(exercise("other", B)))
    assert await kept.look(desk) == ["todo"]
    kept.set(SET)
    assert await kept.look(kept.desk()) == ["passed", "todo", "unchecked"]


async def test_no_file_stops_the_desk(kept: Kept) -> None:
    kept.topics("a")
    desk = kept.desk()
    await kept.look(desk)
    good = (kept.folder / "exercises.yaml").read_bytes()
    for file in (
        b"a: !!int ''", b"[" * 1000, b"\xff\xfe\x00", b"\x00", b"9" * 9999, b"&a [*a]",
        good.replace(b"name: one", b"name: !!bool x"), good + b"title: x\n", b"x" * 600_000,
    ):  # fmt: skip
        (kept.folder / "exercises.yaml").write_bytes(file)
        assert await kept.look(desk) == ["passed", "todo", "unchecked"]
        assert kept.lab["status"]["exercises"]["problem"]


async def test_a_folder_in_the_files_place_is_told(kept: Kept) -> None:
    (kept.folder / "exercises.yaml").unlink()
    (kept.folder / "exercises.yaml").mkdir()
    await kept.look(kept.desk())
    assert "is not there" in kept.lab["status"]["exercises"]["problem"]


async def test_a_lab_that_asks_for_another_set_now_is_left_alone(kept: Kept) -> None:
    kept.lab["spec"] = {"exercises": {"set": "000"}}
    assert await kept.look(kept.desk()) == []
    assert kept.written == []


async def test_it_runs_when_the_lab_changes_and_not_for_every_change(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timing, "GAP_SECONDS", 0.0)
    monkeypatch.setattr(timing, "BUSY_SECONDS", 1000.0)
    kept.set(raw(exercise("one", {"connector": {"name": "none"}})))
    desk, looks = kept.desk(), kept.parts.asked
    running = asyncio.create_task(desk.run())
    async with asyncio.timeout(PATIENCE):
        desk.hear(kept.lab)
        await kept.until(lambda: bool(kept.written))
        desk.hear(kept.lab)
        await kept.parts.until(2)
        desk.hear({**kept.lab, "status": {**kept.lab["status"], "phase": "Degraded"}})
        await asyncio.sleep(0.05)
        assert len(looks) == 2
        desk.hear({**kept.lab, "spec": {**kept.lab["spec"], "weather": False}})
        await kept.parts.until(3)
    running.cancel()


async def test_where_topics_stood_outlives_the_page(kept: Kept) -> None:
    kept.set(raw(exercise("one", {"message": {"topic": "other", "key": "9"}})))
    assert await kept.look(kept.desk()) == ["todo"]
    marks = [{"topic": "other", "offsets": [0]}]
    assert kept.lab["status"]["exercises"]["marks"] == marks
    asked = len(kept.parts.asked)
    assert await kept.look(kept.desk()) == ["todo"]
    assert not [what for what in kept.parts.asked[asked:] if what.startswith("since")]
    assert kept.lab["status"]["exercises"]["marks"] == marks


async def test_exercises_that_came_with_their_lab_ask_for_no_time(kept: Kept) -> None:
    kept.set(raw(exercise("one", {"message": {"topic": "other", "key": "9"}})))
    kept.lab["metadata"]["creationTimestamp"] = "2026-11-28T08:59:00Z"
    await kept.look(kept.desk())
    assert kept.lab["status"]["exercises"]["marks"] == [{"topic": "other", "offsets": []}]
    assert not [what for what in kept.parts.asked if what.startswith("since")]
