"""When a missing point counts as lost: only when it can be nowhere on its way any more."""

import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import cast

import pytest

from streaminglab_jobs.influx.query import InfluxQuery
from streaminglab_jobs.influx.write import InfluxWriter
from streaminglab_jobs.points import Point
from streaminglab_jobs.verify import telegraf as telegraf_module
from streaminglab_jobs.verify.digests import digest
from streaminglab_jobs.verify.repair import FRESH, POKE_AFTER, STABLE, STABLE_UNSEEN, Look, Repair
from streaminglab_jobs.verify.telegraf import TelegrafBuffer
from tests.unit.jobs.fake_clock import FakeClock
from tests.unit.jobs.fakes import HERE, FakeInflux

POINT = Point("s1", 5, 1.0, 50.0, 1000.0, 3.0)
POLL = 0.25


class World:
    """A lab in which one point is missing in Telegraf's topic; time passes by polls."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, telegraf: bool = True) -> None:
        self.clock = FakeClock()
        self.holds: bool | None = False
        self.queue: int | None = 0
        self.seen, self.newer, self.settled = 10, 0, True
        self.read, self.end = 10, 10
        self.influx = FakeInflux()
        self.influx.put_point(POINT)
        query = InfluxQuery(self.influx, "weather")
        writer = InfluxWriter(self.influx.send, HERE, "weather", query)
        buffer = cast(TelegrafBuffer, SimpleNamespace(holds=lambda: self.holds))
        self.repair = Repair(
            self.influx,
            query,
            writer,
            "weather",
            clock=self.clock,
            buffer=buffer if telegraf else None,
        )
        monkeypatch.setattr(self.repair, "queued_bytes", lambda: self.queue)

    def look(self) -> Look:
        return Look(
            seen=self.seen,
            settled=self.settled,
            missing=lambda: {digest(POINT)},
            ends=lambda: {0: self.end},
            reached=lambda ends: self.read >= ends[0],
            newer=self.newer,
        )

    def poll(self, seconds: float, each: Callable[[], None] = lambda: None) -> float | None:
        """Poll for a while; after how many seconds it was replayed, or None."""
        began = self.clock.now
        while self.clock.now - began < seconds:
            each()
            self.repair.step(self.look())
            if self.repair.replayed:
                return self.clock.now - began
            self.clock.now += POLL
        return None


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def test_an_empty_telegraf_lets_a_lost_point_be_sent_after_a_few_seconds(world: World) -> None:
    after = world.poll(60)
    assert after is not None
    assert FRESH + POKE_AFTER <= after <= FRESH + POKE_AFTER + 3 * POLL


def test_a_telegraf_that_holds_points_is_waited_for_however_long(world: World) -> None:
    world.holds = True
    assert world.poll(600) is None
    world.holds = False
    assert world.poll(2 * POLL + 0.01) is not None


def test_an_answer_older_than_the_emptying_of_the_queue_proves_nothing(world: World) -> None:
    world.queue = 1000
    assert world.poll(60) is None
    world.queue = 0
    after = world.poll(60)
    assert after is not None
    assert after >= FRESH


def test_records_that_were_not_read_yet_are_not_missing(world: World) -> None:
    world.end = 11
    assert world.poll(60) is None
    world.read = 11
    assert world.poll(1) is not None


def test_a_record_that_arrives_starts_the_wait_anew(world: World) -> None:
    world.poll(FRESH)
    world.seen += 1
    after = world.poll(60)
    assert after is not None
    assert after >= FRESH + POKE_AFTER


def test_nothing_is_lost_while_kafka_has_not_all_of_the_producers_points(world: World) -> None:
    world.settled = False
    assert world.poll(600) is None


@pytest.mark.parametrize("configured", [True, False])
def test_a_telegraf_that_cannot_be_asked_is_given_long_silence(
    monkeypatch: pytest.MonkeyPatch, configured: bool
) -> None:
    world = World(monkeypatch, telegraf=configured)
    world.holds = None
    after = world.poll(60)
    assert after is not None
    assert STABLE <= after <= STABLE + 2 * POLL


@pytest.mark.parametrize("holds", [False, None])
def test_a_queue_that_cannot_be_seen_is_given_longer_silence(
    world: World, holds: bool | None
) -> None:
    world.queue, world.holds = None, holds
    after = world.poll(60)
    assert after is not None
    assert after >= STABLE_UNSEEN


def test_an_endless_flow_keeps_telegraf_from_being_empty_but_passes_what_is_older(
    world: World,
) -> None:
    world.holds = True

    def flow() -> None:
        world.newer += 1

    after = world.poll(60, each=flow)
    assert after is not None
    assert after >= STABLE


def test_an_endless_flow_that_stands_still_in_telegraf_is_waited_for(world: World) -> None:
    world.holds = True
    world.newer = 7
    assert world.poll(600) is None


class TestAsking:
    @pytest.fixture
    def server(self) -> Iterator[SimpleNamespace]:
        said = SimpleNamespace(status=200, url="")

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(said.status)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            said.url = f"http://127.0.0.1:{server.server_port}/"
            Thread(target=server.serve_forever, daemon=True).start()
            yield said
            server.shutdown()

    @pytest.mark.parametrize(("status", "holds"), [(200, False), (503, True), (404, None)])
    def test_the_answer_is_the_status(
        self, server: SimpleNamespace, status: int, holds: bool | None
    ) -> None:
        server.status = status
        assert TelegrafBuffer(server.url).holds() is holds

    def test_nobody_there_is_no_answer(self, server: SimpleNamespace) -> None:
        port = server.url.rsplit(":", 1)[1].strip("/")
        assert TelegrafBuffer(f"http://127.0.0.2:{port}/").holds() is None

    def test_one_that_stays_silent_may_hold_what_it_held(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(telegraf_module, "SECONDS", 0.1)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            assert TelegrafBuffer(f"http://127.0.0.1:{port}/").holds() is True
