"""How many commands of the documents are run, checked and excused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tools.pages.blocks import Command, calling, every_command, in_english
from tools.pages.claims import claims
from tools.pages.excused import Reason, excuses

CHECKED = ("kubectl", "make")
"""Programs that say of every command of the documents, without a cluster, whether they take it."""
WITHOUT_CLUSTER = ("unit", "charts", "component")


@dataclass(frozen=True)
class Count:
    """``by_tier``: commands that tests of a tier run (one may be run by two tiers); ``checked``:
    what is looked at without a cluster, run or not; ``excused``: by reason; ``unknown``: neither
    run nor excused."""

    total: int
    run: int
    checked: int
    by_tier: Mapping[str, int]
    excused: Mapping[Reason, int]
    unknown: tuple[Command, ...]


def count() -> Count:
    """Over all pages, as the tests and ``tests/commands_not_run.yaml`` are now. A command of a
    French page that its English one has word for word is run, or excused, where that one is."""
    every = every_command()
    tiers: dict[str, set[Command]] = {}
    for claim in claims():
        tiers.setdefault(claim.tier, set()).update(claim.commands())
    run = set[Command]().union(*tiers.values())
    run |= {command for command in every if not run.isdisjoint(in_english(command))}
    checked = {command for program in CHECKED for command in calling(program)}
    checked |= set[Command]().union(*(tiers.get(tier, ()) for tier in WITHOUT_CLUSTER))
    why = {command: excuse.reason for excuse in excuses() for command in excuse.commands()}
    why |= {command: why[twin] for command in every for twin in in_english(command) if twin in why}
    return Count(
        total=len(every),
        run=len(run),
        checked=len(checked),
        by_tier={tier: len(found) for tier, found in sorted(tiers.items())},
        excused=Counter(why[command] for command in every if command in why),
        unknown=tuple(command for command in every if command not in run | why.keys()),
    )


def summary(counted: Count) -> str:
    """One line for the end of a run of the tests."""
    tiers = ", ".join(f"{number} in {tier}" for tier, number in counted.by_tier.items())
    left = ", ".join(
        f"{number} {reason.words}" for reason in Reason if (number := counted.excused.get(reason))
    )
    return (
        f"commands of the documents: {counted.total}, run by tests {counted.run} ({tiers}),"
        f" checked without a cluster {counted.checked},"
        f" excused {sum(counted.excused.values())}: {left}"
    )
