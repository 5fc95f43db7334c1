"""A clock in which time passes by waiting alone."""

import threading
from collections.abc import Callable

from streaminglab_base.clock import Clock


class FakeClock(Clock):
    """``waited`` has every wait, in seconds; ``on_wait`` is called in each, before time passes."""

    def __init__(self, now_ns: int = 1_760_000_000_000_000_000) -> None:
        self.now = 100.0
        self.waited: list[float] = []
        self.on_wait: Callable[[], None] = lambda: None
        self._began = now_ns

    def monotonic(self) -> float:
        return self.now

    def time_ns(self) -> int:
        return self._began + int((self.now - 100.0) * 1e9)

    def wait(self, event: threading.Event, seconds: float) -> None:
        self.on_wait()
        if not event.is_set():
            self.waited.append(seconds)
            self.now += seconds
