"""Settings, read from the environment; a mistake is told in plain words at the start."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from streaminglab_base.errors import ConfigError

HIGHEST_PORT = 65_535
ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
EXERCISES = "/etc/streaminglab/exercises"
KEY = re.compile(r"[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?")


class SettingsError(ConfigError):
    """The page cannot start like this. The text names the variable, and never a secret."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the page needs to know.

    - ``lab``, ``namespace``: the StreamingLab that it shows
    - ``secret``: name of the Secret with the lab's credentials, only to be named
    - ``password_file``: the page's own password; read again at each login
    - ``credentials``: folder with one file a key; ``keys``: those that a reader may ask for
    - ``server``: the Kubernetes API; ``account``: folder with the pod's ``token`` and ``ca.crt``
    """

    lab: str
    namespace: str
    secret: str
    password_file: Path
    credentials: Path
    keys: tuple[str, ...]
    server: str
    account: Path
    address: str = ""
    """To listen on; empty: every one."""
    port: int = 8080
    kafka: str = ""
    """Kafka's servers, such as kafka:9092; empty: nothing of Kafka is shown."""
    connect: str = ""
    """Kafka Connect's REST API; empty: none."""
    influxdb: str = ""
    """InfluxDB's address; empty: none. ``org``, ``bucket``: what the lab has in it."""
    org: str = ""
    bucket: str = ""
    metrics_bucket: str = ""
    """InfluxDB's bucket of Kafka's own figures; empty: the lab has none."""
    exercises: str = ""
    """A set that comes along; or ``exercises_config_map``: one of the namespace, mounted at
    ``exercises_folder``. Both empty: none."""
    exercises_config_map: str = ""
    exercises_folder: Path = Path(EXERCISES)
    registry: str = ""
    """The schema registry, with the path of Confluent's API; empty: messages are not decoded."""


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of `PAGE_*`; raises SettingsError."""
    lab = _needed(environment, "PAGE_LAB", "name the StreamingLab to show")
    return Settings(
        lab=lab,
        namespace=_needed(environment, "PAGE_NAMESPACE", "name the lab's namespace"),
        secret=environment.get("PAGE_SECRET") or f"{lab}-credentials",
        password_file=Path(
            _needed(environment, "PAGE_PASSWORD_FILE", "nobody could log in without it")
        ),
        credentials=Path(environment.get("PAGE_CREDENTIALS") or "/etc/streaminglab/credentials"),
        keys=_keys(environment.get("PAGE_KEYS", "")),
        server=_server(environment),
        account=Path(environment.get("PAGE_ACCOUNT") or ACCOUNT),
        port=_port(environment.get("PAGE_PORT") or "8080"),
        kafka=environment.get("PAGE_KAFKA", "").strip(),
        connect=environment.get("PAGE_CONNECT", "").strip(),
        influxdb=environment.get("PAGE_INFLUXDB", "").strip(),
        org=environment.get("PAGE_INFLUXDB_ORG", "").strip(),
        bucket=environment.get("PAGE_INFLUXDB_BUCKET", "").strip(),
        metrics_bucket=environment.get("PAGE_INFLUXDB_METRICS_BUCKET", "").strip(),
        exercises=_set(environment.get("PAGE_EXERCISES", "").strip()),
        exercises_config_map=environment.get("PAGE_EXERCISES_CONFIG_MAP", "").strip(),
        exercises_folder=Path(environment.get("PAGE_EXERCISES_FOLDER") or EXERCISES),
        registry=environment.get("PAGE_SCHEMA_REGISTRY", "").strip(),
    )


def _needed(environment: Mapping[str, str], name: str, why: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise SettingsError(f"{name} is not set: {why}")
    return value


def _keys(value: str) -> tuple[str, ...]:
    keys = tuple(key for key in value.split(",") if key)
    for key in keys:
        # A key is a file's name below the folder, and never a path.
        if not KEY.fullmatch(key) or ".." in key:
            raise SettingsError(f"PAGE_KEYS: `{key}` is not a key of a Secret")
    return keys


def _set(value: str) -> str:
    # A set's name is a file's name, and never a path.
    if value and not KEY.fullmatch(value):
        raise SettingsError(f"PAGE_EXERCISES: `{value}` is not the name of a set")
    return value


def _server(environment: Mapping[str, str]) -> str:
    given = environment.get("PAGE_API_SERVER", "")
    if given:
        return given.rstrip("/")
    host = environment.get("KUBERNETES_SERVICE_HOST", "")
    if not host:
        raise SettingsError(
            "KUBERNETES_SERVICE_HOST is not set: run in a pod, or set PAGE_API_SERVER"
        )
    port = environment.get("KUBERNETES_SERVICE_PORT") or "443"
    return f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"


def _port(value: str) -> int:
    if not value.isdecimal() or not 0 <= int(value) <= HIGHEST_PORT:
        raise SettingsError(f"PAGE_PORT: `{value}` is not a port")
    return int(value)
