"""Two clocks: one for waits, that never goes back, and the machine's, for what others read."""

import time

import pytest

from streaminglab_operator.adapters.clock import WallClock


@pytest.mark.parametrize("jump", [-3600.0, 3600.0])
def test_waits_do_not_see_that_the_machines_clock_was_set(
    monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_772_000_000.0)
    monkeypatch.setattr(time, "monotonic", lambda: 50.0)
    clock = WallClock()
    assert clock.now() == clock.wall() == 1_772_000_000.0
    monkeypatch.setattr(time, "time", lambda: 1_772_000_010.0 + jump)
    monkeypatch.setattr(time, "monotonic", lambda: 60.0)
    assert clock.now() == 1_772_000_010.0
    assert clock.wall() == 1_772_000_010.0 + jump
