"""What an administrator says once for all labs: defaults, what is allowed, sizes, and limits.

It is the value `site` of the operator's chart, in the same words as a lab's spec.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from streaminglab_operator.schema import hosts
from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.schema.parts import (
    Cpu,
    Memory,
    ObjectName,
    Quantity,
    ResourceSpec,
    StorageClassName,
)

DomainName = Annotated[str, StringConstraints(min_length=1, max_length=135), *hosts.NAMES]


class StorageSite(SpecModel):
    """StorageClasses: of disks for which a lab names none, and those that it may name."""

    class_name: StorageClassName | None = None
    allowed: list[StorageClassName] = Field(default_factory=list)


class IngressSite(SpecModel):
    """Pages of labs that say nothing of class, domain, TLS and issuer; and what they may say."""

    class_name: ObjectName | None = None
    allowed_class_names: list[ObjectName] = Field(default_factory=list)
    domain: DomainName | None = None
    allowed_domains: list[DomainName] = Field(default_factory=list)
    tls: bool = False
    issuer: ObjectName | None = None
    cluster_issuer: ObjectName | None = None


class ProfileSite(SpecModel):
    """A profile of the site: a built-in one, with other sizes for some parts, by their key."""

    base: Literal["nano", "standard", "resilience"] = "standard"
    sizes: dict[str, ResourceSpec] = Field(default_factory=dict)


class MaximumSite(SpecModel):
    """The most that a lab may ask for: of each pod, of each disk, and of brokers."""

    cpu: Cpu | None = None
    memory: Memory | None = None
    storage: Quantity | None = None
    brokers: Literal[1, 3] | None = None


class ScratchSite(SpecModel):
    """What each container says of ephemeral-storage; nothing, unless a quota counts it."""

    request: Quantity | None = None
    limit: Quantity | None = None


class PodsSite(SpecModel):
    """Of the pods of every lab, what no lab decides.

    ``run_as_user``: their uid and group, where the images' own are not wanted; ``cluster``: those
    that admission gives to pods that name none, as OpenShift's does.
    """

    run_as_user: Literal["cluster"] | Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    ephemeral_storage: ScratchSite = Field(default_factory=ScratchSite)


class Site(SpecModel):
    """All of it; empty: nothing is said, and everything is allowed."""

    storage: StorageSite = Field(default_factory=StorageSite)
    ingress: IngressSite = Field(default_factory=IngressSite)
    profiles: dict[str, ProfileSite] = Field(default_factory=dict, max_length=16)
    maximum: MaximumSite = Field(default_factory=MaximumSite)
    pods: PodsSite = Field(default_factory=PodsSite)
