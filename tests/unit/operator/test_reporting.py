"""The one place that makes JSON of a status: what is written, and what is left as it is stored."""

from collections.abc import Mapping
from typing import Any

from streaminglab_operator.api import DataStatus, Phase, Problem, Reason, StreamingLabStatus
from streaminglab_operator.api.status_exercises import ExercisesStatus
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import Culprit
from streaminglab_operator.plan import plan
from streaminglab_operator.ports import LONGEST_MESSAGE, EventToPublish
from streaminglab_operator.reconcile.reporting import (
    EVENTS_PER_SECOND,
    MOST_EVENTS,
    SEEN_SECONDS,
    SELDOM,
    Reported,
    Reporter,
    ReportMemory,
)
from streaminglab_operator.status import invalid, summarise
from tests.labs import (
    COMPLETE,
    OPTIONS,
    all_ready,
    init,
    inject,
    job,
    lab,
    pod,
    report,
    view,
    workload,
    workloads,
)

KEY = LabKey("user-alice", "meteo")
EMPTY = StreamingLabStatus()
NINE = 1_769_850_000.0


class _Server:
    """A cluster and a clock that know as much as the reporter needs."""

    def __init__(self) -> None:
        self.stored: dict[str, Any] = {}
        self.writes = 0
        self.firsts: list[bool] = []

    def wall(self) -> float:
        return NINE

    def now(self) -> float:
        return NINE

    async def patch_status(
        self, key: LabKey, uid: str, fields: Mapping[str, Any], *, first: bool = False
    ) -> bool:
        assert uid == "uid-lab"
        self.firsts.append(first)
        kept = {k: v for k, v in self.stored.items() if k not in fields}
        self.stored = kept | {k: v for k, v in fields.items() if v is not None}
        self.writes += 1
        return True

    async def publish(self, key: LabKey, uid: str, event: object) -> None:
        assert (key, uid) == (KEY, "uid-lab")


async def _report(
    server: _Server, status: StreamingLabStatus, memory: ReportMemory | None = None
) -> Reported:
    reporter = Reporter(server, server)  # type: ignore[arg-type]
    memory = memory or ReportMemory()
    last = memory.newest(StreamingLabStatus.read(server.stored), 0.0)
    return await reporter.report(KEY, "uid-lab", last, status, memory)


def _computed() -> StreamingLabStatus:
    of, seen = lab(), all_ready(lab())
    return summarise(of, seen, plan(of, seen, OPTIONS), EMPTY)


async def test_what_is_stored_is_not_written_again_also_by_another_process() -> None:
    server = _Server()
    assert await _report(server, _computed()) is Reported.WRITTEN
    assert await _report(server, _computed()) is Reported.SAME
    assert server.writes == 1


async def test_every_condition_that_is_stored_has_its_time() -> None:
    server = _Server()
    await _report(server, _computed())
    times = {c["lastTransitionTime"] for c in server.stored["conditions"]}
    assert times == {"2026-01-31T09:00:00Z"}


async def test_the_last_comparison_and_the_hash_are_left_as_they_are_stored() -> None:
    server = _Server()
    data = DataStatus(summary="1/1/1", influxdb=1, verified_by="meteo-verify-1")
    known = {"data": data, "applied_hash": "h"}
    await _report(server, _computed().model_copy(update=known))
    before = dict(server.stored)
    refused = invalid(2, [Problem("spec.x", "no")], _computed())
    assert await _report(server, refused) is Reported.WRITTEN
    assert {k: server.stored[k] for k in ("data", "appliedHash")} == {
        k: before[k] for k in ("data", "appliedHash")
    }


async def test_a_condition_of_another_version_does_not_stay() -> None:
    server = _Server()
    await _report(server, _computed())
    later = {**server.stored["conditions"][0], "type": "LaterReady"}
    server.stored["conditions"] = [*server.stored["conditions"], later]
    assert await _report(server, _computed()) is Reported.WRITTEN
    assert "LaterReady" not in {c["type"] for c in server.stored["conditions"]}


async def test_a_lab_that_is_gone_is_reported_as_gone() -> None:
    class Gone(_Server):
        async def patch_status(
            self, key: LabKey, uid: str, fields: Mapping[str, Any], *, first: bool = False
        ) -> bool:
            return False

    memory = ReportMemory()
    assert await _report(Gone(), _computed(), memory) is Reported.GONE
    assert memory.newest(StreamingLabStatus(), 0.0) == StreamingLabStatus()


def _coming_up(**ready: int) -> StreamingLabStatus:
    """A lab whose components have so many pods."""
    of = lab()
    parts = {"kafka": 1, "influxdb": 1, "telegraf": 1, "producer": 1} | ready
    seen = view(of, *(workload(of, name, ready=count) for name, count in parts.items()))
    return summarise(of, seen, plan(of, seen, OPTIONS), EMPTY)


async def _in_turn(*statuses: StreamingLabStatus) -> list[Reported]:
    server, memory = _Server(), ReportMemory()
    reporter = Reporter(server, server, lambda: 1.0)  # type: ignore[arg-type]
    found = []
    for status in statuses:
        last = memory.newest(StreamingLabStatus.read(server.stored), 0.0)
        found.append(await reporter.report(KEY, "uid-lab", last, status, memory))
    return found


async def test_how_a_lab_comes_up_is_said_at_once_and_then_from_time_to_time() -> None:
    first, more = _coming_up(kafka=0, telegraf=0), _coming_up(kafka=0)
    assert await _in_turn(first, more) == [Reported.WRITTEN, Reported.LATER]


