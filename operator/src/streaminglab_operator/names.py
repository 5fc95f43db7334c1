"""Names and labels of everything that belongs to a lab.

One place, because charts, jobs, selectors and status must agree on them. All functions are pure.
"""

import hashlib
from dataclasses import dataclass

GROUP = "streaminglab.dev"

FIELD_MANAGER = "streaminglab-operator"
LAB_LABEL = f"{GROUP}/lab"
COMPONENT_LABEL = "app.kubernetes.io/component"
DIGEST_ANNOTATION = f"{GROUP}/digest"
OPERATOR_ANNOTATION = f"{GROUP}/operator"
LIMITS_ANNOTATION = f"{GROUP}/limits"
PAUSED_ANNOTATION = f"{GROUP}/paused"
SEALS_ANNOTATION = f"{GROUP}/seals"
ROTATE_ANNOTATION = f"{GROUP}/rotate"


@dataclass(frozen=True, slots=True)
class LabKey:
    """What identifies a lab in the cluster."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


def release(lab: str, component: str, digest: str = "") -> str:
    """The Helm release, and so the base name of every object, of one component of a lab.

    A Job's pod template is immutable, so its name carries a digest of its inputs.
    """
    return f"{lab}-{component}-{digest}" if digest else f"{lab}-{component}"


def credentials(lab: str) -> str:
    """The Secret that holds all generated credentials of a lab."""
    return f"{lab}-credentials"


def discoverable(lab: str, component: str) -> str:
    """The Secret by which services of a catalog find one of a lab."""
    return f"discoverable-{release(lab, component)}"


def pull_secret(lab: str) -> str:
    """The Secret with the logins of the registries that a lab's images are pulled from."""
    return f"{lab}-image-pull"


def broker(lab: str, broker_id: int) -> str:
    """One Kafka broker: its StatefulSet, and the Service that is its address."""
    return f"{release(lab, 'kafka')}-{broker_id}"


def broker_pod(lab: str, broker_id: int) -> str:
    """The pod of one Kafka broker: the only one of its StatefulSet."""
    return f"{broker(lab, broker_id)}-0"


def cluster_id(key: LabKey) -> str:
    """The KRaft cluster id: the same for the same lab, so that kept volumes fit a lab made anew.

    22 characters of base64url for 16 bytes, without padding, never beginning with ``-``
    (KAFKA-15754). The last character carries only 2 bits, so it is one of ``A Q g w``.
    """
    text = hashlib.sha256(f"{key.namespace}/{release(key.name, 'kafka')}".encode()).hexdigest()
    return text[:21] + "A"


def lab_labels(lab: str) -> dict[str, str]:
    """The labels by which the operator finds what belongs to a lab."""
    return {LAB_LABEL: lab}


def pod_labels(lab: str, component: str) -> dict[str, str]:
    """What selects the pods of one component, for network policies."""
    return {LAB_LABEL: lab, COMPONENT_LABEL: component}


def digest(*parts: str, length: int = 8) -> str:
    """A short digest of some texts, fit for a Kubernetes name."""
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:length]
