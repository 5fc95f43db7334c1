"""Trying again: growing pauses, one deadline, an end when asked."""

from itertools import islice

import pytest

from streaminglab_base import retry
from streaminglab_base.errors import JobError, Stopped, Unavailable
from streaminglab_base.retry import Patience, pauses
from streaminglab_base.stopping import Stopping


def test_pauses_double_up_to_the_longest() -> None:
    assert list(islice(pauses(), 7)) == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]


def failing(times: int) -> list[int]:
    return [0, times]


def attempt(state: list[int]) -> str:
    state[0] += 1
    if state[0] <= state[1]:
        raise Unavailable("connection refused")
    return "done"


def test_it_insists_until_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "pauses", lambda: iter([0.001] * 10))
    state = failing(3)
    assert Patience(Stopping()).insist("InfluxDB", lambda: attempt(state)) == "done"
    assert state[0] == 4


def test_it_gives_up_at_the_deadline_saying_for_whom_it_waited() -> None:
    with pytest.raises(JobError, match="waiting for InfluxDB: connection refused"):
        Patience(Stopping(), 0.01).insist("InfluxDB", lambda: attempt(failing(10**6)))


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
