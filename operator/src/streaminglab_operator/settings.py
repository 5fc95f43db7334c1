"""The operator's own settings, read once from its environment."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from streaminglab_operator.api.rules_egress import readable
from streaminglab_operator.api.site import faults, misplaced
from streaminglab_operator.errors import SettingsError
from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.schema.egress import EgressSpec
from streaminglab_operator.schema.formats import misfits
from streaminglab_operator.schema.paths import joined
from streaminglab_operator.schema.pods import PodsSpec
from streaminglab_operator.schema.site import Site

_PREFIX = "STREAMINGLAB_"
_REGISTRY = re.compile(r"([A-Za-z0-9._:\[\]-]+(/[A-Za-z0-9._-]+)*)?")
M = TypeVar("M", bound=SpecModel)
_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Settings:
    """Frozen settings; each field's variable is its name in capitals after ``STREAMINGLAB_``.

    - ``service_account``: its own, in its own namespace, which it lends to no lab
    - ``images``: component -> image reference, as JSON; empty: each chart's own default
    - ``image_registry``: registry (and path) of all images that name none; empty: the nodes' own
    - ``own_image_registry``: of those of ``images`` that name none, unless the former is set
    - ``image_pull_secrets``: names of Secrets in a lab's namespace, with commas
    - ``lab_pods``: where the pods of all labs run and what they carry, as ``spec.pods``, as JSON
    - ``lab_egress``: how programs of all labs reach servers outside, as ``spec.egress``, as JSON
    - ``site``: defaults, what is allowed, profiles and limits of all labs, as JSON
    - ``cluster_domain``: what the names of the cluster's Services end in
    - ``copy_pull_secrets``: they are Secrets of the operator's own namespace, which labs are
      handed
    - ``not_offered``: components that this installation does without, with commas
    - ``chart_version``: of the operator that its chart is made for; empty: not known
    - ``influxdb_url``, ``connect_url``: how the operator reaches these parts of a lab; they may
      hold ``{lab}`` and ``{namespace}``
    - ``maven_repository``: where plugins of Connect come from, unless a lab says otherwise
    - ``master_key_secret``: the Secret in its own namespace that holds the master key
    - ``gateway_routes``: whether it may have anything to do with routes of the Gateway API
    - ``max_rolling_labs``: running labs that an upgrade of the operator changes at a time
    - ``max_labs_per_namespace``: the oldest so many are looked after; of both, 0 is no limit
    - ``ingress_namespace_labels``: of the ingress controller's namespace, as JSON; empty: any
    - ``host_patterns``: what host names must look like that labs give by name, as a JSON list;
      they may hold ``{namespace}``, ``{lab}``, ``{service}`` and ``*``; empty: as they like
    - ``ingress_annotations``: what labs may write on their Ingress, as a JSON list; None: what is
      safe (``plan.ingress``)
    - ``ingress_reports_addresses``: whether controllers say where an Ingress is served
    - ``api_server_cidrs``: address ranges of the API server, with commas; empty: not known
    - ``workers``: labs worked on at a time; they mostly wait for the API server, and eight of them
      took half as long again for 40 labs (``bench p2``)
    """

    charts: Path = Path("/app/charts")
    helm: str = "helm"
    namespace: str = "streaminglab-system"
    service_account: str = ""
    watch_namespaces: tuple[str, ...] = ()
    images: Mapping[str, str] = field(default_factory=dict)
    image_registry: str = ""
    own_image_registry: str = ""
    image_pull_secrets: tuple[str, ...] = ()
    lab_pods: PodsSpec = field(default_factory=PodsSpec)
    lab_egress: EgressSpec = field(default_factory=EgressSpec)
    site: Site = field(default_factory=Site)
    cluster_domain: str = "cluster.local"
    copy_pull_secrets: bool = False
    not_offered: tuple[str, ...] = ()
    chart_version: str = ""
    influxdb_url: str = "http://{lab}-influxdb.{namespace}.svc:8086"
    connect_url: str = "http://{lab}-connect.{namespace}.svc:8083"
    maven_repository: str = ""
    master_key_secret: str = "streaminglab-master-key"  # noqa: S105 (the name of a Secret)
    log_level: str = "info"
    port: int = 8080
    workers: int = 24
    max_rolling_labs: int = 5
    max_labs_per_namespace: int = 20
    lease: bool = True
    gateway_routes: bool = True
    ingress_namespace_labels: Mapping[str, str] = field(default_factory=dict)
    host_patterns: tuple[str, ...] = ()
    ingress_annotations: tuple[str, ...] | None = None
    ingress_reports_addresses: bool = True
    api_server_cidrs: tuple[str, ...] = ()

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> "Settings":
        """Read and check; a wrong value raises :class:`SettingsError` naming its variable."""
        images = _map(env, "IMAGES", "component names to image references")
        default = cls()
        settings = cls(
            charts=Path(env.get(f"{_PREFIX}CHARTS", str(default.charts))),
            helm=env.get(f"{_PREFIX}HELM", default.helm),
            namespace=env.get(f"{_PREFIX}NAMESPACE", default.namespace),
            service_account=env.get(f"{_PREFIX}SERVICE_ACCOUNT", ""),
            watch_namespaces=_words(env, "WATCH_NAMESPACES"),
            images={k: v for k, v in images.items() if v},
            image_registry=env.get(f"{_PREFIX}IMAGE_REGISTRY", ""),
            own_image_registry=env.get(f"{_PREFIX}OWN_IMAGE_REGISTRY", ""),
            image_pull_secrets=_words(env, "IMAGE_PULL_SECRETS"),
            lab_pods=_model(env, "LAB_PODS", "labPods", PodsSpec),
            lab_egress=_model(env, "LAB_EGRESS", "labEgress", EgressSpec),
            site=_model(env, "SITE", "site", Site),
            cluster_domain=env.get(f"{_PREFIX}CLUSTER_DOMAIN") or default.cluster_domain,
            copy_pull_secrets=_flag(env, "COPY_PULL_SECRETS", default="false"),
            not_offered=_words(env, "NOT_OFFERED"),
            chart_version=env.get(f"{_PREFIX}CHART_VERSION", ""),
            influxdb_url=env.get(f"{_PREFIX}INFLUXDB_URL", default.influxdb_url),
            connect_url=env.get(f"{_PREFIX}CONNECT_URL", default.connect_url),
            maven_repository=env.get(f"{_PREFIX}MAVEN_REPOSITORY", ""),
            master_key_secret=env.get(f"{_PREFIX}MASTER_KEY_SECRET") or default.master_key_secret,
            log_level=env.get(f"{_PREFIX}LOG_LEVEL", default.log_level).lower(),
            port=_number(env, "PORT", default.port),
            workers=_number(env, "WORKERS", default.workers),
            max_rolling_labs=_number(env, "MAX_ROLLING_LABS", default.max_rolling_labs, 0),
            max_labs_per_namespace=_number(
                env, "MAX_LABS_PER_NAMESPACE", default.max_labs_per_namespace, 0
            ),
            lease=_flag(env, "LEASE"),
            gateway_routes=_flag(env, "GATEWAY_ROUTES"),
            ingress_namespace_labels=_map(env, "INGRESS_NAMESPACE_LABELS", "labels to values"),
            host_patterns=_list(env, "HOST_PATTERNS") or (),
            ingress_annotations=_list(env, "INGRESS_ANNOTATIONS"),
            ingress_reports_addresses=_flag(env, "INGRESS_REPORTS_ADDRESSES"),
            api_server_cidrs=_words(env, "API_SERVER_CIDRS"),
        )
        _check(settings)
        return settings


def _check(settings: Settings) -> None:
    _check_words(settings)
    _check_registries(settings)
    _check_patterns(settings)
    _check_authorities(settings)
    _check_site(settings)
    if not (settings.charts / "kafka" / "Chart.yaml").is_file():
        raise SettingsError(f"{_PREFIX}CHARTS={settings.charts} holds no kafka chart")


def _check_words(settings: Settings) -> None:
    if settings.log_level not in _LEVELS:
        raise SettingsError(f"{_PREFIX}LOG_LEVEL={settings.log_level} is none of {_LEVELS}")
    for name, url in (("INFLUXDB", settings.influxdb_url), ("CONNECT", settings.connect_url)):
        try:
            url.format(lab="lab", namespace="namespace")
        except (KeyError, IndexError, ValueError) as error:
            words = "may hold {lab} and {namespace} alone"
            raise SettingsError(f"{_PREFIX}{name}_URL={url} {words}") from error


def _check_registries(settings: Settings) -> None:
    registries = {"": settings.image_registry, "OWN_": settings.own_image_registry}
    for which, registry in registries.items():
        if not _REGISTRY.fullmatch(registry):
            raise SettingsError(
                f"{_PREFIX}{which}IMAGE_REGISTRY={registry} must be a registry's name and a path, "
                "without https:// and without / at its end"
            )


def _check_site(settings: Settings) -> None:
    for at, words in faults(settings.site):
        raise SettingsError(f"{_PREFIX}SITE: {at}: {words}")
    for at, words in misplaced(settings.lab_pods):
        raise SettingsError(f"{_PREFIX}LAB_PODS: {at}: {words}")


def _check_authorities(settings: Settings) -> None:
    bundle = settings.lab_egress.ca_bundle
    if bundle is not None and not readable(bundle):
        raise SettingsError(f"{_PREFIX}LAB_EGRESS: a certificate in labEgress.caBundle is damaged")


def _check_patterns(settings: Settings) -> None:
    for pattern in settings.host_patterns:
        try:
            host = pattern.format(namespace="namespace", lab="lab", service="service")
        except (KeyError, IndexError, ValueError):
            host = ""
        if not re.fullmatch(r"[a-z0-9.*-]+", host):
            raise SettingsError(
                f"{_PREFIX}HOST_PATTERNS: {pattern!r} is no host name in small letters; it may "
                "hold {namespace}, {lab}, {service}, and * for a part of one label"
            )


def _json(env: Mapping[str, str], name: str) -> Any:
    """What a variable holds; None if it is empty."""
    try:
        return json.loads(env.get(_PREFIX + name) or "null")
    except ValueError as error:
        raise SettingsError(f"{_PREFIX}{name} is not JSON: {error}") from error


def _model(env: Mapping[str, str], name: str, key: str, model: type[M]) -> M:
    """What a variable holds of the form that a part of a lab's spec has. ``key``: of the chart."""
    try:
        found = model.model_validate(_json(env, name) or {})
    except ValidationError as error:
        first = error.errors()[0]
        at = joined(first["loc"], key)
        raise SettingsError(f"{_PREFIX}{name}: {at}: {first['msg']}") from error
    for at, words in misfits(found, key):
        raise SettingsError(f"{_PREFIX}{name}: {at}: {words}")
    return found


def _map(env: Mapping[str, str], name: str, meaning: str) -> dict[str, str]:
    found = _json(env, name)
    found = {} if found is None else found
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise SettingsError(f"{_PREFIX}{name} must map {meaning}")
    return found


def _list(env: Mapping[str, str], name: str) -> tuple[str, ...] | None:
    found = _json(env, name)
    if found is None:
        return None
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise SettingsError(f"{_PREFIX}{name} must be a list of texts")
    return tuple(found)


def _words(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(w.strip() for w in env.get(_PREFIX + name, "").split(",") if w.strip())


def _flag(env: Mapping[str, str], name: str, default: str = "true") -> bool:
    return env.get(_PREFIX + name, default).lower() != "false"


def _number(env: Mapping[str, str], name: str, default: int, least: int = 1) -> int:
    text = env.get(_PREFIX + name, "")
    if not text:
        return default
    if not text.isdigit() or int(text) < least:
        raise SettingsError(f"{_PREFIX}{name}={text} must be a whole number from {least} on")
    return int(text)
