"""``python -m tests.faults [run [--only WORKLOAD] [--keep FOLDER] | replay FILE...]``

``run`` makes every plan and tells how many, in how many the end was another than without faults,
and the seconds; each of these plans is kept as a file that ``replay`` plays again.
"""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.fakes.cluster import Crash
from tests.faults.generate import all_plans
from tests.faults.plan import Plan
from tests.faults.run import Runs, Verdict
from tests.faults.workloads import WORKLOADS
from tests.plan_files import arguments, replay_all, run_all


async def run(only: Sequence[str], keep: Path) -> int:
    """All plans; 1 if one of them ended otherwise."""
    asyncio.get_running_loop().set_exception_handler(_unless_killed)
    started, runs = time.monotonic(), Runs()
    writes = {name: (await runs.reference(name)).writes for name in only or WORKLOADS}
    plans = all_plans(writes)
    print(f"{len(plans)} plans over {len(writes)} workloads", flush=True)
    verdicts = await run_all(plans, lambda _, plan: runs.verdict(plan), tell, keep, "plans")
    return summary(verdicts, time.monotonic() - started)


async def replay(files: Sequence[Path]) -> int:
    """The plans of files; 1 if one of them ends otherwise than without faults."""
    asyncio.get_running_loop().set_exception_handler(_unless_killed)
    started, runs = time.monotonic(), Runs()
    verdicts = await replay_all(files, lambda file: runs.verdict(Plan.read(file)), tell)
    return summary(verdicts, time.monotonic() - started)


def _unless_killed(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What a killed operator left in the background is nobody's to hear of."""
    if not isinstance(context.get("exception"), Crash):
        loop.default_exception_handler(context)


def tell(verdict: Verdict, file: Path) -> None:
    """What one plan led to."""
    print(f"{file}: {len(verdict.divergences) or 'no'} divergence(s)", flush=True)
    for line in verdict.divergences[:8]:
        print(f"    {line}", flush=True)


def summary(verdicts: Sequence[Verdict], seconds: float) -> int:
    """The last lines, and the exit code."""
    sorts = Counter(f.fault for verdict in verdicts for f in verdict.plan.faults)
    slowest = max(verdicts, key=lambda v: v.seconds)
    bad = sum(1 for verdict in verdicts if verdict.divergences)
    print("faults: " + ", ".join(f"{count} {sort}" for sort, count in sorted(sorts.items())))
    killed, failed = sum(v.killed for v in verdicts), sum(v.failed for v in verdicts)
    print(f"operators killed: {killed}, passes that failed: {failed}")
    print(f"slowest return: {slowest.seconds:.0f} s of the world's clock, {slowest.plan.name()}")
    print(f"{len(verdicts)} plans, {bad} divergences, {seconds:.0f} seconds")
    return 1 if bad else 0


def main() -> int:
    """Run or replay."""
    chosen = arguments("faults", __doc__, noun="plan", only=WORKLOADS)
    if chosen.verb == "replay":
        return asyncio.run(replay(chosen.files))
    return asyncio.run(run(chosen.only, chosen.keep))


if __name__ == "__main__":
    sys.exit(main())
