"""A token bucket: how much may happen at once, and how much in the long run. Pure.

As client-go's flow control has it (util/flowcontrol, ``NewTokenBucketRateLimiter``).
"""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Bucket:
    """``burst`` tokens at first and at most; ``per_second`` of them come back. ``now``: seconds of
    a clock that never goes back."""

    burst: float
    per_second: float
    at: float
    _tokens: float = field(init=False)

    def __post_init__(self) -> None:
        """It begins full."""
        self._tokens = self.burst

    def tokens(self, now: float) -> float:
        """How many there are; less than none where some were spent that were not there."""
        return min(self.burst, self._tokens + (now - self.at) * self.per_second)

    def spend(self, now: float) -> None:
        """Take one."""
        self._tokens, self.at = self.tokens(now) - 1.0, now

    def short_of(self, now: float) -> float:
        """In how many seconds there is a whole one; 0: now."""
        return max(0.0, (1.0 - self.tokens(now)) / self.per_second)

    def full(self, now: float) -> bool:
        """Whether it is as good as a new one."""
        return self.tokens(now) >= self.burst