async def test_what_is_ready_what_is_lost_and_what_is_in_trouble_never_waits() -> None:
    some, fewer, ready = _coming_up(kafka=0), _coming_up(kafka=0, telegraf=0), _computed()
    assert ready.conditions[0].status == "False", "the data was not compared"
    for later in (fewer, _troubled(), _ready(), some.model_copy(update={"observed_generation": 2})):
        assert await _in_turn(some, later) == [Reported.WRITTEN, Reported.WRITTEN]
    assert await _in_turn(_ready(), some) == [Reported.WRITTEN, Reported.WRITTEN]


def _troubled() -> StreamingLabStatus:
    why = Culprit(Reason.IMAGE_PULL_BACK_OFF, "its image cannot be pulled")
    of = lab()
    loads = workloads(of, "influxdb", "telegraf", "producer")
    broken = pod("meteo-kafka-0-0", "kafka", ready=False, culprit=why)
    seen = view(of, loads, [workload(of, "kafka", ready=0)[0], broken])
    return summarise(of, seen, plan(of, seen, OPTIONS), EMPTY)


def _ready() -> StreamingLabStatus:
    of = lab()
    done = job(of, "verify", COMPLETE, report())
    seen = view(of, workloads(of), init(of), inject(of), done)
    return summarise(of, seen, plan(of, seen, OPTIONS), EMPTY)


async def test_a_lab_that_was_ready_says_at_once_how_it_comes_back() -> None:
    first, more = (
        status.model_copy(update={"phase": Phase.DEGRADED})
        for status in (_coming_up(kafka=0, telegraf=0), _coming_up(kafka=0))
    )
    assert await _in_turn(first, more) == [Reported.WRITTEN, Reported.WRITTEN]


def _exercises(summary: str) -> ExercisesStatus:
    return ExercisesStatus(set="000", summary=summary, items=[])


async def test_only_the_first_status_of_a_lab_is_written_as_one() -> None:
    server, memory = _Server(), ReportMemory()
    await _report(server, _computed(), memory)
    await _report(server, _computed().model_copy(update={"phase": Phase.DEGRADED}), memory)
    await _report(server, _computed())
    assert server.firsts == [True, False, False]


async def test_what_is_no_longer_said_is_taken_away_and_what_the_page_says_is_not_named() -> None:
    server = _Server()
    server.stored = {"urls": [{"name": "grafana", "url": "http://g"}], "exercises": {"new": 1}}
    assert await _report(server, _computed()) is Reported.WRITTEN
    assert not server.stored.get("urls")
    assert server.stored["exercises"] == {"new": 1}, "of a later page, and not readable"


async def test_exercises_are_left_as_they_are_stored_now() -> None:
    server, memory = _Server(), ReportMemory()
    assert await _report(server, _computed(), memory) is Reported.WRITTEN
    # The page writes: that alone is nothing to say, whatever this process wrote last.
    server.stored["exercises"] = {"set": "000", "summary": "2/2", "items": []}
    newer = _computed().model_copy(update={"exercises": _exercises("2/2")})
    assert await _report(server, newer, memory) is Reported.SAME
    assert await _report(server, newer) is Reported.SAME
    changed = newer.model_copy(update={"phase": Phase.DEGRADED})
    assert await _report(server, changed, memory) is Reported.WRITTEN
    assert server.stored["exercises"]["summary"] == "2/2"


async def test_exercises_go_when_nobody_asks_for_them_any_more() -> None:
    server, memory = _Server(), ReportMemory()
    await _report(server, _computed(), memory)
    server.stored["exercises"] = {"set": "000", "summary": "1/2", "items": []}
    assert await _report(server, _computed(), memory) is Reported.WRITTEN
    assert "exercises" not in server.stored
    assert memory.newest(StreamingLabStatus(), 0.0).exercises is None


async def test_what_was_written_counts_until_it_is_seen() -> None:
    server, memory, older = _Server(), ReportMemory(), StreamingLabStatus()
    await _report(server, _computed(), memory)
    seen = StreamingLabStatus.read(server.stored)
    assert memory.newest(older, 0.0) == seen
    exercises = {"exercises": _exercises("1/2")}
    assert memory.newest(seen.model_copy(update=exercises), 0.0) == seen.model_copy(
        update=exercises
    )
    # Seen once, it is kept no longer, and what is seen later is newer.
    later = seen.model_copy(update={"phase": Phase.DEGRADED})
    assert memory.newest(later, 0.0) == later


async def test_what_was_written_and_never_seen_counts_for_so_long() -> None:
    """Somebody else wrote another one before the watch told of it."""
    server, memory, other = _Server(), ReportMemory(), StreamingLabStatus(phase=Phase.DEGRADED)
    await _report(server, _computed(), memory)
    assert memory.newest(other, memory.written + SEEN_SECONDS - 1) != other
    assert memory.newest(other, memory.written + SEEN_SECONDS) == other


def _events(count: int, message: str = "kafka: no pod is ready") -> list[EventToPublish]:
    return [EventToPublish("Warning", "NotReady", message)] * count


def test_of_very_many_events_some_are_published_and_the_last_one_says_so() -> None:
    memory = ReportMemory()
    published = list(memory.allowed(_events(200), NINE))
    assert len(published) == MOST_EVENTS
    assert [e.message.endswith(SELDOM) for e in published] == [False] * 24 + [True]
    assert not list(memory.allowed(_events(1), NINE + 1))
    later = list(memory.allowed(_events(5), NINE + 1 / EVENTS_PER_SECOND))
    assert [e.message.endswith(SELDOM) for e in later] == [True]
    assert len(list(memory.allowed(_events(200), NINE + 1e6))) == MOST_EVENTS


def test_the_word_of_it_survives_the_longest_message() -> None:
    *_, last = ReportMemory().allowed(_events(25, "x" * 5000), NINE)
    assert last.message.endswith(SELDOM)
    assert len(last.message) == LONGEST_MESSAGE
