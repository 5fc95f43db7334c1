"""Kubernetes quantities of storage, in bytes.

Sizes must be compared as numbers: the API server writes ``1024Mi`` back as ``1Gi``, and a
provisioner says in plain bytes what it gave (apimachinery, ``resource.Quantity``).
"""

from decimal import ROUND_CEILING

from streaminglab_operator.schema.quantities import MOST, number


def bytes_of(text: str) -> int | None:
    """``1Gi`` is 1073741824, ``1.5k`` is 1500; a fraction of a byte counts as one. None where the
    text is no amount: it comes from the cluster, and anybody may have written it."""
    found = number(text)
    if found is None:
        return None
    whole = int(found.to_integral_value(ROUND_CEILING))
    # Larger than what Kubernetes can say (int64) is no amount either, nor is less than nothing.
    return whole if 0 <= whole <= MOST else None


def same(one: str, other: str) -> bool:
    """True if two texts say the same amount."""
    return one == other or (bytes_of(one) is not None and bytes_of(one) == bytes_of(other))
