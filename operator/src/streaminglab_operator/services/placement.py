"""Where pods run and what they carry: the administrator's choice for all labs, and a lab's own."""

from __future__ import annotations

from typing import Any

from streaminglab_operator.schema.affinity import NodeAffinitySpec, NodeTermSpec
from streaminglab_operator.schema.pods import PodsSpec
from streaminglab_operator.schema.site import PodsSite


def laid_over(site: PodsSpec, own: PodsSpec) -> PodsSpec:
    """What holds for a lab: its own word over the site's, key by key; tolerations and
    affinities of both.

    A lab may leave the site's nodes: who may write a lab may write a pod, too. What a namespace
    must not do is said by admission (PodNodeSelector, PodTolerationRestriction, quotas).
    """
    more = [found for found in own.tolerations if found not in site.tolerations]
    # A copy and no new model: together both may hold more than one of them may write.
    return site.model_copy(
        update={
            "node_selector": site.node_selector | own.node_selector,
            "tolerations": [*site.tolerations, *more],
            "affinity": site.affinity.model_copy(
                update={
                    "node_affinity": _both(site.affinity.node_affinity, own.affinity.node_affinity)
                }
            ),
            "priority_class_name": own.priority_class_name or site.priority_class_name,
            "runtime_class_name": own.runtime_class_name or site.runtime_class_name,
            "labels": site.labels | own.labels,
            "annotations": site.annotations | own.annotations,
        }
    )


def _both(site: NodeAffinitySpec, own: NodeAffinitySpec) -> NodeAffinitySpec:
    """Nodes that are what both require. Of several terms one must hold, of the expressions within a
    term all: so each term of the one stands with each of the other."""
    pairs = [
        NodeTermSpec.model_construct(match_expressions=[*a.match_expressions, *more])
        for a in site.required
        for more in (b.match_expressions for b in own.required)
    ]
    required = site.required_during_scheduling_ignored_during_execution.model_copy(
        update={"node_selector_terms": pairs or [*site.required, *own.required]}
    )
    return site.model_copy(
        update={
            "required_during_scheduling_ignored_during_execution": required,
            "preferred_during_scheduling_ignored_during_execution": [
                *site.preferred,
                *(found for found in own.preferred if found not in site.preferred),
            ],
        }
    )


def _affinity(nodes: NodeAffinitySpec) -> dict[str, Any]:
    """As a pod has it: Kubernetes takes no list of terms that is empty."""
    said: dict[str, Any] = {}
    if nodes.required:
        terms = [term.to_dict() for term in nodes.required]
        said["requiredDuringSchedulingIgnoredDuringExecution"] = {"nodeSelectorTerms": terms}
    if nodes.preferred:
        said["preferredDuringSchedulingIgnoredDuringExecution"] = [
            found.to_dict() for found in nodes.preferred
        ]
    return {"nodeAffinity": said} if said else {}


def values(pods: PodsSpec) -> dict[str, Any]:
    """As charts take it; nothing for what is not set."""
    said = {key: found for key, found in pods.to_dict().items() if found}
    chart: dict[str, Any] = {}
    if labels := said.pop("labels", None):
        chart["podLabels"] = labels
    if annotations := said.pop("annotations", None):
        chart["podAnnotations"] = annotations
    said.pop("affinity", None)
    if affinity := _affinity(pods.affinity.node_affinity):
        said["affinity"] = affinity
    if said:
        chart["scheduling"] = said
    return chart


def user(site: PodsSite) -> dict[str, Any]:
    """As charts take it; nothing: that of each chart. Helm takes a value that is null away."""
    if site.run_as_user is None:
        return {}
    return {"runAsUser": None if site.run_as_user == "cluster" else site.run_as_user}


def with_scratch(resources: dict[str, Any], site: PodsSite) -> dict[str, Any]:
    """A container's requests and limits, with what it says of ephemeral-storage."""
    said = {"requests": site.ephemeral_storage.request, "limits": site.ephemeral_storage.limit}
    return {
        kind: {**amounts, **({"ephemeral-storage": said[kind]} if said[kind] else {})}
        for kind, amounts in resources.items()
    }
