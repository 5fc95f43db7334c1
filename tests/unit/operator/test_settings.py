"""The operator's own settings: read once, each fault names its variable."""

import json
from pathlib import Path

import pytest

from streaminglab_operator.errors import SettingsError
from streaminglab_operator.settings import Settings
from tests.authorities import DAMAGED

CHARTS = {"STREAMINGLAB_CHARTS": str(Path(__file__).parents[3] / "charts")}


TERM = {"matchExpressions": [{"key": "disk", "operator": "In"}]}
NO_VALUES = {
    "affinity": {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [TERM]}
        }
    }
}


def test_without_any_variable_the_defaults_hold() -> None:
    settings = Settings.from_environment(CHARTS)
    assert settings.watch_namespaces == ()
    assert settings.images == {}
    assert settings.lease
    assert settings.gateway_routes
    assert settings.ingress_annotations is None
    assert settings.ingress_reports_addresses
    assert settings.port == 8080
    assert settings.master_key_secret == "streaminglab-master-key"


def test_every_variable_is_read() -> None:
    settings = Settings.from_environment(
        CHARTS
        | {
            "STREAMINGLAB_IMAGES": '{"kafka": "registry:5000/kafka:1", "jobs": ""}',
            "STREAMINGLAB_IMAGE_REGISTRY": "registry.example.org:5000/mirror",
            "STREAMINGLAB_OWN_IMAGE_REGISTRY": "own.example.org",
            "STREAMINGLAB_IMAGE_PULL_SECRETS": "mirror, other",
            "STREAMINGLAB_LAB_PODS": '{"nodeSelector": {"pool": "labs"}}',
            "STREAMINGLAB_LAB_EGRESS": '{"httpProxy": "http://proxy:3128"}',
            "STREAMINGLAB_SITE": '{"maximum": {"brokers": 1}}',
            "STREAMINGLAB_CLUSTER_DOMAIN": "lab.example.org",
            "STREAMINGLAB_COPY_PULL_SECRETS": "true",
            "STREAMINGLAB_NOT_OFFERED": "kafka-ui,ksqldb",
            "STREAMINGLAB_CHART_VERSION": "9.9.9",
            "STREAMINGLAB_WATCH_NAMESPACES": "user-alice, user-bob,",
            "STREAMINGLAB_LOG_LEVEL": "DEBUG",
            "STREAMINGLAB_PORT": "9000",
            "STREAMINGLAB_WORKERS": "2",
            "STREAMINGLAB_LEASE": "false",
            "STREAMINGLAB_GATEWAY_ROUTES": "false",
            "STREAMINGLAB_NAMESPACE": "elsewhere",
            "STREAMINGLAB_HELM": "/usr/bin/helm",
            "STREAMINGLAB_MASTER_KEY_SECRET": "kept-in-a-vault",
            "STREAMINGLAB_INFLUXDB_URL": "http://127.0.0.1:1",
            "STREAMINGLAB_INGRESS_NAMESPACE_LABELS": '{"name": "ingress"}',
            "STREAMINGLAB_HOST_PATTERNS": '["*.{namespace}.lab.org"]',
            "STREAMINGLAB_INGRESS_ANNOTATIONS": "[]",
            "STREAMINGLAB_INGRESS_REPORTS_ADDRESSES": "false",
            "STREAMINGLAB_API_SERVER_CIDRS": "10.0.0.1/32,10.0.0.2/32",
        }
    )
    assert settings.images == {"kafka": "registry:5000/kafka:1"}
    assert settings.image_registry == "registry.example.org:5000/mirror"
    assert settings.own_image_registry == "own.example.org"
    assert settings.image_pull_secrets == ("mirror", "other")
    assert settings.lab_pods.node_selector == {"pool": "labs"}
    assert settings.lab_egress.http_proxy == "http://proxy:3128"
    assert settings.site.maximum.brokers == 1
    assert settings.cluster_domain == "lab.example.org"
    assert settings.copy_pull_secrets
    assert settings.not_offered == ("kafka-ui", "ksqldb")
    assert settings.chart_version == "9.9.9"
    assert settings.master_key_secret == "kept-in-a-vault"
    assert settings.watch_namespaces == ("user-alice", "user-bob")
    assert (settings.log_level, settings.port, settings.workers) == ("debug", 9000, 2)
    assert not settings.lease
    assert not settings.gateway_routes
    assert (settings.namespace, settings.helm) == ("elsewhere", "/usr/bin/helm")
    assert settings.influxdb_url == "http://127.0.0.1:1"
    assert settings.ingress_namespace_labels == {"name": "ingress"}
    assert settings.host_patterns == ("*.{namespace}.lab.org",)
    assert settings.ingress_annotations == ()
    assert not settings.ingress_reports_addresses
    assert settings.api_server_cidrs == ("10.0.0.1/32", "10.0.0.2/32")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("STREAMINGLAB_IMAGES", "kafka=x"),
        ("STREAMINGLAB_IMAGE_REGISTRY", "https://registry.example.org"),
        ("STREAMINGLAB_IMAGE_REGISTRY", "registry.example.org/"),
        ("STREAMINGLAB_OWN_IMAGE_REGISTRY", "https://registry.example.org"),
        ("STREAMINGLAB_IMAGES", "[]"),
        ("STREAMINGLAB_IMAGES", '{"kafka": 1}'),
        ("STREAMINGLAB_INGRESS_NAMESPACE_LABELS", "[]"),
        ("STREAMINGLAB_HOST_PATTERNS", "{}"),
        ("STREAMINGLAB_HOST_PATTERNS", '["{pod}.lab.org"]'),
        ("STREAMINGLAB_HOST_PATTERNS", '["{namespace.lab.org"]'),
        ("STREAMINGLAB_HOST_PATTERNS", '["{namespace.lower}.lab.org"]'),
        ("STREAMINGLAB_INGRESS_ANNOTATIONS", "[1]"),
        ("STREAMINGLAB_PORT", "http"),
        ("STREAMINGLAB_WORKERS", "0"),
        ("STREAMINGLAB_WORKERS", "-1"),
        ("STREAMINGLAB_MAX_ROLLING_LABS", "-1"),
        ("STREAMINGLAB_MAX_LABS_PER_NAMESPACE", "many"),
        ("STREAMINGLAB_CHARTS", "/nowhere"),
        ("STREAMINGLAB_LAB_EGRESS", '{"httpProxy": "proxy:3128"}'),
        ("STREAMINGLAB_LAB_EGRESS", '{"proxy": "http://proxy:3128"}'),
        ("STREAMINGLAB_LAB_EGRESS", json.dumps({"caBundle": DAMAGED})),
        ("STREAMINGLAB_LAB_PODS", '{"tolerations": [{"value": "x"}]}'),
        ("STREAMINGLAB_LAB_PODS", '{"affinity": {"podAffinity": {}}}'),
        ("STREAMINGLAB_LAB_PODS", json.dumps(NO_VALUES)),
        ("STREAMINGLAB_SITE", '{"maximum": {"memory": "lots"}}'),
        ("STREAMINGLAB_SITE", '{"maximum": {"disks": 3}}'),
        ("STREAMINGLAB_LOG_LEVEL", "loud"),
        ("STREAMINGLAB_INFLUXDB_URL", "http://{pod}:8086"),
    ],
)
def test_a_wrong_value_is_refused_and_named(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        Settings.from_environment(CHARTS | {variable: value})


def test_limits_have_defaults_and_zero_is_none() -> None:
    settings = Settings.from_environment(CHARTS)
    assert (settings.max_rolling_labs, settings.max_labs_per_namespace) == (5, 20)
    limits = {"STREAMINGLAB_MAX_ROLLING_LABS": "0", "STREAMINGLAB_MAX_LABS_PER_NAMESPACE": "0"}
    settings = Settings.from_environment(CHARTS | limits)
    assert (settings.max_rolling_labs, settings.max_labs_per_namespace) == (0, 0)
