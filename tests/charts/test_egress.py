"""The way out of a lab: proxies, certificate authorities and mirrors, in the pods that go out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streaminglab_operator.plan.lab import Options
from streaminglab_operator.schema.egress import EgressSpec
from tests.authorities import CITY, SCHOOL
from tests.charts.lab_charts import lab_objects, lab_with
from tests.charts.support import Manifest, containers, environment, only, pod_templates, render

GO_OUT = ("jupyter", "dbt", "kafka-connect")
PROXY = "http://proxy.example.org:3128"
EGRESS = {"httpProxy": PROXY, "httpsProxy": PROXY, "noProxy": ["localhost", ".svc"]}
TRUST = {"caBundle": SCHOOL}


def main_of(chart: str, **values: Any) -> Manifest:
    """The container that the chart is about."""
    (pod,) = pods_of(chart, **values)
    found: Manifest = pod["containers"][0]
    return found


def pods_of(chart: str, **values: Any) -> list[Manifest]:
    return [template["spec"] for _, template in pod_templates(render(chart, values))]


@pytest.mark.parametrize("chart", GO_OUT)
def test_programs_are_told_of_proxies_in_both_cases(chart: str) -> None:
    env = environment(main_of(chart, egress=EGRESS))
    for name in ("http_proxy", "https_proxy"):
        assert env[name] == env[name.upper()] == PROXY
    assert env["no_proxy"] == env["NO_PROXY"] == "localhost,.svc"


@pytest.mark.parametrize("chart", GO_OUT)
def test_without_a_word_of_it_nothing_is_there(chart: str) -> None:
    (pod,) = pods_of(chart)
    env = environment(pod["containers"][0])
    assert not {"http_proxy", "HTTPS_PROXY", "SSL_CERT_FILE", "PIP_INDEX_URL"} & set(env)
    assert not {"trust", "authorities"} & {volume["name"] for volume in pod["volumes"]}
    assert "trust" not in [c["name"] for c in pod.get("initContainers", [])]
    assert not [o for o in render(chart, {}) if o["metadata"]["name"].endswith("-authorities")]


@pytest.mark.parametrize("chart", GO_OUT)
def test_authorities_are_a_config_map_whose_change_restarts_the_pod(chart: str) -> None:
    found = render(chart, {"egress": TRUST})
    assert only(found, "ConfigMap", "meteo-authorities")["data"] == {"ca.crt": SCHOOL}
    (pod,) = pods_of(chart, egress=TRUST)
    (volume,) = (v for v in pod["volumes"] if v["name"] == "authorities")
    assert volume["configMap"]["name"] == "meteo-authorities"
    digests = {
        template["metadata"]["annotations"]["checksum/config"]
        for bundle in (SCHOOL, CITY)
        for _, template in pod_templates(render(chart, {"egress": {"caBundle": bundle}}))
    }
    assert len(digests) == 2


@pytest.mark.parametrize("chart", ["jupyter", "dbt"])
def test_pythons_programs_trust_the_usual_authorities_and_these(chart: str) -> None:
    (pod,) = pods_of(chart, egress=TRUST)
    env = environment(pod["containers"][0])
    bundle = env["SSL_CERT_FILE"]
    assert {env[name] for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT")} == {bundle}
    (joins,) = (c for c in pod["initContainers"] if c["name"] == "trust")
    assert joins["image"] == pod["containers"][0]["image"]
    assert f"/ca.crt >{bundle}" in joins["command"][-1]
    for container in (joins, pod["containers"][0]):
        mounts = {m["name"]: m["mountPath"] for m in container["volumeMounts"]}
        assert bundle.startswith(f"{mounts['trust']}/")


def test_workers_trust_the_store_that_their_start_script_fills() -> None:
    options = environment(main_of("kafka-connect", egress=TRUST))["WORKER_OPTIONS"].split()
    script = only(render("kafka-connect"), "ConfigMap", "meteo")["data"]["start.sh"]
    (store,) = (line for line in script.splitlines() if line.startswith("store="))
    assert f"-Djavax.net.ssl.trustStore={store.partition('=')[2]}" in options
    assert "trustStore" not in environment(main_of("kafka-connect"))["WORKER_OPTIONS"]


def test_what_fetches_plugins_goes_the_same_way() -> None:
    (pod,) = pods_of("kafka-connect", egress={**EGRESS, **TRUST})
    (fetcher,) = (c for c in pod["initContainers"] if c["name"] == "fetch-plugins")
    env = environment(fetcher)
    assert env["https_proxy"] == PROXY
    mounts = {m["name"]: m["mountPath"] for m in fetcher["volumeMounts"]}
    assert env["SSL_CERT_FILE"] == f"{mounts['authorities']}/ca.crt"


@pytest.mark.parametrize(
    ("egress", "options"),
    [
        (EGRESS, ["proxy.example.org", "3128", "localhost|*.localhost|*.svc"]),
        ({**EGRESS, "httpsProxy": "http://[2001:db8::1]"}, ["2001:db8::1", "80"]),
        (
            {**EGRESS, "noProxy": ["::1", "10.0.0.0/8", "fd00::/8", "10.1.2.3", "*"]},
            ["[::1]|10.1.2.3|*"],
        ),
    ],
)
def test_workers_are_told_in_javas_own_words(egress: dict[str, Any], options: list[str]) -> None:
    said = environment(main_of("kafka-connect", egress=egress))["WORKER_OPTIONS"].split()
    values = dict(option.partition("=")[::2] for option in said if "roxy" in option)
    assert set(options) <= set(values.values())
    assert values["-Dhttp.proxyHost"] == "proxy.example.org"
    assert len(values) == 5


def test_spark_is_told_in_javas_words_too() -> None:
    env = environment(main_of("jupyter", spark={"enabled": True}, egress=EGRESS))
    assert "-Dhttps.proxyHost=proxy.example.org" in env["JAVA_TOOL_OPTIONS"]
    assert "JAVA_TOOL_OPTIONS" not in environment(main_of("jupyter", egress=EGRESS))


@pytest.mark.parametrize(
    ("index", "trusted"),
    [("https://pypi.example.org/simple", None), ("http://pypi:8080/simple", "pypi:8080")],
)
def test_pip_has_packages_from_the_mirror(index: str, trusted: str | None) -> None:
    env = environment(main_of("jupyter", egress={"pipIndex": index}))
    assert (env["PIP_INDEX_URL"], env.get("PIP_TRUSTED_HOST")) == (index, trusted)


@pytest.mark.parametrize("chart", ["jupyter", "dbt", "ksqldb"])
@pytest.mark.parametrize("asked", [True, False])
def test_the_web_is_open_where_the_spec_says_so(chart: str, asked: bool) -> None:
    spec: dict[str, Any] = {"postgresql": {}, "jupyter": {}, "dbt": {}, "ksqldb": {}}
    found = lab_objects({**spec, chart: {"externalEgress": asked}})
    (policy,) = (
        o
        for o in found
        if o["kind"] == "NetworkPolicy" and o["metadata"]["name"].endswith(f"-{chart}")
    )
    peers = [to for rule in policy["spec"]["egress"] for to in rule.get("to", ())]
    blocks = [to["ipBlock"]["cidr"] for to in peers if "ipBlock" in to]
    assert blocks == (["0.0.0.0/0", "::/0"] if asked else [])


def test_of_a_lab_these_pods_are_told_and_no_others() -> None:
    told = {
        pod["metadata"]["labels"]["app.kubernetes.io/component"]
        for _, pod in pod_templates(lab_with(Options(egress=EgressSpec.model_validate(EGRESS))))
        if "https_proxy" in environment(pod["spec"]["containers"][0])
    }
    assert told == {"jupyter", "dbt", "connect"}


def test_the_operators_chart_hands_the_sites_word_on() -> None:
    values = {"labEgress": {**EGRESS, **TRUST}, "clusterDomain": "lab.example.org"}
    (operator,) = containers(render("streaminglab-operator", values))
    env = {e["name"]: e.get("value") for e in operator["env"]}
    assert json.loads(env["STREAMINGLAB_LAB_EGRESS"]) == {**EGRESS, **TRUST}
    assert env["STREAMINGLAB_CLUSTER_DOMAIN"] == "lab.example.org"
