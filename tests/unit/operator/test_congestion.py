"""How many calls may be in flight: what answers teach, whatever comes in whatever order."""

from hypothesis import given, settings
from hypothesis import strategies as st

from streaminglab_operator.adapters.congestion import (
    AFTER_SLOW,
    FIRST,
    LEAST,
    MOST,
    MOST_PAUSE,
    SLOW_SECONDS,
    SLOW_TIMES,
    Congestion,
)

QUICK = 0.01
KIND = "PATCH services"
answers = st.tuples(st.sampled_from(["quick", "slow", "refused"]), st.floats(0.0, 100.0))


def _rounds(
    congestion: Congestion, count: int, seconds: float, now: float = 0.0, full: bool = True
) -> float:
    """So many rounds, each with as many calls as there may be; when the last of them ended."""
    for _ in range(count):
        calls = int(congestion.limit)
        for _ in range(calls):
            congestion.answered(KIND, now, now + seconds, calls if full else 1)
        now += seconds
    return now


@given(st.lists(answers, max_size=200))
def test_there_is_always_a_place_and_never_more_than_the_most(
    said: list[tuple[str, float]],
) -> None:
    congestion, now = Congestion(), 0.0
    for what, seconds in said:
        began, now = now, now + {"quick": QUICK, "slow": 2 * SLOW_SECONDS}.get(what, 0.0)
        if what == "refused":
            congestion.refused(began, now, seconds)
            assert congestion.resumes <= now + MOST_PAUSE
            now = congestion.resumes
        else:
            congestion.answered(KIND, began, now, int(congestion.limit))
        assert LEAST <= congestion.limit <= MOST
        assert congestion.room(0, now)
        assert not congestion.room(MOST, now)


@given(st.floats(0.0, 60.0))
def test_nothing_begins_while_the_server_asks_to_be_left_alone(wait: float) -> None:
    congestion = Congestion()
    congestion.refused(0.0, 1.0, wait)
    until = 1.0 + min(wait, MOST_PAUSE)
    assert congestion.room(0, until)
    assert wait == 0.0 or not congestion.room(0, (1.0 + until) / 2 - 1e-9)


def test_a_server_that_keeps_pace_gets_one_more_each_round() -> None:
    congestion = Congestion()
    _rounds(congestion, 10, QUICK)
    assert FIRST + 6 < congestion.limit <= FIRST + 10
    _rounds(congestion, 1000, QUICK, 1.0)
    assert congestion.limit == MOST


def test_what_is_not_used_up_is_not_made_larger() -> None:
    congestion = Congestion()
    _rounds(congestion, 50, QUICK, full=False)
    assert congestion.limit == FIRST


def test_slow_answers_of_one_moment_count_once() -> None:
    congestion = Congestion()
    now = _rounds(congestion, 1, QUICK, full=False)
    for number in range(24):
        congestion.answered(KIND, now, now + SLOW_SECONDS + 0.1 + number / 100, 24)
    assert congestion.limit == FIRST * AFTER_SLOW


def test_a_refusal_takes_half_and_a_few_rounds_more_nearly_all() -> None:
    congestion, now = Congestion(), 0.0
    for _ in range(10):
        congestion.refused(now, now + 1.0)
        now += 1.0
    assert congestion.limit == LEAST


def test_a_call_that_is_always_slow_says_nothing_of_us() -> None:
    """A webhook may take its time for one kind of object."""
    congestion = Congestion()
    _rounds(congestion, 20, 3.0)
    assert congestion.limit > FIRST


def test_a_cluster_that_became_slower_for_good_is_not_held_to_its_past() -> None:
    congestion = Congestion()
    now = _rounds(congestion, 5, QUICK)
    now = _rounds(congestion, 40, SLOW_SECONDS * 2, now)
    low = congestion.limit
    _rounds(congestion, 100, SLOW_SECONDS * 2, now)
    assert congestion.limit > low


@settings(max_examples=25, deadline=None)
@given(st.floats(5.0, 200.0))
def test_it_settles_at_what_a_server_can_take(rate: float) -> None:
    """A server that does so many a second, one after the other: what is in flight waits there,
    never longer than four times as long as with the fewest calls, or half a second."""
    congestion, now = Congestion(), 1.0
    congestion.answered(KIND, now - 1.0 / rate, now, 1)
    for number in range(100):
        calls = int(congestion.limit)
        took = calls / rate
        for _ in range(calls):
            congestion.answered(KIND, now, now + took, calls)
        now += took
        assert number < 20 or took <= max(SLOW_SECONDS, SLOW_TIMES * LEAST / rate) + 2 / rate
