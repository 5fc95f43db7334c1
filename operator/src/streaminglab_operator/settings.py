"""The operator's own settings, read once from its environment."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from streaminglab_operator.errors import SettingsError

_PREFIX = "STREAMINGLAB_"
_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Settings:
    """Frozen settings; each field's variable is its name in capitals after ``STREAMINGLAB_``.

    - ``images``: component -> image reference, as JSON; empty: each chart's own default
    - ``influxdb_url``, ``connect_url``: how the operator reaches these parts of a lab; they may
      hold ``{lab}`` and ``{namespace}``
    - ``maven_repository``: where plugins of Connect come from, unless a lab says otherwise
    - ``master_key_secret``: the Secret in its own namespace that holds the master key
    - ``gateway_routes``: whether it may have anything to do with routes of the Gateway API
    - ``max_rolling_labs``: running labs that an upgrade of the operator changes at a time
    - ``max_labs_per_namespace``: the oldest so many are looked after; of both, 0 is no limit
    - ``workers``: labs worked on at a time; they mostly wait for the API server, and eight of them
      took half as long again for 40 labs (``bench p2``)
    """

    charts: Path = Path("/app/charts")
    helm: str = "helm"
    namespace: str = "streaminglab-system"
    watch_namespaces: tuple[str, ...] = ()
    images: Mapping[str, str] = field(default_factory=dict)
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

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> "Settings":
        """Read and check; a wrong value raises :class:`SettingsError` naming its variable."""
        try:
            images = json.loads(env.get(f"{_PREFIX}IMAGES") or "{}")
        except ValueError as error:
            raise SettingsError(f"{_PREFIX}IMAGES is not JSON: {error}") from error
        if not isinstance(images, dict) or not all(isinstance(v, str) for v in images.values()):
            raise SettingsError(f"{_PREFIX}IMAGES must map component names to image references")
        namespaces = env.get(f"{_PREFIX}WATCH_NAMESPACES", "")
        default = cls()
        settings = cls(
            charts=Path(env.get(f"{_PREFIX}CHARTS", str(default.charts))),
            helm=env.get(f"{_PREFIX}HELM", default.helm),
            namespace=env.get(f"{_PREFIX}NAMESPACE", default.namespace),
            watch_namespaces=tuple(n.strip() for n in namespaces.split(",") if n.strip()),
            images={k: v for k, v in images.items() if v},
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
            lease=env.get(f"{_PREFIX}LEASE", "true").lower() != "false",
            gateway_routes=env.get(f"{_PREFIX}GATEWAY_ROUTES", "true").lower() != "false",
        )
        _check_words(settings)
        if not (settings.charts / "kafka" / "Chart.yaml").is_file():
            raise SettingsError(f"{_PREFIX}CHARTS={settings.charts} holds no kafka chart")
        return settings


def _check_words(settings: Settings) -> None:
    if settings.log_level not in _LEVELS:
        raise SettingsError(f"{_PREFIX}LOG_LEVEL={settings.log_level} is none of {_LEVELS}")
    for name, url in (("INFLUXDB", settings.influxdb_url), ("CONNECT", settings.connect_url)):
        try:
            url.format(lab="lab", namespace="namespace")
        except (KeyError, IndexError, ValueError) as error:
            words = "may hold {lab} and {namespace} alone"
            raise SettingsError(f"{_PREFIX}{name}_URL={url} {words}") from error


def _number(env: Mapping[str, str], name: str, default: int, least: int = 1) -> int:
    text = env.get(_PREFIX + name, "")
    if not text:
        return default
    if not text.isdigit() or int(text) < least:
        raise SettingsError(f"{_PREFIX}{name}={text} must be a whole number from {least} on")
    return int(text)
