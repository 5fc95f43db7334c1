"""One plan from its beginning to its verdict, held against the run without faults."""

import gc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from streaminglab_operator.errors import ApiError
from tests.faults.compare import differences, end
from tests.faults.plan import CrashAfter, NextStep, Plan, Watch
from tests.faults.workloads import WORKLOADS, Step
from tests.faults.world import FaultyWorld

QUIET_SECONDS = 120.0
"""How long a lab is left alone after each step, by the world's clock."""
BOUND_SECONDS = 90.0
"""In how many seconds after the last fault the last write must have been made."""
MOST_WRITES = 4
"""How many times the writes of the run without faults a run may cost, and ``SPARE_WRITES``."""
SPARE_WRITES = 60
SPARE_OF_ONE = 10
"""The same for one and the same write that was carried out: what is done again and again does not
hide among others."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``divergences``: in what the end is not that of the run without faults, or else wrong.

    - ``seconds``: from the last fault to the last write, by the world's clock
    - ``writes``: in all, those that were refused included
    - ``killed``, ``failed``: how many times the operator was killed, and passes failed
    """

    plan: Plan
    divergences: Sequence[str]
    seconds: float = 0.0
    writes: int = 0
    killed: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Reference:
    """The run of a workload without faults. ``writes``: what was written, in order."""

    saved: bytes
    end: Mapping[str, Any]
    writes: Sequence[str]


class Runs:
    """Makes runs; the lab that a workload begins with, and its end, are made once for each."""

    def __init__(self) -> None:
        self._references: dict[str, Reference] = {}
        self._saved: dict[tuple[Step, ...], bytes] = {(): b""}

    async def reference(self, workload: str) -> Reference:
        """The run without faults."""
        if workload not in self._references:
            self._references[workload] = await self._first(workload)
        return self._references[workload]

    async def _first(self, workload: str) -> Reference:
        nothing, before = Plan(workload=workload), WORKLOADS[workload].before
        with drawn():
            if before not in self._saved:
                world = FaultyWorld(nothing)
                await world.play(before, QUIET_SECONDS)
                self._saved[before] = world.save()
            saved = self._saved[before]
            world = FaultyWorld(nothing, saved)
            await world.play(WORKLOADS[workload].steps, QUIET_SECONDS)
        wrong = list(_wrong(world, nothing))
        assert not wrong, f"{workload} without any fault: {wrong}"
        return Reference(saved, end(world), tuple(world.writes.done))

    async def verdict(self, plan: Plan) -> Verdict:
        """Play a plan."""
        reference = await self.reference(plan.workload)
        with drawn(), uncollected():
            world = FaultyWorld(plan, reference.saved)
            try:
                await world.play(WORKLOADS[plan.workload].steps, QUIET_SECONDS)
            except AssertionError as error:
                return Verdict(plan, [f"no rest: {error}"])
        seconds = world.last_write - max(world.last_trouble, world.troubles.until)
        done = world.writes.done
        found = [*differences(reference.end, end(world)), *_wrong(world, plan)]
        if seconds > BOUND_SECONDS:
            found.append(f"the last write came {seconds:.0f} s after the last fault")
        found += _too_many(done, reference.writes)
        return Verdict(plan, found, seconds, len(done), world.restarts, len(world.errors))


def _wrong(world: FaultyWorld, plan: Plan) -> Iterator[str]:
    """What must not be, however it ends."""
    if not any(_blinds(fault) for fault in plan.faults):
        yield from world.lies
    yield from (f"{error!r}" for error in world.errors if not isinstance(error, ApiError))


def _too_many(done: Sequence[str], without_faults: Sequence[str]) -> Iterator[str]:
    if len(done) > MOST_WRITES * len(without_faults) + SPARE_WRITES:
        yield f"{len(done)} writes, and {len(without_faults)} without faults"
    usual = Counter(without_faults)
    for what, times in Counter(w for w in done if not w.startswith("refused ")).items():
        if times > MOST_WRITES * usual[what] + SPARE_OF_ONE:
            yield f"{what}: {times} times, and {usual[what]} without faults"


def _blinds(fault: object) -> bool:
    """True if the operator cannot know better for a while."""
    late = isinstance(fault, CrashAfter) and bool(fault.stale)
    return late or isinstance(fault, Watch | NextStep)


@contextmanager
def drawn() -> Iterator[None]:
    """What is drawn by chance is the same in each run, so that two ends can be compared."""
    with (
        mock.patch("secrets.token_urlsafe", lambda size: f"DRAWN-{size}"),
        mock.patch("secrets.token_hex", lambda size: "d" * size),
    ):
        yield


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage is collected meanwhile: it costs half as much as a plan, and little is left."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
