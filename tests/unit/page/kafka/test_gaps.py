"""What is known to be unreadable, within bounds."""

from streaminglab_page.kafka.gaps import LATE, MOST, NEAR, Gap, GapCause, Gaps


def gap(first: int, last: int, partition: int = 0) -> Gap:
    return Gap(partition, first, last, GapCause.MEMORY, 1, "gzip")


def test_a_gap_is_found_by_each_of_its_offsets() -> None:
    gaps = Gaps()
    gaps.add("t", gap(5, 9))
    assert [n for n in range(12) if gaps.at("t", 0, n)] == [5, 6, 7, 8, 9]
    assert gaps.at("t", 1, 5) is None
    assert gaps.at("u", 0, 5) is None


def test_what_may_be_fetched_ahead_is_near() -> None:
    gaps = Gaps()
    gaps.add("t", gap(5000, 5000))
    assert not gaps.near("t", 0, (0, 9999))
    assert gaps.near("t", 0, (5001 - NEAR, 9999))
    assert gaps.near("t", 0, (5000, 5001))
    assert not gaps.near("t", 0, (5001, 9999))


def test_a_suspicion_holds_until_its_gap_is_found() -> None:
    gaps = Gaps()
    gaps.suspect("t", 0, 100)
    assert gaps.near("t", 0, (100, 9999))
    assert gaps.near("t", 0, (99 + NEAR, 9999))
    assert not gaps.near("t", 0, (100 + NEAR, 9999))
    assert not gaps.near("t", 1, (100, 9999))
    gaps.add("t", gap(120, 120))
    assert not gaps.near("t", 0, (121, 9999))


def test_a_batch_is_late_for_some_readings_before_it_is_blamed() -> None:
    gaps = Gaps()
    assert [gaps.late("t", 0, 5) for _ in range(LATE)] == [False] * (LATE - 1) + [True]
    assert not gaps.late("t", 0, 6)
    assert not gaps.late("t", 1, 5)
    gaps.add("t", gap(5, 9))
    assert not gaps.late("t", 0, 5)


def test_no_more_are_kept_than_the_newest() -> None:
    gaps = Gaps()
    for n in range(MOST + 1):
        gaps.add("t", gap(n, n))
        gaps.suspect("t", n, 0)
    assert gaps.at("t", 0, 0) is None
    assert gaps.at("t", 0, MOST)
    assert not gaps.near("t", 0, (NEAR, NEAR + 1))
