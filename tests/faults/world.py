"""The world of a plan: an operator that is killed and begun anew, and a server that fails."""

import pickle
from collections.abc import Callable, Sequence
from contextlib import suppress

from tests.fakes.cluster import Crash, Writes
from tests.fakes.world import World
from tests.faults.channel import FaultyCluster, PlannedWrites, Troubles
from tests.faults.controllers import ManyControllers
from tests.faults.plan import CrashAfter, NextStep, Plan, Watch
from tests.faults.watches import ALL_KINDS, FaultyWatches, History

MAX_CRASHES = 20


class FaultyWorld(World):
    """A world in which a plan comes true.

    - ``todo``: what is left of the workload
    - ``restarts``: how often the operator was begun anew
    - ``last_trouble``: when the last fault ended, or the last step came, by the world's clock
    - ``last_write``: when the last write was
    """

    def __init__(self, plan: Plan, saved: bytes = b"") -> None:
        self._armed = False
        super().__init__()
        numbers = self._load(saved) if saved else 0
        self.plan = plan
        self.todo: list[Callable[[FaultyWorld], None]] = []
        self._died: CrashAfter | None = None
        self.restarts = 0
        self.last_trouble = self.last_write = self.clock.time
        self.history = History(self.server)
        self.planned = PlannedWrites(plan, self._at_write)
        self.troubles = Troubles(plan, self.clock, self.planned, self._cut)
        self.writes = self.planned
        programs = self.programs.table()
        self.many = ManyControllers(self.server, programs, self.lose_volumes)
        self.many.go_on_from(numbers)
        self.controllers = self.many
        self._watch_faults = [f for f in plan.faults if isinstance(f, Watch | NextStep)]
        self._marks = {f.since for f in plan.faults if isinstance(f, CrashAfter) and f.stale}
        self._armed = True
        self.start_operator()
        self._mark(0)

    def lose_volumes(self) -> None:
        """What InfluxDB and Kafka held is gone."""
        self.influxdb.lose_volume()
        self.connect.connectors_there.clear()
        self.points.clear()
        self.runs.clear()

    def save(self) -> bytes:
        """Everything outside of the operator, at rest."""
        self.influxdb.writes = self.connect.writes = Writes()
        self.server.admission.clear()
        self.server.events.clear()
        outside = (self.server, self.clock, self.influxdb, self.connect, self.programs)
        return pickle.dumps((self.many.numbers(), *outside))

    def _load(self, saved: bytes) -> int:
        numbers, self.server, self.clock, self.influxdb, self.connect, self.programs = pickle.loads(  # noqa: S301 (our own)
            saved
        )
        self.points, self.runs = self.programs.points, self.programs.runs
        return int(numbers)

    def start_operator(self) -> None:
        if self._armed:
            super().start_operator()

    def new_cluster(self) -> FaultyCluster:
        return FaultyCluster(self.server, self.planned, self.troubles)

    def new_watches(self) -> FaultyWatches:
        self.faulty_watches = FaultyWatches(
            self.server, self.store, self.engine.timers, self.history
        )
        if self._died is not None and self._died.stale:
            died = self._died
            self.faulty_watches.begin_late(died.since, died.stale, died.seconds)
        return self.faulty_watches

    async def play(self, steps: Sequence[Callable[["FaultyWorld"], None]], seconds: float) -> None:
        """The steps of a workload, each when all is quiet; then all is quiet for ``seconds``, which
        begin anew where a fault strikes in them."""
        await self._quiet(0.0)
        self.todo = list(steps)
        while self.todo:
            self._next_step()
            await self._quiet(seconds)
        while self.clock.time < self.troubles.until + seconds:
            await self._quiet(seconds)

    def _next_step(self) -> None:
        self.last_trouble = self.clock.time
        if self.todo:
            self.todo.pop(0)(self)

    async def _quiet(self, seconds: float) -> None:
        for _ in range(MAX_CRASHES):
            with suppress(Crash):
                await self.settle(seconds=seconds)
            if not self._begun_anew():
                return
        raise AssertionError(f"the operator crashed {MAX_CRASHES} times")

    def _begun_anew(self) -> bool:
        died = self.planned.buried()
        if died is None:
            return False
        for _ in range(died.away):
            self.controllers.step()
        self.restarts += 1
        self._died = died
        self.last_trouble = self.clock.time
        self.start_operator()
        return True

    def _at_write(self, number: int) -> None:
        self.last_write = self.clock.time
        self._mark(number)
        for fault in [f for f in self._watch_faults if f.at <= number]:
            self._watch_faults.remove(fault)
            self.last_trouble = self.clock.time
            if isinstance(fault, NextStep):
                self._next_step()
                continue
            self.last_trouble += fault.seconds
            late = self.faulty_watches
            (late.freeze if fault.how == "freeze" else late.drop)(fault.kinds, fault.seconds)

    def _cut(self, seconds: float) -> None:
        self.faulty_watches.drop(ALL_KINDS, seconds)

    def _mark(self, number: int) -> None:
        if number in self._marks:
            self.history.mark(number)
