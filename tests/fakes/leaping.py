"""An event loop whose clock leaps to whatever is due next, instead of waiting for it.

For what waits by the loop's time alone, in one thread and without a socket. An hour costs nothing,
what is due first comes first, and a busy machine, which stands still for longer than a time-out,
is not noticed.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec

P = ParamSpec("P")
BEGIN = 1000.0
"""What the clock shows first: nothing is due at zero."""


class _Selector(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now = BEGIN

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise AssertionError("nothing is due any more, and whoever waits does so for ever")
        found = super().select(0)
        if not found:
            self.now += max(0.0, timeout)
        return found


class LeapingLoop(asyncio.SelectorEventLoop):
    """Its time goes by only where all that is left to do is to wait."""

    def __init__(self) -> None:
        self._leaps = _Selector()
        super().__init__(self._leaps)

    def time(self) -> float:
        return self._leaps.now


def leaping(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run a test in such a loop."""

    @wraps(test)
    def run(*values: P.args, **named: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=LeapingLoop) as runner:
            runner.run(test(*values, **named))

    return run
