"""Work of a lab that goes on between its passes, because somebody else's server has to answer.

A worker is there for all labs, so no pass waits for what a lab's own InfluxDB or Connect says. A
pass begins such work, and its end wakes the lab; the next pass takes up what came of it.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

R = TypeVar("R")

NAME = "background of "
"""Begins the names of these tasks."""


@dataclass(slots=True)
class Background(Generic[R]):
    """At most one piece of work at a time. It holds what came of it until that is taken."""

    _task: asyncio.Task[R] | None = field(default=None, repr=False)

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self._task is not None and not self._task.done()

    def begin(self, work: Coroutine[Any, Any, R], name: str, wake: Callable[[], None]) -> None:
        """Begin another piece of work in the place of what there was. ``wake``: called at its end,
        however it ends, but not when it is cancelled."""
        self.cancel()

        def ended(task: asyncio.Task[R]) -> None:
            if not task.cancelled():
                wake()

        self._task = asyncio.create_task(work, name=NAME + name)
        self._task.add_done_callback(ended)

    def take(self) -> R | None:
        """What came of it, once; its error is raised here. None while it goes on, or if there is
        none."""
        task = self._task
        if task is None or not task.done():
            return None
        self._task = None
        return task.result()

    def peek(self) -> R | None:
        """What came of it, and it stays; None where :meth:`take` would give None, or raise."""
        task = self._task
        if task is None or not task.done() or task.cancelled() or task.exception() is not None:
            return None
        return task.result()

    def cancel(self) -> None:
        """End it: nobody will ask what came of it."""
        task, self._task = self._task, None
        if task is None:
            return
        if not task.done():
            task.cancel()
        elif not task.cancelled():
            # Read, so that the event loop does not complain of an error that nobody saw.
            task.exception()
