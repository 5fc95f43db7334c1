"""Kubernetes' quantities, as other people's objects hold them.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

MOST = 2**63 - 1
"""The API server caps what is larger."""
_LONGEST = 64
_FORM = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:([eE][+-]?[0-9]{1,2})|([a-zA-Z]{0,2}))")
_SUFFIX = {
    "": Decimal(1),
    **{word: Decimal(10) ** power for word, power in (("n", -9), ("u", -6), ("m", -3))},
    **{word: Decimal(1000) ** (i + 1) for i, word in enumerate("kMGTPE")},
    **{f"{word}i": Decimal(1024) ** (i + 1) for i, word in enumerate("KMGTPE")},
}


def number(text: Any) -> Decimal | None:
    """``100m`` -> 0.1; ``1Ki`` -> 1024; None of what is no quantity: anybody may write."""
    found = _FORM.fullmatch(str(text)) if len(str(text)) <= _LONGEST else None
    if found is None or (found[3] is not None and found[3] not in _SUFFIX):
        return None
    return Decimal(found[1] + (found[2] or "")) * _SUFFIX[found[3] or ""]


def amount(text: Any, per: int = 1, *, down: bool) -> int | None:
    """``100m`` per 1000 -> 100; ``1Ki`` -> 1024; None of what is no quantity.

    ``per``: how many of the units that are wanted make one; ``down``: how a rest is rounded. What
    is larger than the API server keeps is cut to that.
    """
    found = number(text)
    if found is None:
        return None
    rounded = (found * per).to_integral_value(ROUND_FLOOR if down else ROUND_CEILING)
    return max(-MOST, min(MOST, int(rounded)))
