"""Settings, read from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from streaminglab_base.errors import ConfigError

LONGEST_RUN = 86_400


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the program needs to know; dbt itself reads POSTGRES_* (see profiles.yml)."""

    bootstrap_servers: str
    password_file: Path
    commands: str = "dbt-run"
    results: str = "dbt-results"
    group: str = "streaminglab-dbt"
    timeout: int = 1800
    """Seconds that one run may take."""
    given: Path = Path("/etc/streaminglab/project")
    """Where the lab's own project files are mounted, flat; nothing there: the default project."""
    default: Path = Path("/opt/dbt/project")
    work: Path = Path("/tmp/dbt")  # noqa: S108 - an emptyDir of the pod's own


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings; raises ConfigError that names a variable which is missing or wrong."""
    for name in ("KAFKA_BOOTSTRAP_SERVERS", "POSTGRES_HOST", "POSTGRES_DB", "POSTGRES_USER"):
        if not environment.get(name):
            raise ConfigError(f"{name} is not set")
    password = Path(environment.get("POSTGRES_PASSWORD_FILE", ""))
    if not password.is_file():
        raise ConfigError(f"POSTGRES_PASSWORD_FILE: there is no file {password}")
    timeout = environment.get("DBT_TIMEOUT_SECONDS") or str(Settings.timeout)
    if not timeout.isdecimal() or not 0 < int(timeout) <= LONGEST_RUN:
        raise ConfigError(f"DBT_TIMEOUT_SECONDS: `{timeout}` is not within 1 and {LONGEST_RUN}")
    return Settings(
        bootstrap_servers=environment["KAFKA_BOOTSTRAP_SERVERS"],
        password_file=password,
        commands=environment.get("DBT_COMMAND_TOPIC") or Settings.commands,
        results=environment.get("DBT_RESULT_TOPIC") or Settings.results,
        group=environment.get("DBT_GROUP_ID") or Settings.group,
        timeout=int(timeout),
        given=Path(environment.get("DBT_GIVEN_PROJECT") or Settings.given),
        default=Path(environment.get("DBT_DEFAULT_PROJECT") or Settings.default),
    )
