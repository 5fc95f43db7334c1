"""Rules on the nodes that the pods of a lab may run on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from streaminglab_operator.schema import units
from streaminglab_operator.schema.rules import Rule, failing, matches

_NODES = "spec.pods.affinity.nodeAffinity"
EXPRESSIONS = (
    f"{_NODES}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[].matchExpressions[]",
    f"{_NODES}.preferredDuringSchedulingIgnoredDuringExecution[].preference.matchExpressions[]",
)
"""Where a label of a node is compared."""
_LISTS, _NUMBERS, _ALONE = ("In", "NotIn"), ("Gt", "Lt"), ("Exists", "DoesNotExist")


def _fits(operators: tuple[str, ...], fine: Callable[[list[str]], bool]) -> Any:
    def check(found: Mapping[str, Any]) -> bool:
        return found["operator"] not in operators or fine(found.get("values", []))

    return failing(EXPRESSIONS, check)


def _is_number(values: list[str]) -> bool:
    return len(values) == 1 and units.fits(units.WHOLE_NUMBER, values[0])


def _one_of(operators: tuple[str, ...]) -> str:
    return f"self.operator in {list(operators)}"


def _form(operators: tuple[str, ...], values: dict[str, Any], *, needed: bool = True) -> Any:
    then: dict[str, Any] = {"properties": {"values": values}}
    return {
        "if": {"required": ["operator"], "properties": {"operator": {"enum": list(operators)}}},
        "then": {**then, "required": ["values"]} if needed else then,
    }


AFFINITY_RULES: tuple[Rule, ...] = (
    Rule(
        id="node-label-values",
        at=EXPRESSIONS,
        cel=f"!({_one_of(_LISTS)}) || (has(self.values) && size(self.values) > 0)",
        form=_form(_LISTS, {"minItems": 1}),
        message="the operators In and NotIn compare with a list: give at least one value",
        check=_fits(_LISTS, bool),
    ),
    Rule(
        id="node-label-number",
        at=EXPRESSIONS,
        cel=f"!({_one_of(_NUMBERS)}) || (has(self.values) && size(self.values) == 1 && "
        f"{matches('self.values[0]', units.WHOLE_NUMBER)})",
        form=_form(
            _NUMBERS, {"minItems": 1, "maxItems": 1, "items": {"pattern": units.WHOLE_NUMBER}}
        ),
        message="the operators Gt and Lt compare with one whole number, in quotes: values: ['4']",
        check=_fits(_NUMBERS, _is_number),
    ),
    Rule(
        id="node-label-no-values",
        at=EXPRESSIONS,
        cel=f"!({_one_of(_ALONE)}) || !has(self.values) || size(self.values) == 0",
        form=_form(_ALONE, {"maxItems": 0}, needed=False),
        message="the operators Exists and DoesNotExist look at the key alone: take the values out",
        check=_fits(_ALONE, lambda values: not values),
    ),
)
