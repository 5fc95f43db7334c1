"""The numbers in a Job's configuration, which labs need not share to be of one shape. Pure.

Where each student has a seed or a number of points of their own, Helm would render two charts for
each lab: a hundred such labs were Ready after 2.1 times their floor. What a Job's program is told
goes through its chart as it is, and names the Job, so that no checksum depends on it.
"""

from collections.abc import Mapping
from typing import Any

from streaminglab_operator.placeholders import of_number

LARGEST = 2**53
"""Helm reads numbers as floats, which hold whole ones up to here as they are."""


def lifted(config: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[int, ...]]:
    """The same configuration with a placeholder for each whole number, and the numbers."""
    numbers: list[int] = []

    def general(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: general(value[key]) for key in sorted(value)}
        if isinstance(value, list | tuple):
            return [general(item) for item in value]
        if not _is_whole(value):
            return value
        numbers.append(int(value))
        return of_number(len(numbers) - 1)

    found: dict[str, Any] = general(config)
    return found, tuple(numbers)


def _is_whole(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= LARGEST and value == int(value)
