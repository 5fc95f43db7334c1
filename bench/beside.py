"""The operator beside others that make the same labs of the same charts, one after the other."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from bench import audit, figures, others, umbrella
from bench.errors import BenchError
from bench.options import Options
from bench.report import Report, say
from bench.scale import run_floor, run_operator
from bench.seen import MEBIBYTE, Seen, refused
from tools.artifacts import get
from tools.shell.errors import ToolError

WAYS = {
    "helm-loop": ("`helm upgrade --install` of one lab after the other", others.helm_loop),
    "helm-engine": ("operator-framework's helm-operator-plugins", others.engine),
}


async def measure(options: Options) -> AsyncIterator[Report]:
    """The operator's line beside the floor, and one of each of the others beside the operator's."""
    with tempfile.TemporaryDirectory(prefix="streaminglab-bench-") as folder:
        asked = Path(folder) / "asked"
        helm = umbrella.recorder(get("helm") / "bin" / "helm", asked)
        run = await run_operator(options, helm=helm)
        floor = await run_floor(options, run)
        given = others.Given.of(run, asked, Path(folder) / "chart")
        yield figures.p2(options, run, floor)
        for name in WAYS:
            counts = {**figures.case(options), "pods": run.pods, "rawFloor": round(floor.ready, 2)}
            yield report(name, run.step("roll-out"), await _one(name, options, given), counts)


async def _one(name: str, options: Options, given: others.Given) -> others.Other:
    try:
        return await WAYS[name][1](options, given)
    except (BenchError, ToolError, OSError, ExceptionGroup) as error:
        say(f"{name}: {error}")
        return others.Other(failure=str(error))


def report(name: str, operator: Seen, other: others.Other, counts: dict[str, object]) -> Report:
    """``ratio``: what the other took, by what the operator took in the same run."""
    return Report(
        name=name,
        what=f"the same labs by {WAYS[name][0]}, until all pods are ready; floor: the operator",
        figure=other.ready,
        unit="s",
        floor=operator.seconds,
        counts={
            **counts,
            "cpuSeconds": round(other.cpu, 2),
            "operatorCpuSeconds": round(operator.cpu, 2),
            "apiServerCpuSeconds": round(other.api_cpu, 2),
            "operatorsApiServerCpuSeconds": round(operator.api_cpu, 2),
            "peakMiB": round(other.peak / MEBIBYTE, 1),
            "operatorPeakMiB": round(operator.peak / MEBIBYTE, 1),
            "calls": len(other.requests),
            "operatorCalls": len(operator.requests),
            "requests": audit.by_kind_with_latency(other.requests),
            "refused": sum(refused(other.requests).values()),
            "others": other.others,
            "othersAtTheOperators": operator.others,
        },
        void_if={
            "others used the machine more in one of both than in the other": (
                abs(operator.others - other.others) > figures.UNEQUAL
            ),
            **({f"it failed: {other.failure}": True} if other.failure else {}),
        },
    )
