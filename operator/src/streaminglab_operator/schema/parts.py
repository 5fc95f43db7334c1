"""Pieces that several parts of the spec share."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from streaminglab_operator.schema import formats, hosts
from streaminglab_operator.schema.base import SpecModel

# Bounds on length keep the estimated cost of the CEL rules under the API server's limit.
TopicName = Annotated[str, StringConstraints(min_length=1, max_length=249)]
ConfigValue = Annotated[str, StringConstraints(max_length=512)]
Quantity = Annotated[str, StringConstraints(max_length=16), formats.STORAGE]
Cpu = Annotated[str, StringConstraints(max_length=16), formats.CPU]
Memory = Annotated[str, StringConstraints(max_length=16), formats.MEMORY]
Address = Annotated[str, formats.URL]
ResourceName = Annotated[str, StringConstraints(min_length=1, max_length=253)]
StorageClassName = Annotated[ResourceName, formats.STORAGE_CLASS]
AnnotationValue = Annotated[str, StringConstraints(max_length=1024)]
SecretName = Annotated[ResourceName, formats.SECRET_NAME]
ObjectName = Annotated[ResourceName, formats.OBJECT_NAME]
Host = Annotated[str, StringConstraints(min_length=1, max_length=253), *hosts.ADDRESSES]
UserName = Annotated[str, StringConstraints(min_length=1, max_length=32)]
DatabaseName = Annotated[str, StringConstraints(min_length=1, max_length=63), formats.SQL_NAME]


def list_map(*keys: str) -> dict[str, Any]:
    """Schema of a list whose items are told apart by some fields (server-side apply merges it)."""
    return {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": list(keys)}


class ResourceSpec(SpecModel):
    """CPU and memory of one pod."""

    cpu: Cpu | None = Field(
        default=None,
        description="CPU the pod is sure to get (its request): whole cores, or thousandths with "
        "an m. Unset: its usual one. Example: 500m",
    )
    cpu_limit: Cpu | None = Field(
        default=None,
        description="CPU the pod may use at most (its limit), not less than cpu. Unset: its usual "
        "one, and cpu where that is more. Example: '2'",
    )
    memory: Memory | None = Field(
        default=None,
        description="Memory the pod is sure to get and may not pass (request and limit). Unset: "
        "its usual one. Example: 768Mi",
    )


class ServiceSpec(SpecModel):
    """What every service has."""

    resources: ResourceSpec | None = Field(
        default=None, description="CPU and memory of its pod, instead of the usual ones."
    )


class StoredSpec(ServiceSpec):
    """What every service with a disk has."""

    storage: Quantity = Field(
        default="1Gi",
        description="Its disk, at least 100Mi. Grows where its StorageClass can. Example: 1Gi",
    )
    storage_class_name: StorageClassName | None = Field(
        default=None,
        description="StorageClass of that disk; one that is there stays as it is. Unset: the "
        "administrator's choice, or the cluster's default. Example: standard",
    )
