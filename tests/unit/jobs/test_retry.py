"""Trying again: growing pauses, one deadline, an end when asked."""

from itertools import islice

import pytest

from streaminglab_base.errors import JobError, Stopped, Unavailable
from streaminglab_base.retry import Patience, pauses
from streaminglab_base.stopping import Stopping
from tests.unit.jobs.fake_clock import FakeClock


def test_pauses_double_up_to_the_longest() -> None:
    assert list(islice(pauses(), 7)) == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]


def failing(times: int) -> list[int]:
    return [0, times]


def attempt(state: list[int]) -> str:
    state[0] += 1
    if state[0] <= state[1]:
        raise Unavailable("connection refused")
    return "done"


def test_it_insists_until_it_works() -> None:
    state, clock = failing(3), FakeClock()
    assert Patience(Stopping(clock)).insist("InfluxDB", lambda: attempt(state)) == "done"
    assert state[0] == 4
    assert clock.waited == [0.1, 0.2, 0.4]


def test_it_gives_up_at_the_deadline_saying_for_whom_it_waited() -> None:
    clock = FakeClock()
    with pytest.raises(JobError, match="gave up after 60 s waiting for InfluxDB: connection"):
        Patience(Stopping(clock), 60).insist("InfluxDB", lambda: attempt(failing(10**6)))
    assert sum(clock.waited) == pytest.approx(60)


def test_a_mistake_passes_through_at_once() -> None:
    def refuse() -> None:
        raise JobError("no")

    with pytest.raises(JobError, match="no"):
        Patience(Stopping(), 60).insist("InfluxDB", refuse)


def test_a_stop_ends_the_waiting() -> None:
    stopping = Stopping()

    def away() -> None:
        stopping.stop()
        raise Unavailable("away")

    with pytest.raises(Stopped):
        Patience(stopping, 60).insist("InfluxDB", away)
