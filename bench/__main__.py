"""``python -m bench NAME``: one line of JSON on the standard output, progress on the other."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from bench import (
    beside,
    cases,
    connect,
    figures,
    firstlab,
    footprint,
    hostile,
    neighbours,
    page,
    pipeline,
    pipeline_jobs,
    scale,
)
from bench.errors import BenchError
from bench.options import Options
from bench.report import Report, say
from tools.shell.errors import ToolError

Bench = Callable[[Options], Awaitable[list[Report]] | AsyncIterator[Report]]
"""One that runs for hours gives each line as soon as it is there."""


async def _p1(options: Options) -> list[Report]:
    return [firstlab.report(await firstlab.measure(options.as_it_is))]


async def _p8(options: Options) -> list[Report]:
    return [footprint.report(await footprint.measure(options.as_it_is))]


async def _connect(options: Options) -> list[Report]:
    return [connect.report(await connect.measure(options.as_it_is))]


async def _page(options: Options) -> list[Report]:
    return [page.report(await page.measure(options.as_it_is))]


async def _p2(options: Options) -> list[Report]:
    run = await scale.run_operator(options)
    return [figures.p2(options, run, await scale.run_floor(options, run))]


async def _p3(options: Options) -> list[Report]:
    return [figures.p3(options, await scale.run_operator(options))]


async def _p4(options: Options) -> list[Report]:
    return [figures.p4(options, await scale.run_operator(options, scale.EDITS[:1]))]


async def _p5(options: Options) -> list[Report]:
    return [figures.p5(options, await scale.run_operator(options, scale.IDLE))]


async def _p6(options: Options) -> list[Report]:
    return [figures.p6(options, await scale.run_operator(options, scale.RESTART))]


async def _hostile(_: Options) -> list[Report]:
    return [hostile.report(await hostile.measure())]


async def _p7(options: Options) -> list[Report]:
    return await pipeline.p7(options.as_it_is)


async def _million(options: Options) -> list[Report]:
    return await pipeline.million(options.as_it_is)


async def _jobs(_: Options) -> list[Report]:
    return [pipeline_jobs.report(pipeline_jobs.measure())]


async def _fake(options: Options) -> list[Report]:
    run = await scale.run_operator(options, (*scale.EDITS[:1], *scale.IDLE, *scale.RESTART))
    floor = await scale.run_floor(options, run)
    return [
        figures.p2(options, run, floor),
        figures.p3(options, run),
        figures.p4(options, run),
        figures.p5(options, run),
        figures.p6(options, run),
    ]


BENCHES: dict[str, tuple[str, Bench]] = {
    "p1": ("one lab to Ready on real pods, against a script", _p1),
    "p8": ("memory of a whole nano lab on real pods", _p8),
    "connect": ("Kafka Connect with its plugins to ready on real pods", _connect),
    "page": ("what 30 open pages cost a broker on real pods", _page),
    "p2": ("labs to Ready on fake nodes, against raw apply", _p2),
    "p3": ("peak memory of the operator on fake nodes", _p3),
    "p4": ("an edit of a lab on fake nodes, until it is in force", _p4),
    "p5": ("writes and CPU of the operator while labs idle on fake nodes", _p5),
    "p6": ("restart of the operator on fake nodes", _p6),
    "p7": ("points a second through each part of a lab on real pods, and their latency", _p7),
    "million": ("a million points on real pods while a broker is killed", _million),
    "jobs": ("CPU of the jobs for each point, no cluster needed", _jobs),
    "hostile": ("passes of a neighbour of hostile labs, no cluster needed", _hostile),
    "fake": ("p2 to p6 from one run", _fake),
    "scale": ("1 to 1,000 labs on fake nodes: all steps of all runs, for two hours", cases.measure),
    "beside": ("labs by the operator, by Helm in a loop, by a Helm operator", beside.measure),
    "neighbours": ("labs beside such as are stuck, slow, flapping or edited", neighbours.measure),
}


def arguments(given: list[str]) -> tuple[str, Options]:
    """Names and options; ends with a usage text when they are wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="\n".join(f"{n:11} {about}" for n, (about, _) in BENCHES.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    default = Options()
    parser.add_argument("name", choices=[*BENCHES, "all"])
    parser.add_argument("--labs", type=int, default=_number("LABS", default.labs))
    parser.add_argument("--distinct", action="store_true", help="no two labs are alike")
    parser.add_argument("--idle", type=float, default=_number("IDLE", int(default.idle)))
    parser.add_argument("--rate", type=float, default=0.0, help="labs a second; 0: all at once")
    parser.add_argument("--example", default=default.example, help="the file of examples/")
    parser.add_argument("--least", type=int, default=default.least, help="scale: no smaller runs")
    parser.add_argument("--most", type=int, default=default.most, help="scale: no larger runs")
    parser.add_argument("--budget", type=float, default=default.budget, help="scale: seconds")
    parser.add_argument("--timeout", type=float, default=default.timeout)
    parser.add_argument("--logs", type=Path, help="keep the control plane's logs there")
    parser.add_argument(
        "--as-it-is",
        action="store_true",
        help="p1, p8, connect, page: neither build nor install anything first",
    )
    parsed = parser.parse_args(given)
    if parsed.labs < 1:
        parser.error("--labs must be above 0")
    fields = {name: value for name, value in vars(parsed).items() if name != "name"}
    return parsed.name, Options(**fields)


def _number(variable: str, default: int) -> int:
    return int(os.environ.get(variable) or default)


async def run(name: str, options: Options) -> int:
    """Run and print; 0 if no figure is void (a missed goal shows in the line alone)."""
    _end_on_signals()
    names = ["p1", "p8", "fake", "hostile"] if name == "all" else [name]
    reports: list[Report] = []
    for each in names:
        async for report in _lines(BENCHES[each][1], options):
            print(report.line(), flush=True)
            reports.append(report)
    return 1 if any(report.void for report in reports) else 0


async def _lines(bench: Bench, options: Options) -> AsyncIterator[Report]:
    made = bench(options)
    if isinstance(made, AsyncIterator):
        async for report in made:
            yield report
    else:
        for report in await made:
            yield report


def _end_on_signals() -> None:
    """Ctrl-C and SIGTERM cancel the benchmark, so that every ``with`` clears up after itself;
    also in a shell's background job, which starts with Ctrl-C switched off."""
    task = asyncio.current_task()
    if task is not None:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)


def main() -> int:
    """Exit 0, or 1 if a figure is void or could not be measured, or 130 after Ctrl-C."""
    name, options = arguments(sys.argv[1:])
    try:
        return asyncio.run(run(name, options))
    except (BenchError, ToolError) as error:
        say(f"bench {name}: {error}")
        return 1
    except asyncio.CancelledError:
        say(f"bench {name}: interrupted, everything is ended")
        return 130


if __name__ == "__main__":
    sys.exit(main())
