"""A lab as the planner sees it: who it is, what it wants, and how this operator is set up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api import EffectiveSpec
from streaminglab_operator.api.site import sizes_of
from streaminglab_operator.names import LabKey
from streaminglab_operator.placeholders import PLACEHOLDER
from streaminglab_operator.plan.ingress import IngressPolicy
from streaminglab_operator.schema.egress import EgressSpec
from streaminglab_operator.schema.pods import PodsSpec
from streaminglab_operator.schema.site import Site
from streaminglab_operator.services import SERVICES, TABLE, Service, egress, placement
from streaminglab_operator.services.around import TableContext
from streaminglab_operator.services.context import ServiceContext


@dataclass(frozen=True, slots=True)
class Lab:
    """One lab with everything in its spec resolved."""

    key: LabKey
    uid: str
    generation: int
    spec: EffectiveSpec

    @property
    def open(self) -> bool:
        """Whether every pod of its namespace may use it."""
        return self.spec.access.namespace_pods


@dataclass(frozen=True, slots=True)
class Options:
    """What the administrator chose for all labs.

    - ``images``: name of an image -> its reference; empty: the chart's own; ``none``: it cannot be
      had here
    - ``image_registry``: where every image comes from that names no registry; ``own_registry``:
      where those of ``images`` do, without it; empty: where charts and nodes have them from
    - ``image_pull_secrets``: Secrets of a lab's namespace that nodes pull its images with
    - ``pods``: where the pods of every lab run and what they carry, unless a lab says otherwise
    - ``egress``: how programs of labs reach servers outside, unless a lab says otherwise
    - ``site``: defaults, what is allowed, profiles and limits
    - ``cluster_domain``: what the names of the cluster's Services end in
    - ``copy_pull_secrets``: those are of the operator's namespace, and each lab has a copy
    - ``unset_images``: keys of our own images of which nobody said where they are
    - ``not_offered``: components that this installation does without, as it was decided
    - ``chart_version``: of the operator that its chart is made for; empty: not known
    - ``operator_namespace``: from where InfluxDB is set up and Connect is asked
    - ``own_account``: the operator's ServiceAccount in that namespace; empty: not known
    - ``maven_repository``: where plugins come from, unless a lab names another
    - ``ingress``: what labs may do with host names, and who leads browsers to them
    - ``api_server``: address ranges of the Kubernetes API; empty: not known
    """

    images: Mapping[str, str] = field(default_factory=dict)
    operator_namespace: str = "streaminglab-system"
    own_account: str = ""
    maven_repository: str = ""
    ingress: IngressPolicy = field(default_factory=IngressPolicy)
    api_server: tuple[str, ...] = ()
    image_registry: str = ""
    own_registry: str = ""
    image_pull_secrets: tuple[str, ...] = ()
    pods: PodsSpec = field(default_factory=PodsSpec)
    egress: EgressSpec = field(default_factory=EgressSpec)
    site: Site = field(default_factory=Site)
    cluster_domain: str = "cluster.local"
    copy_pull_secrets: bool = False
    unset_images: frozenset[str] = frozenset()
    not_offered: frozenset[str] = frozenset()
    chart_version: str = ""


def context(lab: Lab, options: Options | None = None) -> ServiceContext:
    """The lab as declarations of services see it."""
    spec, chosen = lab.spec, options or Options()
    ingress, sizes = spec.access.ingress, sizes_of(spec.profile, chosen.site)
    return TableContext(
        table=TABLE,
        wanted=frozenset(service.component for service in wanted(spec)),
        parts=spec.parts,
        profile=sizes.base,
        profile_sizes=sizes.other,
        storage_class=chosen.site.storage.class_name or "",
        brokers=spec.brokers,
        topics=spec.topics,
        weather=spec.weather,
        open=lab.open,
        retain=spec.retain_data,
        has_pages=ingress is not None,
        named_hosts=frozenset(
            s.part.field
            for s in SERVICES
            if ingress is not None and (ingress.hosts.of(s) or s.part.key in ingress.open)
        ),
        outside=spec.access.kafka,
        images=chosen.images,
        image_registry=chosen.image_registry,
        own_registry=chosen.own_registry,
        image_pull_secrets=pull_secrets(chosen),
        pods=placement.laid_over(chosen.pods, spec.pods),
        site_pods=chosen.site.pods,
        egress=egress.laid_over(chosen.egress, spec.egress),
        exercises=spec.exercises,
        cluster_domain=chosen.cluster_domain,
        operator_namespace=chosen.operator_namespace,
        maven_repository=chosen.maven_repository,
        ingress_namespace=chosen.ingress.namespace_labels,
        api_server=chosen.api_server,
    )


def pull_secrets(options: Options) -> tuple[str, ...]:
    """Names of the Secrets in a lab's namespace that its pods name."""
    if options.copy_pull_secrets and options.image_pull_secrets:
        return (names.pull_secret(PLACEHOLDER.lab),)
    return options.image_pull_secrets


def wanted(spec: EffectiveSpec) -> tuple[Service[Any], ...]:
    """The services that a lab has, in the order of the status."""
    return tuple(service for service in SERVICES if spec.has(service))
