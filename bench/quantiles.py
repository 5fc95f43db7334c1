"""Quantiles of what was measured. Pure."""

import math
from collections.abc import Sequence


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of the (sorted) values does not exceed."""
    return values[max(0, math.ceil(round(share * len(values), 6)) - 1)]
