"""The generated table of docs/developer.md: how many commands of the documents tests run."""

from __future__ import annotations

from tools.generate.architecture_page import between
from tools.pages.count import Count, count
from tools.pages.excused import Reason

TIERS = {
    "unit": "by the unit tests",
    "charts": "by the chart tests",
    "component": "on an API server without nodes",
    "e2e": "on the real cluster",
}


def developer_page(text: str) -> str:
    """The page as it must be, from the page as it is."""
    return between(text, "commands", commands_table(count()))


def commands_table(counted: Count) -> str:
    """One row for each tier and each reason, and the sums."""
    rows = [
        f"| commands of the documents | {counted.total} |",
        "| --- | --- |",
        f"| run by a test | {counted.run} |",
        *(f"| run {words} | {counted.by_tier.get(tier, 0)} |" for tier, words in TIERS.items()),
        f"| checked without a cluster, run or not | {counted.checked} |",
        f"| run by no test | {sum(counted.excused.values())} |",
    ]
    rows += [
        f"| it {reason.words} | {n} |" for reason in Reason if (n := counted.excused.get(reason))
    ]
    return "\n".join(rows)
