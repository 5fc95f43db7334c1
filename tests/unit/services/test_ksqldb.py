"""ksqlDB with functions of one's own: where they come from, and what else a lab needs for them."""

from __future__ import annotations

from typing import Any

from streaminglab_operator.plan import Options, plan
from streaminglab_operator.schema.egress import EgressSpec
from tests.labs import all_ready, lab

SHA512 = "0" * 128
FUNCTIONS = [
    {"name": "far", "url": "https://files.example.org/udf.jar", "sha512": SHA512},
    {"name": "own", "configMapName": "my-functions"},
]


def values(part: dict[str, Any], options: Options | None = None) -> dict[str, Any]:
    """The values of its chart."""
    of = lab({"ksqldb": part})
    release = plan(of, all_ready(of), options or Options()).release("ksqldb")
    assert release is not None
    return dict(release.values)


def test_without_functions_nothing_is_said_of_them() -> None:
    assert not {"functions", "fetcher", "mavenRepository"} & set(values({}))
    assert values({})["externalEgress"] is False


def test_each_functions_source_goes_to_the_chart_and_nothing_else_of_it() -> None:
    assert values({"functions": FUNCTIONS})["functions"] == [
        FUNCTIONS[0], {"name": "own", "configMap": "my-functions"},
    ]  # fmt: skip


def test_the_labs_maven_repository_is_stronger_than_the_administrators() -> None:
    site = Options(maven_repository="https://site.example.org")
    asked = {"functions": [{"name": "a", "maven": "org.example:a:1.0"}]}
    assert values(asked, site)["mavenRepository"] == "https://site.example.org"
    own = {**asked, "mavenRepository": "https://own.example.org"}
    assert values(own, site)["mavenRepository"] == "https://own.example.org"


def test_functions_come_by_the_sites_proxy_and_the_image_that_the_administrator_chose() -> None:
    proxy = EgressSpec.model_validate({"httpsProxy": "http://proxy.example.org:3128"})
    options = Options(images={"jobs": "registry.example.org/jobs:2"}, egress=proxy)
    found = values({"functions": FUNCTIONS}, options)
    assert found["fetcher"]["image"]["repository"] == "registry.example.org/jobs"
    assert found["egress"]["httpsProxy"] == "http://proxy.example.org:3128"


def test_an_installation_without_the_image_that_fetches_says_so() -> None:
    of, options = lab({"ksqldb": {"functions": FUNCTIONS}}), Options(images={"jobs": "none"})
    assert "no image jobs" in plan(of, all_ready(of), options).unavailable["ksqldb"].message
    bare = lab({"ksqldb": {}})
    assert "ksqldb" not in plan(bare, all_ready(bare), options).unavailable
