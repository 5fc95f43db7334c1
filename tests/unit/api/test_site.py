"""What an administrator says once for all labs, against what a lab asks for."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from streaminglab_operator.api import parse_spec
from streaminglab_operator.api.site import faults, filled, lacking, not_lent, refused, sizes_of
from streaminglab_operator.schema.site import Site
from streaminglab_operator.services.size import PROFILES


def site(**said: Any) -> Site:
    return Site.model_validate(said)


LIMITED = site(
    storage={"className": "standard", "allowed": ["standard", "slow"]},
    ingress={
        "className": "public",
        "allowedClassNames": ["public"],
        "domain": "lab.example.org",
        "allowedDomains": ["example.org"],
        "tls": True,
    },
    profiles={"small": {"base": "nano", "sizes": {"kafka": {"memory": "512Mi"}}}},
    maximum={"cpu": "2", "memory": "2Gi", "storage": "10Gi", "brokers": 1},
)


def said(spec: dict[str, Any], of: Site = LIMITED) -> dict[str, str]:
    return {problem.field: problem.message for problem in refused(parse_spec(spec), of)}


@pytest.mark.parametrize(
    ("jupyter", "account", "lent"),
    [
        ({"serviceAccountName": "student"}, "operator", True),
        ({"serviceAccountName": "operator"}, "operator", False),
        ({"serviceAccountName": "operator"}, "", True),
        ({}, "operator", True),
        (None, "operator", True),
    ],
)
def test_an_account_that_is_the_operators_own_is_lent_to_no_lab(
    jupyter: dict[str, Any] | None, account: str, lent: bool
) -> None:
    found = not_lent(parse_spec({"jupyter": jupyter}), account)
    assert [problem.field for problem in found] == (
        [] if lent else ["spec.jupyter.serviceAccountName"]
    )


def test_a_site_that_says_nothing_refuses_nothing_and_fills_nothing() -> None:
    spec = parse_spec({"kafka": {"brokers": 3, "storage": "99Ti"}, "jupyter": {}})
    assert filled(spec, Site()) == spec
    assert refused(spec, Site()) == lacking(spec, Site()) == []


MUCH = "is more than a lab may ask for here"
BROKERS = "3 brokers are more than a lab may have here: 1 at most"


@pytest.mark.parametrize(
    ("spec", "field", "words"),
    [
        (
            {"kafka": {"storageClassName": "fast"}},
            "spec.kafka.storageClassName",
            "fast is none of the storage classes that labs may have here: standard, slow",
        ),
        (
            {"access": {"ingress": {"className": "private"}}},
            "spec.access.ingress.className",
            "private is none of the ingress classes that labs may have here: public",
        ),
        (
            {"access": {"ingress": {"domain": "other.org"}}},
            "spec.access.ingress.domain",
            "other.org is none of the domains that labs may have here: example.org",
        ),
        (
            {"access": {"ingress": {"domain": "myexample.org"}}},
            "spec.access.ingress.domain",
            "myexample.org is none of the domains that labs may have here: example.org",
        ),
        (
            {"jupyter": {"resources": {"cpu": "2500m"}}},
            "spec.jupyter.resources.cpu",
            f"2500m {MUCH}: 2 at most",
        ),
        (
            {"jupyter": {"resources": {"cpuLimit": "3"}}},
            "spec.jupyter.resources.cpuLimit",
            f"3 {MUCH}: 2 at most",
        ),
        (
            {"kafka": {"resources": {"memory": "2049Mi"}}},
            "spec.kafka.resources.memory",
            f"2049Mi {MUCH}: 2Gi at most",
        ),
        ({"sftp": {"storage": "11Gi"}}, "spec.sftp.storage", f"11Gi {MUCH}: 10Gi at most"),
        ({"kafka": {"brokers": 3}}, "spec.kafka.brokers", BROKERS),
        ({"profile": "resilience"}, "spec.profile", BROKERS),
    ],
)
def test_what_is_not_let_is_told_with_the_field_and_the_sites_word(
    spec: dict[str, Any], field: str, words: str
) -> None:
    assert said(spec) == {field: words}


def test_what_is_let_is_not_refused() -> None:
    spec = {
        "kafka": {"storageClassName": "slow", "storage": "10Gi", "resources": {"memory": "2Gi"}},
        "jupyter": {"resources": {"cpu": "2000m", "cpuLimit": "2"}},
        "access": {"ingress": {"className": "public", "domain": "class-a.example.org"}},
    }
    assert said(spec) == {}
    assert said({"access": {"ingress": {"domain": "example.org"}}}) == {}


def test_pages_have_what_the_site_says_where_the_spec_says_nothing() -> None:
    ingress = filled(parse_spec({"access": {"ingress": {}}}), LIMITED).access.ingress
    assert ingress is not None
    assert (ingress.class_name, ingress.domain, ingress.tls) == ("public", "lab.example.org", True)


def test_the_specs_word_on_pages_is_kept() -> None:
    own = {"className": "own", "domain": "a.org", "tls": False}
    spec = parse_spec({"access": {"ingress": own}})
    assert filled(spec, LIMITED) == spec


def test_without_any_domain_the_student_is_asked_for_one() -> None:
    (problem,) = lacking(parse_spec({"access": {"ingress": {}}}), Site())
    assert problem.field == "spec.access.ingress.domain"
    assert "this installation has none of its own" in problem.message


def test_a_profile_that_is_nowhere_is_told_with_those_that_are() -> None:
    (problem,) = lacking(parse_spec({"profile": "large"}), LIMITED)
    assert problem.field == "spec.profile"
    assert "no profile large" in problem.message
    assert problem.message.endswith("nano, standard, resilience, small")


@pytest.mark.parametrize("profile", [*PROFILES, "small"])
def test_built_in_profiles_are_there_beside_the_sites(profile: str) -> None:
    assert lacking(parse_spec({"profile": profile}), LIMITED) == []
    found = sizes_of(profile, LIMITED)
    assert found.base == ("nano" if profile == "small" else profile)
    assert list(found.other) == (["kafka"] if profile == "small" else [])


def profile(name: str, **sizes: dict[str, str]) -> dict[str, Any]:
    return {"profiles": {name: {"sizes": sizes}}}


@pytest.mark.parametrize(
    ("given", "at", "words"),
    [
        ({"maximum": {"memory": "lots"}}, "maximum.memory", "Mi or Gi"),
        ({"storage": {"className": "A"}}, "storage.className", "small letters"),
        ({"storage": {"allowed": ["a", "B"]}}, "storage.allowed[1]", "small letters"),
        ({"ingress": {"domain": "http://a"}}, "ingress.domain", "without http://"),
        (profile("nano"), "profiles.nano", "a name of its own"),
        (profile("Big"), "profiles.Big", "small letters"),
        (profile("big", broker={}), "profiles.big.sizes.broker", "no such part"),
        (
            profile("big", kafka={"memory": "383Mi"}),
            "profiles.big.sizes.kafka.memory",
            "at least 384Mi",
        ),
        (
            profile("big", jupyter={"cpu": "2", "cpuLimit": "1"}),
            "profiles.big.sizes.jupyter.cpuLimit",
            "raise cpuLimit",
        ),
    ],
)
def test_a_fault_of_the_administrator_is_told_in_the_same_words(
    given: dict[str, Any], at: str, words: str
) -> None:
    ((path, message),) = faults(site(**given))
    assert path == f"site.{at}"
    assert words in message


@pytest.mark.parametrize("user", [0, -1, 2**31, "root", "1000", True])
def test_a_user_of_pods_is_a_number_or_the_clusters(user: Any) -> None:
    with pytest.raises(ValidationError):
        site(pods={"runAsUser": user})


@pytest.mark.parametrize("scratch", [{}, {"request": "1Gi"}, {"limit": "1Gi"},
                                     {"request": "1Gi", "limit": "1Gi"}])  # fmt: skip
def test_scratch_space_may_be_said_in_part(scratch: dict[str, str]) -> None:
    assert list(faults(site(pods={"runAsUser": "cluster", "ephemeralStorage": scratch}))) == []


def test_scratch_space_is_not_asked_for_beyond_its_limit() -> None:
    pods = {"ephemeralStorage": {"request": "2Gi", "limit": "1Gi"}}
    ((path, words),) = faults(site(pods=pods))
    assert (path, "must not be less" in words) == ("site.pods.ephemeralStorage", True)
    ((path, _),) = faults(site(pods={"ephemeralStorage": {"limit": "5 GB"}}))
    assert path == "site.pods.ephemeralStorage.limit"


def test_a_site_without_fault_has_none() -> None:
    assert list(faults(LIMITED)) == []
