"""How much may happen at once, and how much in the long run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.bucket import Bucket


def test_so_many_at_once_and_then_one_after_the_other() -> None:
    bucket = Bucket(3.0, 0.5, at=100.0)
    for _ in range(3):
        assert bucket.short_of(100.0) == 0.0
        bucket.spend(100.0)
    assert bucket.short_of(100.0) == pytest.approx(2.0)
    assert bucket.short_of(101.0) == pytest.approx(1.0)
    assert bucket.short_of(102.0) == 0.0


def test_what_was_spent_comes_back_and_no_more() -> None:
    bucket = Bucket(3.0, 0.5, at=0.0)
    assert bucket.full(0.0)
    bucket.spend(0.0)
    assert not bucket.full(1.0)
    assert bucket.full(2.0)
    assert bucket.tokens(1e9) == 3.0


@given(
    burst=st.floats(1.0, 100.0),
    rate=st.floats(0.01, 10.0),
    waits=st.lists(st.floats(0.0, 50.0), max_size=60),
)
def test_whoever_asks_first_never_gets_more_than_burst_and_rate(
    burst: float, rate: float, waits: list[float]
) -> None:
    bucket, now, taken = Bucket(burst, rate, at=0.0), 0.0, 0
    for wait in waits:
        now += wait
        if not bucket.short_of(now):
            bucket.spend(now)
            taken += 1
        assert taken <= burst + now * rate + 1e-6
