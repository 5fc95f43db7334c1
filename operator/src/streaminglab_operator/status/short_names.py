"""The condition of the short names: which of them lead elsewhere, and what to use instead. Pure."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from streaminglab_operator.api import Condition, ConditionType, Reason
from streaminglab_operator.observed import Culprit, LabView
from streaminglab_operator.plan import Desired, Lab
from streaminglab_operator.plan.lab import wanted
from streaminglab_operator.plan.short_names import host_of
from streaminglab_operator.services import Service
from streaminglab_operator.status.overall import condition


def short_names(lab: Lab, view: LabView, desired: Desired) -> Condition | None:
    """None where all are this lab's, or none is asked for."""
    troubles = list(_troubles(lab, view, desired))
    if not troubles:
        return None
    reason = troubles[0].reason
    message = "; ".join(trouble.message for trouble in troubles)
    kind = ConditionType.SHORT_NAMES_READY
    return condition(kind, "False", reason, message, lab.generation)


def _troubles(lab: Lab, view: LabView, desired: Desired) -> Iterator[Culprit]:
    if not lab.spec.access.short_names:
        return
    services = [s for s in wanted(lab.spec) if s.alias and s.component not in desired.unavailable]
    lost = [s for s in services if s.alias in view.taken_names]
    for owner, group in groupby(sorted(lost, key=_by(view)), key=_by(view)):
        yield _lost(owner, [(s.alias, _address(lab, view, s)) for s in group])
    for service in services:
        why = view.name_problems.get(service.alias)
        if why is not None:
            use = f"until then use {_address(lab, view, service)}"
            yield Culprit(why.reason, f"{why.message}; {use}")


def _by(view: LabView) -> Any:
    return lambda service: view.taken_names[service.alias]


def _lost(owner: str, names: list[tuple[str, str]]) -> Culprit:
    short, long = (", ".join(words) for words in zip(*names, strict=True))
    sentence = f"the short names {short} lead to the lab {owner}: use {long}"
    return Culprit(Reason.NAME_TAKEN, sentence)


def _address(lab: Lab, view: LabView, service: Service[Any]) -> str:
    return service.address(host_of(lab, view, service))
