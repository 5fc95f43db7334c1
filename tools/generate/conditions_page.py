"""docs/reference/conditions.md, drawn from the table of conditions and reasons."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from streaminglab_operator.api.conditions import (
    CONDITIONS,
    POD_TROUBLE,
    REFUSALS,
    WAITS,
    ConditionDoc,
    ConditionStatus,
)
from streaminglab_operator.api.reason_docs import REASONS
from streaminglab_operator.api.reasons import Reason
from tools.generate.provoking import Provoking, provoking

INTRO = """\
# Conditions and reasons

A lab says how it is in `status.conditions`. Each condition has a `status` (True, False, or
Unknown when nobody has looked), a `reason` (one word, for programs) and a `message` (a sentence
that names the object and the container in the way). `Ready` sums up the others:

```sh
kubectl wait --for=condition=Ready slab/meteo
kubectl get slab meteo -o jsonpath='{.status.conditions[?(@.type=="Ready")].message}'
```

`Reconciling` and `Stalled` are there for tools that follow kstatus (Flux, `kpt`).
A pod's own reason is handed on as it is. A word of Kubernetes that is not in this list stands in
the message, with the reason `PodFailed`.
"""

PAGE_TO_ROOT = Path("../..")
GROUPS: tuple[tuple[str, tuple[Reason, ...]], ...] = (
    ("waits", WAITS),
    ("pod trouble", POD_TROUBLE),
    ("refusals", REFUSALS),
)


def conditions_page() -> str:
    """The whole page as Markdown."""
    return "\n".join([INTRO, *_conditions(), "", *_groups(), "", *_reasons(), ""])


def _conditions() -> Iterator[str]:
    yield "## Conditions\n"
    yield "| condition | what it says | True | False | Unknown |"
    yield "| --- | --- | --- | --- | --- |"
    for type_, doc in CONDITIONS.items():
        cells = [_cell(doc, status) for status in ("True", "False", "Unknown")]
        yield f"| `{type_.value}` | {doc.meaning} | {' | '.join(cells)} |"


def _cell(doc: ConditionDoc, status: ConditionStatus) -> str:
    reasons = list(doc.reasons.get(status, ()))
    words = []
    for name, group in GROUPS:
        if set(group) <= set(reasons):
            reasons = [reason for reason in reasons if reason not in group]
            words.append(f"any of [{name}](#{name.replace(' ', '-')})")
    return ", ".join([f"`{reason.value}`" for reason in reasons] + words)


def _groups() -> Iterator[str]:
    yield "## Groups of reasons"
    for name, group in GROUPS:
        yield f"\n### {name.capitalize()}\n"
        yield ", ".join(f"`{reason.value}`" for reason in group)


def _reasons() -> Iterator[str]:
    shown = provoking()
    yield "## Reasons\n"
    yield "Each was provoked: a test makes the trouble and sees the reason in a lab's status.\n"
    yield "| reason | what it means | what to do | provoked by |"
    yield "| --- | --- | --- | --- |"
    for reason, doc in REASONS.items():
        tests = ", ".join(_link(test) for test in shown[reason])
        yield f"| `{reason.value}` | {doc.meaning} | {doc.remedy or '-'} | {tests} |"


def _link(by: Provoking) -> str:
    return f"[{by.test}]({PAGE_TO_ROOT / by.path})"
