"""What a neighbour notices of hostile labs, by the clock; the tests of the same have no clock.

The real reconciler and clients, the API server in memory (tests/component/hostile). Each kind of
attack is one process, so that its peak of memory is its own; the API server in memory and the
hostile servers are in it too.
"""

import asyncio
import json
import logging
import resource
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import structlog

from bench.errors import BenchError
from bench.goals import GOALS
from bench.quantiles import quantile
from bench.report import Report, say
from tests.component.hostile.attacks import CROWD, MANY, SERVERS, SPECS, TEXTS, Attack
from tests.component.hostile.quick import run
from tests.component.hostile.town import HONEST, town

ATTACKS: Mapping[str, Attack] = {
    attack.name: replace(attack, labs=MANY) for attack in (*SERVERS, CROWD, *TEXTS, *SPECS)
}
NEIGHBOURS = 3
MAX_HELD_MS = 100.0
MAX_MIB = 200.0
_KIB = 1024


@dataclass(frozen=True, slots=True)
class Suffered:
    """Of one attack: seconds from a neighbour's wake-up to the end of its pass, the longest step of
    the event loop by the clock, and in CPU time without the garbage collector's, and the most
    memory of the process."""

    passes: int
    p50: float
    p99: float
    longest: float
    held_ms: float
    held_cpu_ms: float
    peak_mib: float


async def measure() -> dict[str, Suffered]:
    """Every attack, one after the other."""
    found = {}
    for name in ATTACKS:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.hostile", name, stdout=asyncio.subprocess.PIPE
        )
        try:
            out, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
        if process.returncode:
            raise BenchError(f"the neighbour of {name} did not get Ready")
        found[name] = Suffered(**json.loads(out))
        say(f"hostile: {name}: {beside_goals(found[name])}")
    return found


def beside_goals(seen: Suffered) -> str:
    """The figures that have a goal, each beside it."""
    return (
        f"longest pass {seen.longest:.2f} of {GOALS['hostile'].most['figure']:g} s, loop held "
        f"{seen.held_cpu_ms:.0f} of {MAX_HELD_MS:g} ms of CPU ({seen.held_ms:.0f} by the clock), "
        f"memory {seen.peak_mib:.0f} of {MAX_MIB:g} MiB"
    )


def report(found: Mapping[str, Suffered]) -> Report:
    """The worst of all attacks, and each."""
    return Report(
        name="hostile",
        what=f"longest pass of {NEIGHBOURS} labs that come up beside {MANY} hostile ones, from the "
        "wake-up; peaks include the API server in memory and the hostile servers",
        figure=max(seen.longest for seen in found.values()),
        unit="s",
        goal=GOALS["hostile"].most,
        counts={
            "heldMs": {
                "most": round(max(seen.held_cpu_ms for seen in found.values()), 1),
                "goal": MAX_HELD_MS,
            },
            **{name: _rounded(seen) for name, seen in found.items()},
        },
        void_if={
            f"the event loop was held for more than {MAX_HELD_MS:g} ms of CPU": any(
                seen.held_cpu_ms > MAX_HELD_MS for seen in found.values()
            ),
            f"there were more than {MAX_MIB:g} MiB": any(
                seen.peak_mib > MAX_MIB for seen in found.values()
            ),
        },
    )


def _rounded(seen: Suffered) -> dict[str, float]:
    return {name: round(value, 3) for name, value in asdict(seen).items()}


async def _attacked(attack: Attack) -> Suffered:
    impostor = attack.impostor()
    async with town({attack.namespace: impostor}) as (made, _):
        attack.begin(made)
        await attack.under_way(made, impostor)
        keys = [made.add_lab(name=f"meteo{i}", namespace=HONEST) for i in range(NEIGHBOURS)]
        for key in keys:
            await made.until_ready(key)
        lags, steps = sorted(made.measures.lags), made.measures.steps
        return Suffered(
            passes=len(lags),
            p50=quantile(lags, 0.5),
            p99=quantile(lags, 0.99),
            longest=lags[-1],
            held_ms=1000 * steps.longest_by_clock,
            held_cpu_ms=1000 * steps.longest,
            peak_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB,
        )


def main() -> None:
    """One attack: a line of JSON."""
    logging.disable()
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=quiet)
    print(json.dumps(asdict(run(_attacked(ATTACKS[sys.argv[1]])))))


if __name__ == "__main__":
    main()
