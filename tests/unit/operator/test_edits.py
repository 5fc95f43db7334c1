"""How often a lab is edited by others, and how long it waits for an answer then."""

from hypothesis import given, settings
from hypothesis import strategies as st

from streaminglab_operator.reconcile.edits import (
    FIGHTS,
    FREE_EDITS,
    MAX_DELAY,
    MAX_KNOWN,
    STAND_OFF_SECONDS,
    WINDOW_SECONDS,
    EditsMemory,
)

MAP = ("ConfigMap", "meteo-kafka")


def _edited(times: int, now: float = 100.0) -> EditsMemory:
    memory = EditsMemory()
    memory.spec_seen(1, now)
    memory.delay(now)
    memory.spec_seen(1 + times, now)
    return memory


def test_three_edits_in_ten_seconds_are_answered_at_once() -> None:
    memory = EditsMemory()
    for number in range(3):
        memory.spec_seen(number + 1, 100.0 + 3 * number)
        assert memory.delay(100.0 + 3 * number) == 0
    assert memory.said == ""


def test_each_edit_above_the_free_ones_doubles_the_wait_up_to_a_minute() -> None:
    waits = [_edited(FREE_EDITS + n).delay(100.0) for n in range(1, 9)]
    assert waits == [2.0, 4.0, 8.0, 16.0, 32.0, MAX_DELAY, MAX_DELAY, MAX_DELAY]


def test_a_minute_after_the_last_edit_all_is_as_before() -> None:
    memory = _edited(500)
    assert memory.delay(100.0) == MAX_DELAY
    assert "500 times in the last minute, the spec" in memory.said
    assert memory.delay(100.0 + WINDOW_SECONDS) == 0
    assert memory.said == ""


def test_objects_that_are_deleted_together_are_one_edit() -> None:
    memory = EditsMemory()
    for number in range(30):
        memory.objects_seen({("Service", f"s{n}") for n in range(number)}, 100.0 + number / 20)
    assert memory.count(102.0) == 1


def test_an_object_that_stays_changed_is_one_edit_and_after_its_repair_another() -> None:
    memory = EditsMemory()
    for now in range(0, 50, 5):
        memory.objects_seen({MAP}, float(now))
    assert memory.count(50.0) == 1
    assert memory.delay(50.0) == 0
    memory.objects_seen({MAP}, 55.0)
    assert memory.count(55.0) == 2


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5000), st.floats(0, 30)), max_size=50))
def test_what_is_remembered_is_bounded_and_every_wait_ends(
    history: list[tuple[int, float]],
) -> None:
    memory, now, generation = EditsMemory(), 1000.0, 1
    for edits, pause in history:
        now, generation = now + pause, generation + edits
        memory.spec_seen(generation, now)
        memory.objects_seen({MAP}, now)
        wait = memory.delay(now)
        assert 0 <= wait <= MAX_DELAY + 0.001
        assert len(memory.times) <= MAX_KNOWN
    assert memory.delay(now + MAX_DELAY + 1) == 0


def test_a_rival_is_left_the_field_after_three_blows_and_then_after_each() -> None:
    memory = EditsMemory()
    for number in range(FIGHTS):
        assert memory.stand_off_until == 0
        memory.overwritten("elsewhere", 100.0 + number)
    until = memory.stand_off_until
    assert until == 100.0 + FIGHTS - 1 + STAND_OFF_SECONDS
    memory.overwritten("elsewhere", until + 1)
    assert memory.stand_off_until == until + 1 + STAND_OFF_SECONDS


def test_blows_that_lie_far_apart_are_no_fight() -> None:
    memory = EditsMemory()
    for number in range(10):
        memory.overwritten("elsewhere", number * STAND_OFF_SECONDS / 2 + 1)
    assert memory.stand_off_until == 0
