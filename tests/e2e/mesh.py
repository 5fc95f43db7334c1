"""What a service mesh does to the pods of a namespace: it adds a container to each.

By the API server itself (MutatingAdmissionPolicy, beta in Kubernetes 1.34), in the place of a
webhook.
"""

from __future__ import annotations

from typing import Any

from tools.cluster.api import Api

LABEL = "mesh.example.org/inject"
"""Of a namespace: which of the two kinds; of a pod, with any value: the mesh leaves it alone."""
NATIVE, PLAIN = "native", "plain"
"""A container that Kubernetes ends with the pod's own, and one that goes on for ever."""
PROXY = "a-proxy"
KIND_OF_CLUSTER: dict[str, Any] = {
    "featureGates": {"MutatingAdmissionPolicy": True},
    "runtimeConfig": {"admissionregistration.k8s.io/v1beta1": "true"},
}
"""What kind's configuration says for it."""
GROUP = "admissionregistration.k8s.io"


def install(api: Api, image: str) -> None:
    """Both kinds, each in the namespaces that are labelled so; ``image``: one that does
    nothing, for ever, without being told to: a command could not be merged."""
    for kind, field, more in (
        (NATIVE, "initContainers", ', restartPolicy: "Always"'),
        (PLAIN, "containers", ""),
    ):
        added = f'name: "{PROXY}", image: "{image}"{more}'
        expression = f"Object{{spec: Object.spec{{{field}: [Object.spec.{field}{{{added}}}]}}}}"
        for body in _policy(kind, expression):
            api.create(body)


def _policy(kind: str, expression: str) -> list[dict[str, Any]]:
    name = f"mesh-{kind}"
    pods = {
        "apiGroups": [""],
        "apiVersions": ["v1"],
        "operations": ["CREATE"],
        "resources": ["pods"],
    }
    left_alone = f"!has(object.metadata.labels) || !('{LABEL}' in object.metadata.labels)"
    spec = {
        "failurePolicy": "Fail",
        "reinvocationPolicy": "Never",
        "matchConstraints": {
            "namespaceSelector": {"matchLabels": {LABEL: kind}},
            "resourceRules": [pods],
        },
        "matchConditions": [{"name": "not-left-alone", "expression": left_alone}],
        "mutations": [
            {
                "patchType": "ApplyConfiguration",
                "applyConfiguration": {"expression": expression},
            }
        ],
    }
    bodies = {"Policy": spec, "PolicyBinding": {"policyName": name}}
    return [
        {
            "apiVersion": f"{GROUP}/v1beta1",
            "kind": f"MutatingAdmission{kind}",
            "metadata": {"name": name},
            "spec": body,
        }
        for kind, body in bodies.items()
    ]
