"""What Kubernetes' admission plugin LimitRanger lets pass, after its rules and apart from ours.

Source of the rules: plugin/pkg/admission/limitranger/admission.go of Kubernetes 1.34, and its
documentation, "Limit Ranges". Amounts are plain numbers, cores and bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

Json = Mapping[str, Any]
UNITS = {
    "m": Fraction(1, 1000),
    "": Fraction(1),
    "Ki": Fraction(2**10),
    "Mi": Fraction(2**20),
    "Gi": Fraction(2**30),
}


def number(quantity: str) -> Fraction:
    """``500m`` -> 1/2."""
    digits = quantity.rstrip("mKGTMi")
    return Fraction(digits) * UNITS[quantity[len(digits) :]]


def refusal(kind: str, body: Json, ranges: Iterable[Json]) -> str | None:
    """What the API server says of a pod that it does not let pass: all that is wrong with it."""
    if kind != "Pod":
        return None
    said = [
        words
        for each in ranges
        for item in each["spec"]["limits"]
        for words in _against(body["spec"], item)
    ]
    if not said:
        return None
    text = said[0] if len(said) == 1 else f"[{', '.join(said)}]"
    return f'pods "{body["metadata"]["name"]}" is forbidden: {text}'


def _against(pod: Json, item: Json) -> Iterator[str]:
    every = [*pod.get("initContainers", ()), *pod["containers"]]
    if item["type"] == "Container":
        for container in every:
            yield from _checked(container["resources"], item)
    elif item["type"] == "Pod":
        yield from _checked(_of_pod(pod), item)


def _of_pod(pod: Json) -> Json:
    """Sums over what runs side by side, and no less than the largest of what runs before."""
    found: dict[str, dict[str, Any]] = {"requests": {}, "limits": {}}
    for which, amounts in found.items():
        for resource in ("cpu", "memory"):
            beside = sum(number(c["resources"][which][resource]) for c in pod["containers"])
            before = (
                number(c["resources"][which][resource]) for c in pod.get("initContainers", ())
            )
            amounts[resource] = max([beside, *before])
    return found


def _checked(resources: Json, item: Json) -> Iterator[str]:
    where = item["type"]
    for resource, least in item.get("min", {}).items():
        for which in ("request", "limit"):
            if _amount(resources, which, resource) < number(least):
                yield (
                    f"minimum {resource} usage per {where} is {least}, but {which} is "
                    f"{_reported(resources, which, resource)}"
                )
    for resource, most in item.get("max", {}).items():
        for which in ("limit", "request"):
            if _amount(resources, which, resource) > number(most):
                yield (
                    f"maximum {resource} usage per {where} is {most}, but {which} is "
                    f"{_reported(resources, which, resource)}"
                )
    for resource, ratio in item.get("maxLimitRequestRatio", {}).items():
        limit, request = (_amount(resources, w, resource) for w in ("limit", "request"))
        scale = 1000 if resource == "cpu" else 1
        observed = float(limit * scale) / float(request * scale) * 1000
        if observed > float(number(ratio) * 1000):
            yield (
                f"{resource} max limit to request ratio per {where} is {ratio}, but provided "
                f"ratio is {observed / 1000:f}"
            )


def _amount(resources: Json, which: str, resource: str) -> Fraction:
    found = resources[f"{which}s"][resource]
    return found if isinstance(found, Fraction) else number(str(found))


def _reported(resources: Json, which: str, resource: str) -> str:
    found = resources[f"{which}s"][resource]
    return str(found) if not isinstance(found, Fraction) else str(float(found))
