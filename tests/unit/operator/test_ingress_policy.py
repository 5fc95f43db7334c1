"""What the administrator lets labs do with host names and annotations."""

from __future__ import annotations

from typing import Any

import pytest

from streaminglab_operator.api import parse_spec
from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.plan import Options, access
from streaminglab_operator.plan.access import hosts_of
from streaminglab_operator.plan.ingress import SAFE_ANNOTATIONS, IngressPolicy
from tests.labs import KEY, NO_PAGE, every_release, lab

HOST = "kafka-ui.other.example.org"
OWN = "user-alice-meteo-kafka-ui.lab.example.org"


def _spec(host: str = "", **ingress: object) -> dict[str, object]:
    hosts = {"hosts": {"kafkaUI": host}} if host else {}
    led = {"domain": "lab.example.org", **hosts, **ingress}
    return {**NO_PAGE, "kafkaUI": {}, "access": {"ingress": led}}


def _rules(spec: dict[str, object], policy: IngressPolicy) -> dict[str, object]:
    releases = every_release(lab(spec), Options(ingress=policy))
    found = [r.values["ingress"] for r in releases if r.component == access.COMPONENT]
    return found[0] if found else {}


@pytest.mark.parametrize(
    ("pattern", "host", "allowed"),
    [
        ("*.{namespace}.lab.example.org", "notebook.user-alice.lab.example.org", True),
        ("*.{namespace}.lab.example.org", "notebook.user-bob.lab.example.org", False),
        ("*.{namespace}.lab.example.org", "a.b.user-alice.lab.example.org", False),
        ("*.{namespace}.lab.example.org", ".user-alice.lab.example.org", False),
        ("*.{namespace}.lab.example.org", "a.user-alice.labxexample.org", False),
        ("{service}-{lab}.{namespace}.org", "kafka-ui-meteo.user-alice.org", True),
        ("{service}-{lab}.{namespace}.org", "jupyter-meteo.user-alice.org", False),
        ("{namespace}-*.org", "user-alice-x.org", True),
        ("{namespace}-*.org", "user-alice-x.org.evil.org", False),
    ],
)
def test_a_name_must_look_like_the_pattern(pattern: str, host: str, allowed: bool) -> None:
    policy = IngressPolicy(host_patterns=(pattern,))
    assert policy.allows_host(KEY, "kafka-ui", host) is allowed


def test_one_pattern_of_several_is_enough_and_without_any_every_name_will_do() -> None:
    policy = IngressPolicy(host_patterns=("a.org", "b.org"))
    assert policy.allows_host(KEY, "kafka-ui", "b.org")
    assert IngressPolicy().allows_host(KEY, "kafka-ui", HOST)


def test_a_name_that_is_not_allowed_gets_no_rule_no_claim_and_clear_words() -> None:
    policy = IngressPolicy(host_patterns=("*.{namespace}.lab.example.org",))
    spec = _spec(HOST)
    problem = access.problem(lab(spec), policy)
    assert problem is not None
    assert problem.reason is Reason.HOST_NOT_ALLOWED
    assert HOST in problem.message
    assert "*.user-alice.lab.example.org" in problem.message
    assert _rules(spec, policy) == {}
    assert hosts_of(KEY, parse_spec(spec), policy) == (frozenset(), frozenset())
    assert hosts_of(KEY, parse_spec(spec)) == (frozenset({HOST}), frozenset())


def test_the_names_that_pages_have_by_themselves_are_always_allowed() -> None:
    policy = IngressPolicy(host_patterns=("*.{namespace}.elsewhere.org",))
    for spec in (_spec(), _spec(OWN)):
        assert access.problem(lab(spec), policy) is None
        assert hosts_of(KEY, parse_spec(spec), policy) == (frozenset({OWN}), frozenset({OWN}))
        assert len(_rules(spec, policy)["rules"]) == 1  # type: ignore[arg-type]


def test_somebody_elses_ingress_is_not_judged_and_lays_no_claim_to_what_is_not_allowed() -> None:
    policy = IngressPolicy(host_patterns=("*.{namespace}.lab.example.org",))
    spec = _spec(HOST, external=True)
    assert access.problem(lab(spec), policy) is None
    assert hosts_of(KEY, parse_spec(spec), policy) == (frozenset(), frozenset())


@pytest.mark.parametrize(
    ("key", "allowed"),
    [
        *((key, True) for key in SAFE_ANNOTATIONS),
        ("nginx.ingress.kubernetes.io/configuration-snippet", False),
        ("nginx.ingress.kubernetes.io/server-snippet", False),
        ("nginx.org/location-snippets", False),
        ("nginx.ingress.kubernetes.io/auth-url", False),
        ("nginx.ingress.kubernetes.io/mirror-target", False),
        ("external-dns.alpha.kubernetes.io/hostname", False),
        ("anything", False),
    ],
)
def test_safe_annotations_are_allowed_and_no_others(key: str, allowed: bool) -> None:
    policy = IngressPolicy()
    spec = _spec(annotations={key: "x"})
    assert _rules(spec, policy)["annotations"] == ({key: "x"} if allowed else {})
    problem = access.problem(lab(spec), policy)
    assert (problem is None) is allowed
    if problem is not None:
        assert problem.reason is Reason.ANNOTATION_NOT_ALLOWED
        assert key in problem.message


def test_the_administrator_allows_others_and_no_snippet() -> None:
    policy = IngressPolicy(annotations=("nginx.ingress.kubernetes.io/*", "example.org/a"))
    keys = ["example.org/a", "example.org/ab", "nginx.ingress.kubernetes.io/rewrite-target"]
    keys += ["nginx.ingress.kubernetes.io/Server-Snippet"]
    assert policy.refused_annotations(keys) == ("example.org/ab", keys[-1])


ISSUER = {"cert-manager.io/cluster-issuer": "school"}
OTHER = {"cert-manager.io/issuer": "mine"}


@pytest.mark.parametrize(
    ("ingress", "secret", "annotations"),
    [
        ({"tls": True}, "slab0lab-tls", ISSUER),
        ({"tls": True, "tlsSecretName": "own"}, "own", {}),
        ({"tls": True, "annotations": OTHER}, "", OTHER),
        ({"tls": False}, "", {}),
        ({}, "", {}),
    ],
)
def test_the_sites_issuer_signs_for_whoever_names_no_other(
    ingress: dict[str, Any], secret: str, annotations: dict[str, str]
) -> None:
    found = _rules(_spec(**ingress), IngressPolicy(issuer=ISSUER))
    assert (found["tlsSecret"], found["annotations"]) == (secret, annotations)
