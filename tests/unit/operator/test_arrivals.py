"""Who is next: starts by when they began, all others in turns, and nobody waits for ever."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from streaminglab_operator import arrivals as module
from streaminglab_operator.arrivals import START_PASSES, TURN_AFTER, Arrivals

KEYS = st.tuples(st.sampled_from("abc"), st.integers(0, 4))
Key = tuple[str, int]


def _queue() -> Arrivals[Key]:
    return Arrivals(lambda key: key[0], lambda _: True)


def test_a_lab_has_all_passes_of_its_start_before_those_that_began_later() -> None:
    """Each key asks again as soon as it was taken, as one that has a next step at once."""
    queue = _queue()
    for number in range(5):
        queue.add((str(number), 0))
    order = []
    for _ in range(5 * START_PASSES):
        key = queue.take()
        assert key is not None
        order.append(key)
        if order.count(key) < START_PASSES:
            queue.add(key)
    assert order == [(str(n), 0) for n in range(5) for _ in range(START_PASSES)]


def test_the_second_lab_of_a_namespace_gives_way_to_the_first_of_others() -> None:
    queue = _queue()
    for key in [("a", 0), ("a", 1), ("a", 2), ("b", 0), ("c", 0)]:
        queue.add(key)
    taken = [queue.take() for _ in range(5)]
    assert taken == [("a", 0), ("b", 0), ("c", 0), ("a", 1), ("a", 2)]


@given(st.lists(KEYS, unique=True, max_size=15))
def test_what_waits_is_taken_once(keys: list[Key]) -> None:
    queue = _queue()
    for key in keys:
        queue.add(key)
    taken = [queue.take() for _ in keys]
    assert Counter(taken) == Counter(keys)
    assert queue.take() is None


@given(st.lists(KEYS, unique=True, max_size=15), st.sampled_from("abc"))
def test_a_group_without_room_is_passed_over_and_keeps_its_place(
    keys: list[Key], full: str
) -> None:
    closed = {full}
    queue: Arrivals[Key] = Arrivals(lambda key: key[0], lambda group: group not in closed)
    for key in keys:
        queue.add(key)
    taken = list(iter(queue.take, None))
    assert {k for k in keys if k[0] != full} == set(taken)
    closed.clear()
    assert {k for k in keys if k[0] == full} == set(iter(queue.take, None))


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 6), st.data())
def test_nobody_waits_for_ever_beside_those_that_always_come_again(
    busy: int, data: st.DataObject
) -> None:
    """Some come again at once, for ever; the one that waits is of a random group."""
    queue = _queue()
    others = [(data.draw(st.sampled_from("abc")), n) for n in range(1, busy + 1)]
    for key in others:
        queue.add(key)
    late = (data.draw(st.sampled_from("abc")), 0)
    queue.add(late)
    for _ in range((busy + 1) * START_PASSES * TURN_AFTER):
        taken = queue.take()
        if taken == late:
            return
        assert taken is not None
        queue.add(taken)
    raise AssertionError("it was never taken")


def test_a_start_does_not_hold_up_what_has_started_long_ago() -> None:
    queue = _queue()
    old = ("a", 0)
    for _ in range(START_PASSES):
        queue.add(old)
        assert queue.take() == old
    queue.add(old)
    for number in range(20):
        queue.add((f"new-{number}", 0))
    first = [queue.take() for _ in range(TURN_AFTER + 1)]
    assert old in first


def test_keys_that_are_gone_take_no_room_for_ever() -> None:
    queue = _queue()
    for number in range(module.MOST_KNOWN + 50):
        queue.add((f"{number}", number))
        assert queue.take() == (f"{number}", number)
    assert len(queue._begun) <= module.MOST_KNOWN
    assert len(queue._left) == len(queue._begun)
    assert len(queue._starting_in) <= len(queue._begun)
