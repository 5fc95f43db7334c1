"""The lab around a service: all that a service's values may depend on besides its own part.

What the other services of the lab are is told by :mod:`services.around`, which knows the table.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.placeholders import PLACEHOLDER
from streaminglab_operator.schema.egress import EgressSpec
from streaminglab_operator.schema.exercises import ExercisesSpec
from streaminglab_operator.schema.parts import ResourceSpec
from streaminglab_operator.schema.pods import PodsSpec
from streaminglab_operator.schema.site import PodsSite
from streaminglab_operator.services.bounds import FREE, Bounds, over, sized
from streaminglab_operator.services.kafka_outside import KafkaAccessSpec
from streaminglab_operator.services.pieces import P, Part
from streaminglab_operator.services.size import Size

LAB = PLACEHOLDER.lab


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic that must exist."""

    name: str
    partitions: int
    replication_factor: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceContext(ABC):
    """One lab, with placeholders for its names.

    - ``wanted``: components this lab has
    - ``parts``: parts of the spec by field, of those that are there
    - ``profile``: the built-in one that its sizes begin with; ``profile_sizes``: other ones of the
      administrator's profile, by component; ``storage_class``: of disks for which it names none
    - ``open``: every pod of its namespace may use it; ``retain``: its volumes outlive it
    - ``has_pages``, ``named_hosts``: it has an ingress; the pages whose host is named, by field
    - ``outside``: ways to Kafka from outside the cluster
    - ``stopped``: the brokers that have no pod now, by number
    - ``bounds``: by component, what the namespace allows its pods' sizes to be
    - ``given_back``: by topic, its settings that go back to their defaults
    - ``images``, ``operator_namespace``, ``maven_repository``: the administrator's choices
    - ``image_registry``: where images come from that name no registry; empty: the nodes' own
    - ``own_registry``: where those of ``images`` come from that name none, if not from there
    - ``image_pull_secrets``: Secrets of the lab's namespace that nodes pull images with
    - ``pods``: where its pods run and what they carry; ``site_pods``: what no lab decides of them
    - ``egress``: how its programs reach servers outside the cluster
    - ``exercises``: those that its page checks
    - ``cluster_domain``: what the names of the cluster's Services end in
    - ``ingress_namespace``: labels of the namespace that browsers come from; empty: any
    - ``api_server``: address ranges of the Kubernetes API; empty: any
    """

    wanted: frozenset[str]
    parts: Mapping[str, Any]
    profile: str
    brokers: int
    topics: tuple[Topic, ...]
    weather: bool
    open: bool
    retain: bool
    profile_sizes: Mapping[str, ResourceSpec] = field(default_factory=dict)
    storage_class: str = ""
    stopped: tuple[int, ...] = ()
    bounds: Mapping[str, Bounds] = field(default_factory=dict)
    given_back: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    has_pages: bool = False
    named_hosts: frozenset[str] = frozenset()
    outside: KafkaAccessSpec = field(default_factory=KafkaAccessSpec)
    images: Mapping[str, str] = field(default_factory=dict)
    image_registry: str = ""
    own_registry: str = ""
    image_pull_secrets: tuple[str, ...] = ()
    pods: PodsSpec = field(default_factory=PodsSpec)
    site_pods: PodsSite = field(default_factory=PodsSite)
    egress: EgressSpec = field(default_factory=EgressSpec)
    exercises: ExercisesSpec | None = None
    cluster_domain: str = "cluster.local"
    operator_namespace: str = ""
    maven_repository: str = ""
    ingress_namespace: Mapping[str, str] = field(default_factory=dict)
    api_server: tuple[str, ...] = ()

    def part(self, part: Part[P]) -> P:
        """A part of the spec that is there. Raises KeyError."""
        return self.parts[part.field]  # type: ignore[no-any-return]

    def size(self, component: str, sizes: Mapping[str, Size], part: Any) -> Size:
        """Of each pod of a component. ``sizes``: the usual ones; ``part``: its part of the spec."""
        said = over(getattr(part, "resources", None), self.profile_sizes.get(component))
        return sized(sizes[self.profile], said, self.bounds.get(component, FREE))

    @property
    @abstractmethod
    def defaulted(self) -> frozenset[str]:
        """Keys of our own images that charts name: they are where our others are."""

    @abstractmethod
    def exposes(self, component: str) -> bool:
        """Whether browsers are led to a service, by whatever makes its Ingress."""

    @abstractmethod
    def address_of(self, component: str) -> str:
        """What a client in the lab writes, or ``""`` in a lab without that service."""

    @abstractmethod
    def host_names(self) -> Iterator[str]:
        """The names of the Services of all that a lab may have."""

    @abstractmethod
    def clients_of(self, component: str) -> tuple[str, ...]:
        """Components that may connect to a service, whether this lab has them or not."""

    @abstractmethod
    def clients_at(self, component: str, port: str) -> tuple[str, ...]:
        """The services of this lab that connect to one of a service's other ports, by name."""

    @abstractmethod
    def servers_of(self, component: str) -> tuple[tuple[str, int], ...]:
        """Components, each with a port, that a service or program may connect to."""

    @abstractmethod
    def offered(self) -> tuple[str, ...]:
        """Credentials of this lab that connectors may refer to."""

    @abstractmethod
    def logins(self, besides: str) -> Iterator[str]:
        """Credentials that people log in with, by whatever name, at all services but one."""

    @abstractmethod
    def drop_folder(self) -> tuple[str, str] | None:
        """The service whose first pod has a volume that Connect mounts, and the volume's name."""

    @abstractmethod
    def environment(self) -> dict[str, str]:
        """Environment variables with the address of everything that the lab has."""

    @abstractmethod
    def secret_environment(self) -> list[dict[str, str]]:
        """Environment variables that hold a password, each from one key of the credentials."""


def secret(key: str, word: str = "name") -> dict[str, str]:
    """One key of the lab's credentials, as charts take it."""
    return {word: names.credentials(LAB), "key": key}
