"""From what was seen to figures: one report each for P2, P3, P5 and P6. Pure."""

import math
from collections.abc import Sequence

from bench import audit
from bench.floor import Floor
from bench.goals import GOALS
from bench.report import Report
from bench.scale import OperatorRun, Options

MEBIBYTE = 2**20
UNEQUAL = 0.1  # of the machine: a figure and its floor count only under the same conditions


def p2(options: Options, run: OperatorRun, floor: Floor) -> Report:
    """Speed."""
    writes, leases = audit.writes(run.requests)
    return Report(
        name="p2",
        what=f"{options.labs} labs applied at once, until every lab is Ready, on fake nodes; "
        "floor: the same objects by raw server-side apply, until all pods are ready",
        figure=run.ready,
        unit="s",
        floor=floor.ready,
        goal=GOALS["p2"].most,
        counts={
            "labs": options.labs,
            "distinct": options.distinct,
            "objects": len(run.documents),
            "pods": run.pods,
            "labsPerSecond": round(options.labs / run.ready, 2),
            "p50": round(quantile(run.latencies, 0.5), 2),
            "p99": round(quantile(run.latencies, 0.99), 2),
            "floorApplied": round(floor.applied, 2),
            "cpuSeconds": round(run.cpu, 2),
            "helmCpuSeconds": round(run.children_cpu, 2),
            "cpuMsPerLab": round(1000 * run.cpu / options.labs, 1),
            "renders": run.renders,
            "passes": run.passes,
            "writes": writes,
            "leaseRenewals": leases,
            "reads": sum(not r.is_write for r in run.requests),
            "requests": audit.by_kind(run.requests),
            "failedPasses": run.failed_passes,
            "others": run.others,
            "othersInFloor": floor.others,
        },
        void_if={
            **_not_whole(options, run),
            "others used the machine more in one of both than in the other": (
                abs(run.others - floor.others) > UNEQUAL
            ),
            "any request of the operator was answered with a server error": _errors(run.requests),
        },
    )


def p3(options: Options, run: OperatorRun) -> Report:
    """Memory."""
    return Report(
        name="p3",
        what=f"peak memory of the operator with its children, {options.labs} labs rolled out",
        figure=run.peak / MEBIBYTE,
        unit="MiB",
        goal=GOALS["p3"].most,
        counts={
            "labs": options.labs,
            "distinct": options.distinct,
            "aloneMiB": round(run.peak_alone / MEBIBYTE, 1),
            "pssMiB": round(run.peak_pss / MEBIBYTE, 1),
            "renders": run.renders,
        },
        void_if={
            **_not_whole(options, run),
            "no sample was taken for more than half a second": run.sample_gap > 0.5,
        },
    )


def p5(options: Options, run: OperatorRun) -> Report:
    """Idle: the renewals of the Lease are named, but are no writes to a lab."""
    writes, leases = audit.writes(run.idle_requests)
    share = 100 * run.idle_cpu / run.idle_seconds if run.idle_seconds else 0.0
    return Report(
        name="p5",
        what=f"writes of the operator while {options.labs} Ready labs idle (Lease apart)",
        figure=writes,
        unit="writes",
        goal=GOALS["p5"].most,
        counts={
            "labs": options.labs,
            "seconds": round(run.idle_seconds, 1),
            "cpuPercentOfACore": round(share, 2),
            "leaseRenewals": leases,
            "requests": audit.by_kind(run.idle_requests),
        },
        void_if={
            **_not_whole(options, run),
            "the operator made no request at all": not run.idle_requests,
            "a lab was not Ready at the end": run.still_ready != options.labs,
        },
    )


def p6(options: Options, run: OperatorRun) -> Report:
    """Restart."""
    writes, leases = audit.writes(run.restart_requests)
    return Report(
        name="p6",
        what=f"operator started anew with {options.labs} labs, until each was checked again",
        figure=run.restart,
        unit="s",
        goal=GOALS["p6"].most,
        counts={
            "labs": options.labs,
            "writes": writes,
            "leaseRenewals": leases,
            "requests": audit.by_kind(run.restart_requests),
        },
        void_if={
            **_not_whole(options, run),
            "not every lab was checked": run.restart >= options.timeout,
            "something was written": writes > 0,
        },
    )


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of the (sorted) values does not exceed."""
    return values[max(0, math.ceil(round(share * len(values), 6)) - 1)]


def _not_whole(options: Options, run: OperatorRun) -> dict[str, bool]:
    return {
        "a lab did not get Ready": len(run.latencies) != options.labs,
        "an InfluxDB was not set up": run.set_up != options.labs,
        "a pass of the operator failed": run.failed_passes > 0,
    }


def _errors(requests: list[audit.Request]) -> bool:
    return any(r.status >= 500 or r.status == 429 for r in requests)
