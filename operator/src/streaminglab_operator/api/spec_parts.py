"""Pieces that several parts of the spec share."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from streaminglab_operator.api.base import SpecModel

# Bounds on length keep the estimated cost of the CEL rules under the API server's limit.
# The formats themselves are rules (api.rules), because a rule can say what to write instead.
TopicName = Annotated[str, StringConstraints(min_length=1, max_length=249)]
ConfigValue = Annotated[str, StringConstraints(max_length=512)]
Quantity = Annotated[str, StringConstraints(max_length=16)]
ResourceName = Annotated[str, StringConstraints(min_length=1, max_length=253)]
Host = Annotated[str, StringConstraints(min_length=1, max_length=253)]


def list_map(*keys: str) -> dict[str, Any]:
    """Schema of a list whose items are told apart by some fields (server-side apply merges it)."""
    return {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": list(keys)}


class ResourceSpec(SpecModel):
    """CPU and memory of one pod."""

    cpu: str | None = Field(
        default=None,
        max_length=16,
        description="CPU the pod is sure to get (its request): whole cores, or thousandths with "
        "an m. Unset: the profile's. Example: 500m",
    )
    memory: str | None = Field(
        default=None,
        max_length=16,
        description="Memory the pod is sure to get and may not pass (request and limit). Unset: "
        "the profile's. Example: 768Mi",
    )
