"""`spec.pods`: where the pods of a lab run, and what they carry.

The same model is what an administrator sets for all labs; what a lab says is laid over it.
Source: https://kubernetes.io/docs/concepts/scheduling-eviction/ and the API reference of PodSpec.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from streaminglab_operator.schema.affinity import AffinitySpec, LabelKey, LabelValue
from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.schema.parts import AnnotationValue, ObjectName

# In a map, where the rules look at each key with its value.
MapValue = Annotated[str, StringConstraints(max_length=63)]


class TolerationSpec(SpecModel):
    """One taint of nodes that the pods tolerate."""

    key: LabelKey | None = Field(
        default=None, description="Key of the taint. Unset: every key. Example: dedicated"
    )
    operator: Literal["Equal", "Exists"] = Field(
        default="Equal",
        description="Whether the taint's value must be equal, or its key be there. Example: Exists",
    )
    value: LabelValue | None = Field(
        default=None, description="Value of the taint, for the operator Equal. Example: teaching"
    )
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = Field(
        default=None, description="Effect of the taint. Unset: every effect. Example: NoSchedule"
    )
    toleration_seconds: int | None = Field(
        default=None,
        ge=0,
        le=86_400,
        description="With the effect NoExecute: seconds that a pod stays. Unset: for ever. "
        "Example: 300",
    )


class PodsSpec(SpecModel):
    """Where the pods of the lab run, and what they carry."""

    node_selector: dict[str, MapValue] = Field(
        default_factory=dict,
        max_length=8,
        description="Labels that a node must have. Example: {pool: teaching}",
    )
    tolerations: list[TolerationSpec] = Field(
        default_factory=list,
        max_length=8,
        description="Taints of nodes that the pods tolerate. "
        "Example: [{key: dedicated, operator: Exists}]",
    )
    affinity: AffinitySpec = Field(
        default_factory=AffinitySpec,
        description="Nodes that the pods may run on, or would rather, where one value of a label "
        "is not all there is to say. Example: {nodeAffinity: "
        "{requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
        "[{matchExpressions: [{key: disk, operator: In, values: [ssd, nvme]}]}]}}}",
    )
    priority_class_name: ObjectName | None = Field(
        default=None,
        description="PriorityClass of the pods. Unset: the cluster's default. Example: teaching",
    )
    runtime_class_name: ObjectName | None = Field(
        default=None,
        description="RuntimeClass of the pods. Unset: the cluster's default. Example: gvisor",
    )
    labels: dict[str, MapValue] = Field(
        default_factory=dict,
        max_length=8,
        description="More labels of the pods, for the site's own tools. Example: {cost: class-a}",
    )
    annotations: dict[str, AnnotationValue] = Field(
        default_factory=dict,
        max_length=8,
        description="More annotations of the pods. "
        "Example: {cluster-autoscaler.kubernetes.io/safe-to-evict: 'false'}",
    )
