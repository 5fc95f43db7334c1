"""The names that every lab of one shape is rendered with, before its own take their place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """What differs between two labs of the same shape."""

    lab: str
    namespace: str
    uid: str
    cluster_id: str
    digest: str = ""
    """Of a Job: the digest that ends its name."""
    credentials: str = ""
    """Checksum of the credentials, so that pods restart when they are made anew."""
    operator: str = ""
    """The namespace of the operator that writes the lab: no part of what is wanted."""
    numbers: tuple[int, ...] = ()
    """Of a Job: those of its configuration (`plan.numbers`)."""


RESERVED = "slab0"
"""What every placeholder begins with. No spec may hold it: its text would be taken for one."""

PLACEHOLDER = Identity(
    lab="slab0lab",
    namespace="slab0namespace",
    uid="slab0uid",
    cluster_id="slab0clusterid0000000A",
    digest="slab0dgt",
    credentials="slab0credentials",
)


NUMBER = f"{RESERVED}number"
"""What stands for a number of a Job's configuration, before its place among them."""


def of_number(index: int) -> str:
    """What stands for a number of a Job's configuration."""
    return f"{NUMBER}{index}"
