"""The list of runs that `bench scale` makes, and their lines. It goes on after one that failed."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import aiohttp

from bench import figures
from bench.errors import BenchError
from bench.floor import Floor
from bench.goals import EVERYBODY, FEW, GOALS, RATE_KEPT
from bench.options import Options
from bench.report import Report, say
from bench.scale import WHOLE, OperatorRun, run_floor, run_operator
from tools.shell.errors import ToolError

COURSE = "jee"
"""A course's lab: Kafka and its tools, and no weather."""

CASES: tuple[Options, ...] = (
    Options(labs=1),
    Options(labs=10),
    Options(labs=FEW),
    Options(labs=EVERYBODY, timeout=1500),
    Options(labs=FEW, rate=1.0),
    Options(labs=FEW, distinct=True),
    Options(labs=FEW, example=COURSE),
    Options(labs=500, rate=2.0, timeout=1200),
    Options(labs=500, timeout=1200),
)
"""In the order of their use: the budget may end before the list does."""


async def measure(options: Options) -> AsyncIterator[Report]:
    """All lines. A run that fails, or that is not begun within the budget, has one that says so."""
    deadline = time.monotonic() + options.budget
    bursts: dict[int, Report] = {}
    for wanted in CASES:
        if not options.least <= wanted.labs <= options.most:
            continue
        asked = replace(wanted, idle=options.idle, logs=options.logs)
        for report in await _one(asked, deadline - time.monotonic()):
            if report.name == "p2" and _is_plain(asked):
                bursts[asked.labs] = report
            yield report
    if options.least <= FEW and options.most >= EVERYBODY:
        yield kept(bursts)


def _is_plain(options: Options) -> bool:
    return options == replace(options, rate=0.0, distinct=False, example=Options().example)


async def _one(options: Options, seconds: float) -> list[Report]:
    if seconds <= 0:
        return [_failed(options, "there was no time left for it")]
    try:
        async with asyncio.timeout(seconds):
            return await _case(options)
    except TimeoutError:
        return [_failed(options, "the time for the whole list ended meanwhile")]
    except (BenchError, ToolError, aiohttp.ClientError, OSError, ExceptionGroup) as error:
        return [_failed(options, str(error))]


async def _case(options: Options) -> list[Report]:
    run = await run_operator(options, WHOLE, go_on=True)
    floor: Floor | None = None
    try:
        floor = await run_floor(options, run)
    except (BenchError, aiohttp.ClientError, OSError, ExceptionGroup) as error:
        say(f"floor: {error}")
    return lines(options, run, floor)


def lines(options: Options, run: OperatorRun, floor: Floor | None) -> list[Report]:
    """One line for each step, and for memory."""
    return [
        figures.p2(options, run, floor),
        figures.p3(options, run),
        figures.p4(options, run),
        figures.plain(options, run, "edit-all", "edited at once, until every edit is in force"),
        figures.p5(options, run),
        figures.p6(options, run),
        figures.plain(options, run, "delete-all", "deleted at once, until nothing is left"),
    ]


def kept(bursts: dict[int, Report]) -> Report:
    """Whether everybody's labs come as fast as those of few."""
    every, few = bursts.get(EVERYBODY), bursts.get(FEW)
    rates = [_rate(report) for report in (every, few)]
    beside = [_beside_floor(report) for report in (every, few)]
    return Report(
        name="scale",
        what=f"{EVERYBODY} labs applied at once until every one is Ready, beside {FEW} labs",
        figure=every.figure if every else 0.0,
        unit="s",
        floor=every.floor if every else None,
        goal=GOALS["scale"].most,
        counts={"labsPerSecond": rates[0], f"labsPerSecondOf{FEW}": rates[1]},
        missed={
            f"less than {RATE_KEPT:g} x the labs a second of {FEW}, both beside their floors": (
                beside[0] < RATE_KEPT * beside[1]
            )
        },
        void_if={"one of both was not measured": _any_void((every, few))},
    )


def _rate(report: Report | None) -> float:
    return float(str(report.counts["labsPerSecond"])) if report else 0.0


def _beside_floor(report: Report | None) -> float:
    """Labs a second as a share of those that could have come with nobody's operator."""
    return report.floor / report.figure if report and report.floor and report.figure else 0.0


def _any_void(reports: Sequence[Report | None]) -> bool:
    return any(report is None or report.void for report in reports)


def _failed(options: Options, why: str) -> Report:
    say(f"{options.labs} labs: {why}")
    return Report(
        name="scale",
        what=f"{options.labs} labs applied {figures.arrival(options)}",
        figure=0.0,
        unit="s",
        counts=figures.case(options),
        void_if={f"it failed: {why}": True},
    )
