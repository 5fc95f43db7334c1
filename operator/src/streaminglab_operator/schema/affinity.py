"""`spec.pods.affinity`: which nodes pods may run on, or would rather, as Kubernetes says it.

To nodes alone: which pods run beside which is the lab's own matter (decision 83).
Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#node-affinity
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from streaminglab_operator.schema import formats
from streaminglab_operator.schema.base import SpecModel

LabelValue = Annotated[str, StringConstraints(max_length=63), formats.LABEL_VALUE]
LabelKey = Annotated[str, StringConstraints(min_length=1, max_length=317), formats.LABEL_KEY]


class NodeExpressionSpec(SpecModel):
    """What one label of a node must be."""

    key: LabelKey = Field(description="Key of the label. Example: topology.kubernetes.io/zone")
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"] = Field(
        description="How the label is compared: In and NotIn with a list, Gt and Lt with one whole "
        "number, Exists and DoesNotExist with nothing. Example: In"
    )
    values: list[LabelValue] = Field(
        default_factory=list, max_length=16, description="What with. Example: [zone-a, zone-b]"
    )


class NodeTermSpec(SpecModel):
    """Labels that a node must have all of."""

    match_expressions: list[NodeExpressionSpec] = Field(
        min_length=1,
        max_length=8,
        description="All of these must hold. Example: [{key: disk, operator: In, values: [ssd]}]",
    )


class RequiredNodesSpec(SpecModel):
    """Nodes that pods may run on."""

    node_selector_terms: list[NodeTermSpec] = Field(
        default_factory=list,
        max_length=4,
        description="One of these must hold. Unset: every node. "
        "Example: [{matchExpressions: [{key: disk, operator: In, values: [ssd]}]}]",
    )


class PreferredNodesSpec(SpecModel):
    """Nodes that the scheduler would rather take."""

    weight: int = Field(ge=1, le=100, description="How much it counts, from 1 to 100. Example: 50")
    preference: NodeTermSpec = Field(
        description="Labels of these nodes. "
        "Example: {matchExpressions: [{key: disk, operator: In, values: [ssd]}]}"
    )


class NodeAffinitySpec(SpecModel):
    """Which nodes pods run on, by labels."""

    required_during_scheduling_ignored_during_execution: RequiredNodesSpec = Field(
        default_factory=RequiredNodesSpec,
        description="Nodes that pods may run on; one that runs stays. Example: {nodeSelectorTerms: "
        "[{matchExpressions: [{key: disk, operator: In, values: [ssd]}]}]}",
    )
    preferred_during_scheduling_ignored_during_execution: list[PreferredNodesSpec] = Field(
        default_factory=list,
        max_length=4,
        description="Nodes that the scheduler would rather take. Example: [{weight: 50, "
        "preference: {matchExpressions: [{key: disk, operator: In, values: [ssd]}]}}]",
    )

    @property
    def required(self) -> list[NodeTermSpec]:
        """The terms of which one must hold; none: every node will do."""
        return self.required_during_scheduling_ignored_during_execution.node_selector_terms

    @property
    def preferred(self) -> list[PreferredNodesSpec]:
        """What counts in favour of a node."""
        return self.preferred_during_scheduling_ignored_during_execution


class AffinitySpec(SpecModel):
    """Which nodes pods run on. Which pods run side by side is the lab's own matter."""

    node_affinity: NodeAffinitySpec = Field(
        default_factory=NodeAffinitySpec,
        description="Nodes by their labels, as Kubernetes has it. Example: "
        "{preferredDuringSchedulingIgnoredDuringExecution: [{weight: 50, "
        "preference: {matchExpressions: [{key: disk, operator: In, values: [ssd]}]}}]}",
    )
