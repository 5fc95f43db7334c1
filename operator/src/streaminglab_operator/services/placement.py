"""Where pods run and what they carry: the administrator's choice for all labs, and a lab's own."""

from __future__ import annotations

from typing import Any

from streaminglab_operator.schema.pods import PodsSpec


def laid_over(site: PodsSpec, own: PodsSpec) -> PodsSpec:
    """What holds for a lab: its own word over the site's, key by key; tolerations of both.

    A lab may leave the site's nodes: who may write a lab may write a pod, too. What a namespace
    must not do is said by admission (PodNodeSelector, PodTolerationRestriction, quotas).
    """
    more = [found for found in own.tolerations if found not in site.tolerations]
    # A copy and no new model: together both may hold more than one of them may write.
    return site.model_copy(
        update={
            "node_selector": site.node_selector | own.node_selector,
            "tolerations": [*site.tolerations, *more],
            "priority_class_name": own.priority_class_name or site.priority_class_name,
            "runtime_class_name": own.runtime_class_name or site.runtime_class_name,
            "labels": site.labels | own.labels,
            "annotations": site.annotations | own.annotations,
        }
    )


def values(pods: PodsSpec) -> dict[str, Any]:
    """As charts take it; nothing for what is not set."""
    said = {key: found for key, found in pods.to_dict().items() if found}
    chart: dict[str, Any] = {}
    if labels := said.pop("labels", None):
        chart["podLabels"] = labels
    if annotations := said.pop("annotations", None):
        chart["podAnnotations"] = annotations
    if said:
        chart["scheduling"] = said
    return chart
