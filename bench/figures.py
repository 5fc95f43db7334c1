"""From what was seen to figures: one report for each of P2 to P6, and of what has no goal. Pure."""

from bench.floor import Floor
from bench.goals import BUSY_PERCENT, GOALS
from bench.options import Options
from bench.quantiles import quantile
from bench.report import Report
from bench.scale import OperatorRun
from bench.seen import MEBIBYTE, Seen, refused

MOST_MIB = GOALS["p3"].most["figure"]
UNEQUAL = 0.1  # of the machine: a figure and its floor count only under the same conditions


def p2(options: Options, run: OperatorRun, floor: Floor | None) -> Report:
    """Speed. Without a floor, because it could not be measured, the figure is void."""
    seen = run.step("roll-out")
    return Report(
        name="p2",
        what=f"{options.labs} labs applied {arrival(options)}, until every lab is Ready, on fake "
        "nodes; floor: the same objects by raw server-side apply, until all pods are ready",
        figure=seen.seconds,
        unit="s",
        floor=floor.ready if floor else None,
        goal=GOALS["p2"].most,
        counts={
            **case(options),
            "objects": len(run.documents),
            "pods": run.pods,
            "labsPerSecond": labs_per_second(options, seen),
            "floorApplied": round(floor.applied, 2) if floor else None,
            **seen.counts(),
            "othersInFloor": floor.others if floor else None,
        },
        void_if={
            **_not_whole(options, run),
            **_failed(seen),
            "the floor could not be measured": floor is None,
            "others used the machine more in one of both than in the other": (
                floor is not None and abs(seen.others - floor.others) > UNEQUAL
            ),
            "any request of the operator was answered with a server error": bool(
                refused(seen.requests)
            ),
        },
    )


def p3(options: Options, run: OperatorRun) -> Report:
    """Memory."""
    seen = run.step("roll-out")
    return Report(
        name="p3",
        what=f"peak memory of the operator with its children, {options.labs} labs rolled out",
        figure=seen.peak / MEBIBYTE,
        unit="MiB",
        goal=GOALS["p3"].most,
        counts={
            **case(options),
            "aloneMiB": round(seen.peak_alone / MEBIBYTE, 1),
            "pssMiB": round(seen.peak_pss / MEBIBYTE, 1),
            "renders": seen.renders,
        },
        void_if={
            **_not_whole(options, run),
            **_failed(seen),
            "no sample was taken for more than half a second": seen.sample_gap > 0.5,
        },
    )


def p4(options: Options, run: OperatorRun) -> Report:
    """An edit."""
    seen = run.step("edit-one")
    waits = seen.curve.waits
    return Report(
        name="p4",
        what=f"labs of {options.labs} edited one after the other, until each edit is in force: p99",
        figure=quantile(waits, 0.99) if waits else 0.0,
        unit="s",
        goal=GOALS["p4"].most,
        counts={**case(options), **seen.counts()},
        void_if={**_not_whole(options, run), **_failed(seen)},
    )


def p5(options: Options, run: OperatorRun) -> Report:
    """Idle: the renewals of the Lease are named, but are no writes to a lab."""
    seen = run.step("idle")
    counts = seen.counts()
    return Report(
        name="p5",
        what=f"writes of the operator while {options.labs} Ready labs idle (Lease apart)",
        figure=seen.writes,
        unit="writes",
        goal=GOALS["p5"].most,
        counts={**case(options), "seconds": round(seen.seconds, 1), **counts},
        missed={
            f"more than {BUSY_PERCENT:g} % of a core": (
                100 * seen.cpu > BUSY_PERCENT * (seen.whole or 1)
            )
        },
        void_if={
            **_not_whole(options, run),
            **_failed(seen),
            "the operator made no request at all": not seen.requests,
            "a lab was not Ready at the end": run.still_ready != options.labs,
        },
    )


def p6(options: Options, run: OperatorRun) -> Report:
    """Restart."""
    seen = run.step("restart")
    return Report(
        name="p6",
        what=f"operator started anew with {options.labs} labs, until each was checked again",
        figure=seen.seconds,
        unit="s",
        goal=GOALS["p6"].most,
        counts={**case(options), **seen.counts()},
        missed={f"more than {MOST_MIB:g} MiB": seen.peak > MOST_MIB * MEBIBYTE},
        void_if={
            **_not_whole(options, run),
            **_failed(seen),
            "something was written": seen.writes > 0,
        },
    )


def plain(options: Options, run: OperatorRun, name: str, what: str) -> Report:
    """A step that has no goal."""
    seen = run.step(name)
    return Report(
        name=name,
        what=f"{options.labs} labs {what}",
        figure=seen.seconds,
        unit="s",
        counts={**case(options), **seen.counts()},
        void_if={**_not_whole(options, run), **_failed(seen)},
    )


def case(options: Options) -> dict[str, object]:
    """Which labs a line is about."""
    return {
        "labs": options.labs,
        "arrival": f"{options.rate:g}/s" if options.rate else "burst",
        "distinct": options.distinct,
        "example": options.example,
    }


def arrival(options: Options) -> str:
    """How labs come, in words."""
    return f"{options.rate:g} a second" if options.rate else "at once"


def labs_per_second(options: Options, seen: Seen) -> float:
    """Labs that became Ready in a second; 0 if they did not."""
    return round(options.labs / seen.seconds, 2) if seen.seconds else 0.0


def _failed(seen: Seen) -> dict[str, bool]:
    return {f"{seen.name} failed: {seen.failure}": True} if seen.failure else {}


def _not_whole(options: Options, run: OperatorRun) -> dict[str, bool]:
    return {
        "a lab did not get Ready": len(run.curve.ready) != options.labs,
        "an InfluxDB was not set up": run.set_up != run.to_set_up,
        "a pass of the operator failed": run.step("roll-out").failed_passes > 0,
    }
