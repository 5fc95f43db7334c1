"""What runs beside kopf's watch of the labs: the Lease, the informers of their objects, the engine.

They are tasks of one group: whatever ends, ends the operator, which its Deployment starts anew.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from streaminglab_operator.adapters.lease import Lease
from streaminglab_operator.adapters.roll_call import RollCall
from streaminglab_operator.adapters.watch import SILENCE_SECONDS, Informer
from streaminglab_operator.engine import Engine

log = structlog.get_logger()


class Runtime:
    """``start`` is kopf's start-up, ``close`` ends it.

    Closed by its maker and not by kopf's clean-up, which is not run when a start-up was cancelled.
    """

    def __init__(
        self,
        *,
        engine: Engine,
        informers: list[Informer],
        lease: Lease | None,
        served: Callable[[], Awaitable[None]],
        roll_call: RollCall,
        prepare: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        """``lease``: None where nobody else can write; ``served`` returns when the API server
        knows our kinds: kopf looks for them once where it may not watch CRDs; ``roll_call``: finds
        out whether kopf tells of all labs; ``prepare``: what can be done for passes before objects
        are known; asked for when the first lab is known, and once more when all are."""
        self._engine = engine
        self._informers = informers
        self._lease = lease
        self._served = served
        self._roll_call = roll_call
        self._prepare = prepare
        self._tasks: list[asyncio.Task[Any]] = []
        self._failure: BaseException | None = None
        self.ended = asyncio.Event()
        """Set when a task has ended: kopf's flag to stop."""

    async def start(self) -> None:
        """Returns when this is the operator that writes, and labs can be watched."""
        try:
            if self._lease:
                await self._lease.acquire()
                self._spawn(self._lease.renew())
            await self._served()
            self._spawn(self._roll_call.run())
            self._spawn(self._work())
        except Exception as error:
            self._failure = error
            raise
        log.info("watching for labs")

    def unhealthy(self) -> str:
        """Why Kubernetes should start the operator anew, or an empty text: health means progress,
        and not just a process."""
        if self._engine.stuck():
            return "there is work, and no pass has ended for two minutes"
        now = asyncio.get_running_loop().time()
        heard = [i.last_heard for i in self._informers if i.last_heard]
        if any(now - at > 4 * SILENCE_SECONDS for at in heard):
            return "a watch has been silent for too long"
        if self._roll_call.behind:
            return "labs were made, edited or deleted, and their watch has not told of it"
        return ""

    async def _work(self) -> None:
        """Labs first, then their objects, because of labs that nobody knows only so many are kept;
        then passes: nothing may be judged missing because its list has not arrived yet."""
        await self._roll_call.all_told(self._begin_to_prepare)
        log.info("all labs are known")
        # kopf's views of a lab are circles, and hold it, as it came, until the collector comes by.
        gc.collect()
        self._begin_to_prepare()
        for informer in self._informers:
            self._spawn(informer.run())
        await asyncio.gather(*(informer.synced.wait() for informer in self._informers))
        log.info("in sync")
        await self._engine.run()

    def _begin_to_prepare(self) -> None:
        self._tasks.append(asyncio.create_task(self._prepare()))

    async def close(self) -> None:
        """End the tasks and give the Lease back; raises what ended one of them."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._lease:
            await self._lease.release()
        if self._failure:
            raise self._failure

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        task.add_done_callback(self._over)
        self._tasks.append(task)

    def _over(self, task: asyncio.Task[Any]) -> None:
        self.ended.set()
        if not task.cancelled() and not self._failure:
            self._failure = task.exception()
