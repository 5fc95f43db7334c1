"""Which part of each partition is read."""

from hypothesis import given
from hypothesis import strategies as st

from streaminglab_page.kafka.spans import IN_ALL, MESSAGES, PARTITIONS, after, newest, whole


def test_the_newest_are_at_the_end_of_each() -> None:
    plan = newest({0: (0, 1000), 1: (5, 10), 2: (7, 7)})
    assert plan.spans == {0: (950, 1000), 1: (5, 10)}
    assert plan.left_out == 0


def test_of_thousands_of_partitions_some_are_read_and_the_rest_is_counted() -> None:
    plan = newest(dict.fromkeys(range(3000), (0, 1000)))
    assert (len(plan.spans), plan.left_out) == (PARTITIONS, 3000 - PARTITIONS)
    assert sum(end - first for first, end in plan.spans.values()) <= IN_ALL


def test_from_an_offset_on() -> None:
    ends = {0: (10, 1000), 1: (0, 30)}
    assert after(ends, {0: 0, 1: 40}).spans == {0: (10, 10 + MESSAGES)}
    assert after(ends, {0: 990, 1: -1}).spans == {0: (990, 1000)}
    assert whole(ends, {0: 500, 1: 0}).spans == {0: (500, 1000), 1: (0, 30)}


ENDS = st.dictionaries(
    st.integers(0, 200), st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=100
)


@given(ENDS, st.dictionaries(st.integers(0, 200), st.integers(-1, 200)))
def test_nothing_is_read_that_is_not_there(
    ends: dict[int, tuple[int, int]], starts: dict[int, int]
) -> None:
    for plan in (newest(ends), after(ends, starts), whole(ends, starts)):
        for partition, (first, end) in plan.spans.items():
            assert ends[partition][0] <= first < end <= ends[partition][1]
        assert plan.left_out >= 0
