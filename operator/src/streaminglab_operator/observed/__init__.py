"""What was seen in the cluster, as small frozen records.

The watch hands over whole Kubernetes objects; only what decisions need is kept (a thousand labs
have some thirty thousand objects). Everything downstream is a pure function of these records.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias

from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.api.status_chaos import ChaosStatus
from streaminglab_operator.api.status_topics import TopicsStatus
from streaminglab_operator.observed.ways import OutsideState, PagesState

ObjectKey: TypeAlias = tuple[str, str]
"""Kind and name; the namespace is the lab's own."""


@dataclass(frozen=True, slots=True)
class Culprit:
    """Why something is not as it should be: a reason and a sentence for a student."""

    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class PodState:
    """One pod. ``fingerprint`` changes whenever one of its containers was started anew.

    ``owner``: the name of its controller; empty where no owner says that it is that.
    """

    ready: bool
    finished: bool
    fingerprint: str
    owner: str
    termination: str = ""
    culprit: Culprit | None = None
    created: str = ""
    revision: str = ""
    """Of a StatefulSet's pod: the template that it was made of."""
    node: str = ""
    ended: str = ""
    """When the container ended that left ``termination`` (RFC 3339)."""
    succeeded: bool = False
    """Finished, and all its containers ended well."""


@dataclass(frozen=True, slots=True)
class ClaimTemplate:
    """What a StatefulSet's claim template asks for; ``class_name`` is empty for the default."""

    size: str
    class_name: str = ""


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
    claims: tuple[tuple[str, ClaimTemplate], ...] = ()
    """Of a StatefulSet: its claim templates by name, as it was made with them."""
    seen: bool = True
    """Its controller has seen the newest generation."""

    @property
    def up(self) -> bool:
        """Whether every pod that it is to have is ready, and of the newest template."""
        return self.settled and self.ready >= self.desired


@dataclass(frozen=True, slots=True)
class JobState:
    """A Job; at most one of ``complete`` and ``failed`` is true."""

    complete: bool
    failed: bool
    active: int
    failures: int
    message: str = ""
    seen: bool = True
    """Its controller has seen it."""


class Growth(StrEnum):
    """How the growth of a volume goes on, as far as its claim says it."""

    NONE = ""
    WAITS_FOR_POD = "waits for a pod"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class ClaimState:
    """A PersistentVolumeClaim.

    - ``bound``: it has its volume; ``fresh``: it has none, and none is named to it
    - ``asked``: the size that it requests; ``size``: that of the volume, empty while there is none
    - ``owners``: kind and uid of what it goes with, when all of them are gone
    - ``class_name``: its StorageClass; ``class_asked``: the spec asked for it by name
    - ``said``: of a growth that fails, the storage driver's own words
    """

    bound: bool
    asked: str
    size: str = ""
    fresh: bool = False
    owners: tuple[tuple[str, str], ...] = ()
    class_name: str = ""
    class_asked: bool = False
    growth: Growth = Growth.NONE
    said: str = ""


State: TypeAlias = (
    PodState | WorkloadState | JobState | ClaimState | PagesState | OutsideState | None
)


@dataclass(frozen=True, slots=True)
class Observed:
    """One object of a lab.

    ``digest`` is what we last asked for (our annotation); ``ownership`` is a hash of the fields
    that the API server says are ours, so that an edit by anybody else shows at once. ``owner`` is
    the uid of what it goes with: a lab, or the workload of a pod; empty: of nothing.
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
    deleted_at: str = ""
    """When it should have been gone: the deletion and its grace period (RFC 3339)."""
    owner: str = ""
    operator: str = ""
    """The namespace of the operator that wrote it last, by our annotation."""
    limits: str = ""
    """Of a workload: the bounds that its size follows, by our annotation."""


STUCK_SECONDS = 300.0
"""As long as Kubernetes itself waits for a node that does not answer (taint-based eviction)."""


def overdue(item: Observed, now: float) -> float:
    """For how many seconds an object should have been gone; negative, or 0, if it should not."""
    due = timestamp(item.deleted_at)
    return 0.0 if due is None else now - due


def timestamp(text: str) -> float | None:
    """A time as objects have it (RFC 3339), in seconds since the epoch; None if it is none."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def rfc3339(seconds: float) -> str:
    """A moment as objects have it, to the second: the other way round."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class CredentialsView:
    """What the planner may know of the credentials Secret: a digest of each key's value."""

    digests: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LabView:
    """All that was seen of one lab at one moment."""

    objects: Mapping[ObjectKey, Observed] = field(default_factory=dict)
    credentials: CredentialsView = CredentialsView()
    taken_names: Mapping[str, str] = field(default_factory=dict)
    """Short names that another lab of the namespace has, with the name of that one."""
    name_problems: Mapping[str, Culprit] = field(default_factory=dict)
    """By short name: what else is in the way of it."""
    problems: Mapping[str, Culprit] = field(default_factory=dict)
    """By component: what the API server answered when our objects, or their pods, were made."""
    taken_hosts: frozenset[str] = frozenset()
    """Host names of this lab that another lab has."""
    epoch: int = 0
    """Counts up slowly with time; only labs with an endless injection look at it."""
    now: float = 0.0
    """When it was seen, in seconds since the epoch."""
    topics: TopicsStatus = field(default_factory=TopicsStatus)
    """What the status says that Kafka's topics were asked to be."""
    announced: frozenset[str] = frozenset()
    """Services that others were, or are, to be told of, as the status says."""
    chaos: ChaosStatus | None = None
    """What the status says of the chaos that the lab declares, or declared."""
    _kinds: dict[str, list[Observed]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """Those that were asked for, by kind: a pass asks some fifty times."""

    def of_kind(self, kind: str, component: str = "") -> list[Observed]:
        """The objects of one kind, of one component if named, in name order."""
        found = self._kinds.get(kind)
        if found is None:
            mine = (o for o in self.objects.values() if o.kind == kind)
            found = self._kinds[kind] = sorted(mine, key=lambda o: o.name)
        return [o for o in found if not component or o.component == component]

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

    def stuck_pod(self, component: str) -> tuple[str, str] | None:
        """A pod that should have been gone for minutes, and its node: kubelet does not answer."""
        for item in self.of_kind("Pod", component):
            if overdue(item, self.now) > STUCK_SECONDS and isinstance(item.state, PodState):
                return item.name, item.state.node
        return None

    def live_pods(self, component: str) -> list[tuple[Observed, PodState]]:
        """Those that have not ended: an evicted pod stays listed long after it was replaced."""
        return [(item, pod) for item, pod in self.pods(component) if not pod.finished]
