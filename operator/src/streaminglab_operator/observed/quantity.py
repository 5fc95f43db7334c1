"""Kubernetes quantities of storage, in bytes.

Sizes must be compared as numbers: the API server writes ``1024Mi`` back as ``1Gi``, and a
provisioner says in plain bytes what it gave (apimachinery, ``resource.Quantity``).
"""

import re
from decimal import ROUND_CEILING, Decimal

_UNITS = {
    **{f"{letter}i": Decimal(1024) ** (n + 1) for n, letter in enumerate("KMGTPE")},
    **{letter: Decimal(1000) ** (n + 1) for n, letter in enumerate("kMGTPE")},
    "m": Decimal(1) / 1000,
    "u": Decimal(1) / 10**6,
    "n": Decimal(1) / 10**9,
}
_NUMBER = re.compile(r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})?", re.ASCII)
_LONGEST = 64


def bytes_of(text: str) -> int | None:
    """``1Gi`` is 1073741824, ``1.5k`` is 1500; a fraction of a byte counts as one. None where the
    text is no amount: it comes from the cluster, and anybody may have written it."""
    number, unit = text[:_LONGEST], Decimal(1)
    for suffix, factor in _UNITS.items():
        if number.endswith(suffix):
            number, unit = number.removesuffix(suffix), factor
            break
    if _NUMBER.fullmatch(number) is None:
        return None
    found = (Decimal(number) * unit).to_integral_value(ROUND_CEILING)
    # Larger than what Kubernetes can say (int64) is no amount either, nor is less than nothing.
    return int(found) if 0 <= found < 2**63 else None


def same(one: str, other: str) -> bool:
    """True if two texts say the same amount."""
    return one == other or (bytes_of(one) is not None and bytes_of(one) == bytes_of(other))
