"""Whether every place of the schema was tried, from both sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from tests.mutations.declared import Declared
from tests.mutations.plan import Plan
from tests.mutations.run import Verdict
from tests.mutations.schema import Place, places


def one_sided(verdicts: Sequence[Verdict], declared: Declared) -> Iterator[str]:
    """Places without an edit that was reached, one that was refused, or one that takes them out."""
    came: dict[str, set[str]] = defaultdict(set)
    for verdict in verdicts:
        came[verdict.plan.place] |= {verdict.outcome, verdict.plan.sort}
    for place in places():
        for lacking in sorted(_needed(place) - came[place.path]):
            plan = Plan(lab="default", place=place.path, at=(), sort="valid")
            if not declared.allows("one-sided", plan, lacking):
                yield f"{place.path}: no edit was {lacking}"


def _needed(place: Place) -> set[str]:
    return {"refused", "reached", "taken"}
