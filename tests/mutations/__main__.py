"""``python -m tests.mutations [run [--only WORD] [--keep FOLDER] | replay FILE...]``

``run`` makes every edit and tells how many, how many came out otherwise than they must, and the
seconds; each of those is kept as a file that ``replay`` makes again.
"""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.mutations.coverage import one_sided
from tests.mutations.generate import all_plans
from tests.mutations.plan import Plan
from tests.mutations.run import Runs, Verdict
from tests.plan_files import arguments, replay_all, run_all

PLAYED = 8
"""Of the edits that are refused, each so many is played in a world: there all of them end alike."""


async def run(only: Sequence[str], keep: Path) -> int:
    """All edits, or those whose place or lab holds a word; 1 if one of them went wrong."""
    started, runs = time.monotonic(), Runs()
    plans = [p for p in all_plans() if not only or any(w in f"{p.lab} {p.place}" for w in only)]

    async def verdict(number: int, plan: Plan) -> Verdict:
        return await runs.verdict(plan, played=number % PLAYED == 0)

    print(f"{len(plans)} edits", flush=True)
    verdicts = await run_all(plans, verdict, tell, keep, "edits")
    more = [] if only else list(_of_all(runs, verdicts))
    return summary(verdicts, more, time.monotonic() - started)


def _of_all(runs: Runs, verdicts: Sequence[Verdict]) -> Sequence[str]:
    lacking = list(one_sided(verdicts, runs.declared))
    # Only now it is known what was of use.
    return lacking + [f"declared and not needed: {entry}" for entry in runs.declared.unused()]


async def replay(files: Sequence[Path]) -> int:
    """The edits of files; 1 if one of them goes wrong."""
    started, runs = time.monotonic(), Runs()
    verdicts = await replay_all(files, lambda file: runs.verdict(Plan.read(file)), tell)
    return summary(verdicts, [], time.monotonic() - started)


def tell(verdict: Verdict, file: Path) -> None:
    """What one edit led to."""
    plan, count = verdict.plan, len(verdict.divergences)
    edit = f"{plan.field} {plan.sort} {ascii(plan.value)[:80]}"
    print(f"{file}: {edit}: {verdict.outcome}, {count or 'no'} divergence(s)")
    for line in verdict.divergences[:6]:
        print(f"    {ascii(line)[:300]}", flush=True)


def summary(verdicts: Sequence[Verdict], more: Sequence[str], seconds: float) -> int:
    """The last lines, and the exit code."""
    sorts = Counter(verdict.plan.sort for verdict in verdicts)
    outcomes = Counter(verdict.outcome for verdict in verdicts)
    bad = sum(1 for verdict in verdicts if verdict.divergences)
    for line in more:
        print(line)
    print("edits: " + ", ".join(f"{count} {sort}" for sort, count in sorted(sorts.items())))
    print("came to: " + ", ".join(f"{count} {what}" for what, count in sorted(outcomes.items())))
    print(f"places: {len({verdict.plan.place for verdict in verdicts})}")
    print(f"{len(verdicts)} edits, {bad + len(more)} divergences, {seconds:.0f} seconds")
    return 1 if bad or more else 0


def main() -> int:
    """Run or replay."""
    chosen = arguments("mutations", __doc__, noun="edit", only="a part of a place or lab")
    if chosen.verb == "replay":
        return asyncio.run(replay(chosen.files))
    return asyncio.run(run(chosen.only, chosen.keep))


if __name__ == "__main__":
    sys.exit(main())
