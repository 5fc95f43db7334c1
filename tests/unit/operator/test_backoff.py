"""Waits that double."""

import pytest

from streaminglab_operator.backoff import doubled


def test_each_wait_is_twice_the_one_before_up_to_the_longest() -> None:
    assert [doubled(0.5, 30, n) for n in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]


@pytest.mark.parametrize("failures", [16, 17, 1024, 10**9])
def test_many_failures_are_no_number_that_is_too_large(failures: int) -> None:
    assert doubled(0.5, 30, failures) == 30
    assert doubled(1, 1e9, failures) == 2.0**16
