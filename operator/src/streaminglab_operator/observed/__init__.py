"""What was seen in the cluster, as small frozen records.

The watch hands over whole Kubernetes objects; only what decisions need is kept (a thousand labs
have some thirty thousand objects). Everything downstream is a pure function of these records.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from streaminglab_operator.api.reasons import Reason

ObjectKey: TypeAlias = tuple[str, str]
"""Kind and name; the namespace is the lab's own."""


@dataclass(frozen=True, slots=True)
class Culprit:
    """Why something is not as it should be: a reason and a sentence for a student."""

    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class PodState:
    """One pod. ``fingerprint`` changes whenever one of its containers was started anew."""

    ready: bool
    finished: bool
    fingerprint: str
    owner: str
    termination: str = ""
    culprit: Culprit | None = None
    created: str = ""
    revision: str = ""
    """Of a StatefulSet's pod: the template that it was made of."""


@dataclass(frozen=True, slots=True)
class WorkloadState:
    """A StatefulSet or Deployment. ``settled``: its controller has seen the newest generation
    and every pod is of the newest revision."""

    desired: int
    ready: int
    settled: bool
    culprit: Culprit | None = None
    revision: str = ""
    """Of a StatefulSet: the newest template; empty while its controller has not seen it."""


@dataclass(frozen=True, slots=True)
class JobState:
    """A Job; at most one of ``complete`` and ``failed`` is true."""

    complete: bool
    failed: bool
    active: int
    failures: int
    message: str = ""


State: TypeAlias = PodState | WorkloadState | JobState | None


@dataclass(frozen=True, slots=True)
class Observed:
    """One object of a lab.

    ``digest`` is what we last asked for (our annotation); ``ownership`` is a hash of the fields
    that the API server says are ours, so that an edit by anybody else shows at once.
    """

    kind: str
    name: str
    uid: str
    resource_version: int
    component: str
    digest: str
    ownership: str
    deleting: bool
    image: str = ""
    state: State = None
    operator: str = ""
    """The namespace of the operator that wrote it last, by our annotation."""


@dataclass(frozen=True, slots=True)
class CredentialsView:
    """What the planner may know of the credentials Secret: a digest of each key's value."""

    digests: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LabView:
    """All that was seen of one lab at one moment."""

    objects: Mapping[ObjectKey, Observed] = field(default_factory=dict)
    credentials: CredentialsView = CredentialsView()
    first_in_namespace: bool = True
    problems: Mapping[str, Culprit] = field(default_factory=dict)
    """By component: what the API server answered when our objects, or their pods, were made."""
    taken_hosts: Mapping[str, str] = field(default_factory=dict)
    """Host names of this lab that an older lab has, with the name of that one."""
    epoch: int = 0
    """Counts up slowly with time; only labs with an endless injection look at it."""

    def of_kind(self, kind: str, component: str = "") -> list[Observed]:
        """The objects of one kind, of one component if named, in name order."""
        found = [
            o
            for o in self.objects.values()
            if o.kind == kind and (not component or o.component == component)
        ]
        return sorted(found, key=lambda o: o.name)

    def get(self, kind: str, name: str) -> Observed | None:
        """One object, if it was seen."""
        return self.objects.get((kind, name))

    def pods(self, component: str) -> list[tuple[Observed, PodState]]:
        """The pods of one component that are not being deleted."""
        return [
            (o, o.state)
            for o in self.of_kind("Pod", component)
            if isinstance(o.state, PodState) and not o.deleting
        ]

    def live_pods(self, component: str) -> list[tuple[Observed, PodState]]:
        """Those that have not ended: an evicted pod stays listed long after it was replaced."""
        return [(item, pod) for item, pod in self.pods(component) if not pod.finished]
