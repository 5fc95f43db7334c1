"""The kinds of object that a lab is made of: where they are served, how they are watched."""

from dataclasses import dataclass
from typing import Any, Self

from streaminglab_operator.schema.kinds import Kind


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind. ``whole``: its spec and status are needed; otherwise its metadata is enough,
    which spares memory here and secrets nothing has to see."""

    kind: str
    api_version: str
    plural: str
    whole: bool = False

    @classmethod
    def of(cls, kind: Kind[Any, Any]) -> Self:
        """Where a kind that we serve is."""
        return cls(kind.kind, kind.api_version, kind.plural, whole=True)

    def path(self, namespace: str | None, name: str = "") -> str:
        """The URL path of a collection (of all namespaces if None) or of one object."""
        root = f"/api/{self.api_version}"
        if "/" in self.api_version:
            root = f"/apis/{self.api_version}"
        scope = f"/namespaces/{namespace}" if namespace else ""
        return f"{root}{scope}/{self.plural}" + (f"/{name}" if name else "")


WATCHED: tuple[Resource, ...] = (
    Resource("Pod", "v1", "pods", whole=True),
    Resource("StatefulSet", "apps/v1", "statefulsets", whole=True),
    Resource("Deployment", "apps/v1", "deployments", whole=True),
    Resource("Job", "batch/v1", "jobs", whole=True),
    Resource("PersistentVolumeClaim", "v1", "persistentvolumeclaims", whole=True),
    Resource("Service", "v1", "services", whole=True),
    Resource("ConfigMap", "v1", "configmaps"),
    Resource("NetworkPolicy", "networking.k8s.io/v1", "networkpolicies"),
    Resource("PodDisruptionBudget", "policy/v1", "poddisruptionbudgets"),
    Resource("Ingress", "networking.k8s.io/v1", "ingresses", whole=True),
    Resource("ServiceAccount", "v1", "serviceaccounts"),
    Resource("Role", "rbac.authorization.k8s.io/v1", "roles"),
    Resource("RoleBinding", "rbac.authorization.k8s.io/v1", "rolebindings"),
)
"""Every kind that the charts of a lab may contain in any cluster, the pods and their claims."""

HTTP_ROUTES = Resource("HTTPRoute", "gateway.networking.k8s.io/v1", "httproutes", whole=True)
"""Only where the Gateway API is installed."""

BY_KIND = {resource.kind: resource for resource in (*WATCHED, HTTP_ROUTES)}
SECRETS = Resource("Secret", "v1", "secrets")
EVENTS = Resource("Event", "v1", "events")
CLAIMS = BY_KIND["PersistentVolumeClaim"]
LIMIT_RANGES = Resource("LimitRange", "v1", "limitranges")
LEASES = Resource("Lease", "coordination.k8s.io/v1", "leases")
