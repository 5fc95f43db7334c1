"""The cases of `tests.admission_cases` about the optional services."""

from __future__ import annotations

from typing import Any

Part = dict[str, Any]


def plugin(**keys: Any) -> Part:
    """A spec with one plugin of Connect."""
    return {"connect": {"plugins": [{"name": "one", **keys}]}}


def connector(config: dict[str, str], **keys: Any) -> Part:
    """A spec with one connector."""
    one = {"name": "one", "class": "org.example.Sink", "config": config, **keys}
    return {"connect": {"connectors": [one]}}


SHA512 = "0" * 128
URL = "http://files.example.org/plugin.zip"

# rule, part of the field's path, new spec, spec in force before (None: a new lab)
BAD_SERVICES: tuple[tuple[str, str, Part, Part | None], ...] = (
    ("plugin-one-source", "spec.connect.plugins[0]", plugin(), None),
    (
        "plugin-one-source",
        "spec.connect.plugins[0]",
        plugin(bundled="mongodb", image="a/b:1"),
        None,
    ),
    ("plugin-url-checksum", "spec.connect.plugins[0]", plugin(url=URL), None),
    (
        "connector-option-plain",
        "spec.connect.connectors[0].config",
        connector({"two words": "1"}),
        None,
    ),
    (
        "connector-option-not-owned",
        "spec.connect.connectors[0].config",
        connector({"tasks.max": "2"}),
        None,
    ),
    (
        "connector-secret-by-reference",
        "spec.connect.connectors[0].config",
        connector({"connection.password": "in-the-clear"}),
        None,
    ),
    (
        "connector-secret-by-reference",
        "spec.connect.connectors[0].config",
        connector({"connection.uri": "mongodb://student:in-the-clear@mongodb:27017/defaultdb"}),
        None,
    ),
    (
        "worker-config-not-owned",
        "spec.connect.config",
        {"connect": {"config": {"group.id": "other"}}},
        None,
    ),
    ("connect-secret-not-lab", "spec.connect.secrets[0]", {"connect": {"secrets": ["lab"]}}, None),
    (
        "outside-address-per-broker",
        "spec.access",
        {"access": {"kafka": {"nodePort": {"host": "a.org", "ports": [30092, 30093]}}}},
        None,
    ),
    (
        "outside-host-per-broker",
        "spec.access",
        {"kafka": {"brokers": 3}, "access": {"kafka": {"loadBalancer": {"hosts": ["a.org"]}}}},
        None,
    ),
    ("dbt-needs-postgresql", "spec.dbt", {"dbt": {}}, None),
    ("grafana-needs-weather", "spec.grafana", {"weather": False, "grafana": {}}, None),
    ("gateway-needs-domain", "spec.access.gateway", {"access": {"gateway": {"name": "g"}}}, None),
    (
        "external-without-gateway",
        "spec.access.gateway",
        {"access": {"gateway": {"name": "g"}, "ingress": {"domain": "a.org", "external": True}}},
        None,
    ),
    ("weather-stays", "spec.weather", {"weather": False}, {}),
    ("plugin-name-format", "spec.connect.plugins[0].name", plugin(name="A_b", image="a:1"), None),
    (
        "plugin-name-format",
        "spec.connect.connectors[0].name",
        connector({}, name="a/b"),
        None,
    ),
    ("plugin-maven-format", "spec.connect.plugins[0].maven", plugin(maven="group:artifact"), None),
    (
        "url-format",
        "spec.connect.plugins[0].url",
        plugin(url="ftp://files.example.org/a.zip", sha512=SHA512),
        None,
    ),
    (
        "plugin-sha512-format",
        "spec.connect.plugins[0].sha512",
        plugin(url=URL, sha512="abc"),
        None,
    ),
    ("plugin-image-format", "spec.connect.plugins[0].image", plugin(image="a b"), None),
    (
        "connector-class-format",
        "spec.connect.connectors[0].class",
        connector({}, **{"class": "org/example/Sink"}),
        None,
    ),
    ("secret-name-format", "spec.connect.secrets[0]", {"connect": {"secrets": ["A"]}}, None),
    ("storage-format", "spec.sftp.storage", {"sftp": {"storage": "1 GB"}}, None),
    (
        "storage-class-format",
        "spec.jupyter.storageClassName",
        {"jupyter": {"storageClassName": "A"}},
        None,
    ),
    (
        "cpu-format",
        "spec.toolbox.resources.cpu",
        {"toolbox": {"resources": {"cpu": "lots"}}},
        None,
    ),
    (
        "memory-format",
        "spec.toolbox.resources.memory",
        {"toolbox": {"resources": {"memory": "1"}}},
        None,
    ),
    (
        "database-name-format",
        "spec.postgresql.database",
        {"postgresql": {"database": "Transform"}},
        None,
    ),
    (
        "postgresql-name-not-reserved",
        "spec.postgresql.username",
        {"postgresql": {"username": "pg_monitor"}},
        None,
    ),
    (
        "mongodb-database-not-reserved",
        "spec.mongodb.database",
        {"mongodb": {"database": "admin"}},
        None,
    ),
    (
        "sftp-key-format",
        "spec.sftp.authorizedKeys[0]",
        {"sftp": {"authorizedKeys": ["command=x ssh-ed25519 AAAA"]}},
        None,
    ),
    ("user-name-format", "spec.sftp.username", {"sftp": {"username": "a:b"}}, None),
    (
        "service-topic-format",
        "spec.dbt.commandTopic",
        {"postgresql": {}, "dbt": {"commandTopic": "a b"}},
        None,
    ),
    (
        "host-format",
        "spec.access.ingress.domain",
        {"access": {"ingress": {"domain": "Example.org"}}},
        None,
    ),
    *(
        (
            f"{part}-storage-fixed",
            f"spec.{part}.storage",
            {part: {"storage": "2Gi"}},
            {part: {}},
        )
        for part in ("connect", "postgresql", "mongodb", "sftp", "jupyter")
    ),
    *(
        (
            f"{part}-{name}-fixed",
            f"spec.{part}.{name}",
            {part: {name: "other"}},
            {part: {}},
        )
        for part in ("postgresql", "mongodb")
        for name in ("database", "username")
    ),
)

GOOD_SERVICE_CHANGES: tuple[tuple[str, Part, Part], ...] = (
    ("a service added", {"postgresql": {}}, {}),
    ("a service taken out", {}, {"postgresql": {}}),
    ("the weather added", {}, {"weather": False}),
    (
        "a connector with a password by reference",
        connector({"connection.password": "${secret:lab:postgresql-password}"}),
        {"connect": {}},
    ),
    ("a plugin by its checksum", plugin(url=URL, sha512=SHA512), {}),
)
