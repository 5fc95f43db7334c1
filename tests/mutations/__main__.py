"""``python -m tests.mutations [run [--only WORD] [--keep FOLDER] | replay FILE...]``

``run`` makes every edit and tells how many, how many came out otherwise than they must, and the
seconds; each of those is kept as a file that ``replay`` makes again.
"""

import argparse
import asyncio
import logging
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import structlog

from tests.mutations.coverage import one_sided
from tests.mutations.generate import all_plans
from tests.mutations.plan import Plan
from tests.mutations.run import Runs, Verdict

KEEP = Path("build/mutations")
SAY_SECONDS = 10.0
PLAYED = 8
"""Of the edits that are refused, each so many is played in a world: there all of them end alike."""


async def run(only: Sequence[str], keep: Path) -> int:
    """All edits, or those whose place or lab holds a word; 1 if one of them went wrong."""
    started = said = time.monotonic()
    plans = [p for p in all_plans() if not only or any(w in f"{p.lab} {p.place}" for w in only)]
    runs, verdicts = Runs(), []
    print(f"{len(plans)} edits", flush=True)
    for number, plan in enumerate(plans, 1):
        verdicts.append(await runs.verdict(plan, played=number % PLAYED == 0))
        if verdicts[-1].divergences:
            tell(verdicts[-1], plan.write(keep))
        if time.monotonic() - said > SAY_SECONDS:
            said = time.monotonic()
            print(f"  {number} of {len(plans)} edits, {said - started:.0f} s", flush=True)
    more = [] if only else list(_of_all(runs, verdicts))
    return summary(verdicts, more, time.monotonic() - started)


def _of_all(runs: Runs, verdicts: Sequence[Verdict]) -> Sequence[str]:
    lacking = list(one_sided(verdicts, runs.declared))
    # Only now it is known what was of use.
    return lacking + [f"declared and not needed: {entry}" for entry in runs.declared.unused()]


async def replay(files: Sequence[Path]) -> int:
    """The edits of files; 1 if one of them goes wrong."""
    runs, started = Runs(), time.monotonic()
    verdicts = []
    for file in files:
        verdicts.append(await runs.verdict(Plan.read(file)))
        tell(verdicts[-1], file)
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
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    verbs = parser.add_subparsers(dest="verb")
    runs = verbs.add_parser("run", help="make every edit (the default)")
    runs.add_argument("--only", action="append", default=[], help="a part of a place or lab")
    runs.add_argument("--keep", type=Path, default=KEEP, help="where failing edits are kept")
    verbs.add_parser("replay", help="make kept edits again").add_argument(
        "files", nargs="+", type=Path
    )
    chosen = parser.parse_args(sys.argv[1:] or ["run"])
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if chosen.verb == "replay":
        return asyncio.run(replay(chosen.files))
    return asyncio.run(run(chosen.only, chosen.keep))


if __name__ == "__main__":
    sys.exit(main())
