"""What labs in trouble cost the others: pairs of runs, with labs in trouble and without.

Both runs of a pair have the same labs in the same order, and stand next to each other in time. What
trouble costs the API server, whoever it is about, is in both: without labs in trouble it is made
with bystanders (:mod:`bench.bystanders`). So what differs is what the operator makes of it.
"""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from bench import bystanders, labs
from bench.client import Json, in_parallel
from bench.curve import Curve
from bench.fake_influxdb import FakeInfluxDB
from bench.figures import UNEQUAL, case
from bench.goals import GOALS
from bench.options import Options
from bench.quantiles import quantile
from bench.report import Report, say
from bench.seen import Seen
from bench.stage import LABS, Stage
from bench.steps import AT_ONCE, Key, curve, each_edited
from bench.troubles import TROUBLES, delays, trouble
from bench.waiting import tracking

EDITED = 100
"""Waits have a long tail: of the means of 20 of them, two runs of the same differ by a tenth."""


@dataclass(frozen=True, slots=True)
class Course:
    """Labs in trouble stand evenly between the others, as they would in a course."""

    options: Options
    in_trouble: int

    @property
    def names(self) -> list[str]:
        """The namespaces of all labs, in the order in which they are applied."""
        return labs.namespaces(self.options.labs + self.in_trouble)

    @property
    def troubled(self) -> list[str]:
        """Those in trouble."""
        step = len(self.names) / self.in_trouble
        return [self.names[int(number * step)] for number in range(self.in_trouble)]

    @property
    def bystanders(self) -> list[str]:
        """Namespaces without a lab, as many as there are labs in trouble."""
        return labs.namespaces(len(self.names) + self.in_trouble)[len(self.names) :]

    @property
    def others(self) -> list[str]:
        """Those that are to come to no harm."""
        troubled = set(self.troubled)
        return [name for name in self.names if name not in troubled]


@dataclass(slots=True)
class Half:
    """One run: until the others were Ready, and until edits in some of them were in force."""

    ready: Seen
    edits: Seen = field(default_factory=lambda: Seen("edits", failure="the roll-out failed"))

    @property
    def failure(self) -> str:
        """Why it counts for nothing."""
        return self.ready.failure or self.edits.failure


async def measure(options: Options) -> AsyncIterator[Report]:
    """Two lines for each kind of trouble: Ready, and edits."""
    course = Course(options, max(1, options.labs // 10))
    for kind in TROUBLES:
        without = await _half(course, kind, of_labs=False)
        for report in pair(course, kind, await _half(course, kind, of_labs=True), without):
            yield report


async def _half(course: Course, kind: str, *, of_labs: bool) -> Half:
    served = FakeInfluxDB(delays(kind, course.troubled if of_labs else []))
    whose = "labs" if of_labs else "bystanders, and no lab"
    say(f"neighbours: {course.in_trouble} {whose} in trouble: {kind}")
    # One more: of the lab that bystanders are copied from, whose volumes nobody gets again.
    count = len(course.names) + len(course.bystanders) + 1
    async with Stage.started(count, course.options.logs, served) as stage:
        await bystanders.settle(stage.cluster.admin, course.bystanders)
        namespaces = course.troubled if of_labs else course.bystanders
        async with trouble(stage, kind, namespaces, of_labs=of_labs):
            half = Half(await _rolled_out(stage, course))
            if not half.ready.failure:
                half.edits = await _edited(stage, course)
    return half


async def _rolled_out(stage: Stage, course: Course) -> Seen:
    admin, others = stage.cluster.admin, {(name, labs.LAB_NAME) for name in course.others}
    came: dict[Key, float] = {}

    async def one(name: str) -> None:
        came[name, labs.LAB_NAME] = time.monotonic()
        await admin.apply(labs.lab_path(name), labs.body(labs.lab(name)))

    def done(raw: Json) -> bool:
        metadata = raw["metadata"]
        return (metadata["namespace"], metadata["name"]) in others and labs.is_ready(raw)

    async with (
        stage.measured("roll-out", len(others)) as seen,
        tracking(admin, LABS, done) as ready,
    ):
        started = time.monotonic()
        try:
            await in_parallel([one(name) for name in course.names], AT_ONCE)
            seen.seconds = await ready.until(len(others), course.options.timeout) - started
        finally:
            seen.curve = curve({key: when for key, when in came.items() if key in others}, ready)
    return seen


async def _edited(stage: Stage, course: Course) -> Seen:
    """One edit after the other; ``seconds`` is the mean."""
    names = course.others[:EDITED]
    async with stage.measured("edits", len(names)) as seen:
        async for _ in each_edited(stage, seen, names, course.options.timeout):
            seen.seconds = sum(seen.curve.waits) / len(seen.curve.waits)
    return seen


def pair(course: Course, kind: str, with_it: Half, without: Half) -> list[Report]:
    """Lines of one kind of trouble."""
    what = f"{course.options.labs} labs beside {course.in_trouble} that are {kind}"
    ready = _report(course, kind, f"{what}, until all of the others are Ready",
                    with_it.ready, without.ready)  # fmt: skip
    edits = _report(course, kind, f"{what}: until an edit of one of the others is in force, mean",
                    with_it.edits, without.edits)  # fmt: skip
    return [ready, edits]


def _report(course: Course, kind: str, what: str, seen: Seen, floor: Seen) -> Report:
    return Report(
        name="neighbours",
        what=f"{what}; floor: the same labs, and bystanders in trouble",
        figure=seen.seconds,
        unit="s",
        floor=floor.seconds,
        goal=GOALS["neighbours"].most,
        counts={
            **case(course.options),
            "trouble": kind,
            "inTrouble": course.in_trouble,
            "p50": _at(seen.curve, 0.5),
            "p50Without": _at(floor.curve, 0.5),
            "p99": _at(seen.curve, 0.99),
            "p99Without": _at(floor.curve, 0.99),
            **seen.counts(),
            "cpuSecondsWithout": round(floor.cpu, 2),
            "passesWithout": floor.passes,
            "writesWithout": floor.writes,
            "othersWithout": floor.others,
        },
        void_if={
            **{f"{s.name} failed: {s.failure}": True for s in (seen, floor) if s.failure},
            "others used the machine more in one of both than in the other": (
                abs(seen.others - floor.others) > UNEQUAL
            ),
        },
    )


def _at(curve: Curve, share: float) -> float | None:
    return round(quantile(curve.waits, share), 3) if curve.waits else None
