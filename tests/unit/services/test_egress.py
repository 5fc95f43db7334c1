"""The way out of a lab: what the administrator says for all labs, and a lab for itself."""

from __future__ import annotations

from typing import Any

from streaminglab_operator.placeholders import PLACEHOLDER
from streaminglab_operator.plan.lab import Options, context
from streaminglab_operator.schema.egress import EgressSpec
from streaminglab_operator.services import SERVICES
from streaminglab_operator.services.egress import laid_over, values
from tests.authorities import CITY, SCHOOL
from tests.labs import lab

PROXY = "http://proxy.example.org:3128"
SITE = EgressSpec.model_validate(
    {
        "httpProxy": PROXY,
        "httpsProxy": PROXY,
        "noProxy": [".example.org"],
        "caBundle": SCHOOL,
        "pipIndex": "https://pypi.example.org/simple",
    }
)


def told(site: EgressSpec, own: dict[str, Any] | None = None) -> dict[str, Any]:
    options = Options(egress=site, cluster_domain="lab.example.org")
    found: dict[str, Any] = values(context(lab({"egress": own or {}}), options)).get("egress", {})
    return found


def test_a_lab_that_says_nothing_has_what_the_site_says() -> None:
    assert laid_over(SITE, EgressSpec()) == SITE


def test_a_lab_without_a_site_has_what_it_says() -> None:
    assert laid_over(EgressSpec(), SITE) == SITE


def test_a_labs_word_is_laid_over_the_sites() -> None:
    said = {"httpProxy": "http://own:80", "noProxy": [".example.org", "a"], "caBundle": CITY}
    found = laid_over(SITE, EgressSpec.model_validate(said))
    assert (found.http_proxy, found.https_proxy) == ("http://own:80", PROXY)
    assert found.no_proxy == [".example.org", "a"]
    assert found.ca_bundle == SCHOOL + CITY


def test_certificates_without_a_line_end_stay_apart() -> None:
    own = EgressSpec.model_validate({"caBundle": CITY.strip()})
    site = SITE.model_copy(update={"ca_bundle": SCHOOL.strip()})
    assert laid_over(site, own).ca_bundle == SCHOOL + CITY


def test_charts_are_told_nothing_where_nothing_is_said() -> None:
    assert told(EgressSpec()) == {}


def test_nothing_in_the_cluster_is_asked_through_a_proxy() -> None:
    found = set(told(SITE, {"noProxy": ["10.0.0.0/8"]})["noProxy"])
    assert {"localhost", "127.0.0.1", "::1", ".svc", ".lab.example.org"} < found
    assert {".example.org", "10.0.0.0/8"} < found
    # Names are placeholders in values, until they are a lab's.
    assert {f"{PLACEHOLDER.lab}-{service.component}" for service in SERVICES} < found
    assert {service.alias for service in SERVICES if service.alias} < found
    assert f".{PLACEHOLDER.namespace}" in found


def test_without_a_proxy_nothing_is_said_of_what_goes_past_it() -> None:
    assert "noProxy" not in told(EgressSpec(), {"noProxy": ["a"], "caBundle": CITY})


def test_one_more_service_changes_nothing_for_the_others() -> None:
    options = Options(egress=SITE)
    few, many = context(lab(), options), context(lab({"jupyter": {}, "postgresql": {}}), options)
    assert values(few) == values(many)
