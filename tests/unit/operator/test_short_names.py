"""The short names of the courses: two labs of a namespace never want the same Service."""

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streaminglab_operator import names
from streaminglab_operator.api import Condition, Reason, StreamingLabStatus
from streaminglab_operator.claims import SHORT_NAMES, Claim, Claims
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import Culprit, LabView
from streaminglab_operator.plan import plan
from streaminglab_operator.plan.lab import wanted
from streaminglab_operator.plan.short_names import alias_of, host_of
from streaminglab_operator.services import SERVICES
from streaminglab_operator.services.connect import CONNECT
from streaminglab_operator.services.kafka import KAFKA
from streaminglab_operator.status import summarise
from tests.labs import OPTIONS, all_ready, lab, view

HEADS = [alias[: -len(end) - 1] for alias in SHORT_NAMES for end in ("ui", "connect", "kafka",
         "registry", "transform", "server", "ui") if alias.endswith(f"-{end}")]  # fmt: skip
EVERY_SERVICE: dict[str, Any] = {service.part.key: {} for service in SERVICES if service.optional}
COMPONENTS = [service.component for service in SERVICES]
labs = st.one_of(
    st.sampled_from(["a", "meteo", *SHORT_NAMES, *COMPONENTS, *HEADS]),
    st.lists(st.sampled_from(["a", *COMPONENTS]), min_size=2, max_size=3).map("-".join),
)


def _services(key: LabKey, view_: LabView, *, wants: bool) -> list[str]:
    """The Services that a lab with everything in it wants."""
    of = lab({**EVERY_SERVICE, "access": {"shortNames": wants}}, key)
    own = [names.release(key.name, service.component) for service in SERVICES]
    aliases = [alias_of(of, view_, s) for s in wanted(of.spec) if s.alias]
    return own + [alias for alias in aliases if alias]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(labs, st.booleans()), min_size=2, max_size=3, unique_by=lambda x: x[0]))
def test_no_two_labs_want_the_same_service_whatever_they_are_called(
    here: list[tuple[str, bool]],
) -> None:
    claims = Claims()
    wanting = {LabKey("ns", name): wants for name, wants in here}
    for age, (key, wants) in enumerate(wanting.items()):
        claims.change(key, Claim(f"0{age}:00", short_names=wants))
    found = {
        key: _services(key, LabView(taken_names=claims.taken_names(key)), wants=wants)
        for key, wants in wanting.items()
    }
    for services in found.values():
        assert len(services) == len(set(services)), "not even with itself"
    for one, other in combinations(wanting, 2):
        assert set(found[one]).isdisjoint(found[other])
    for key in (key for key, wants in wanting.items() if wants):
        lost = set(SHORT_NAMES) - set(found[key])
        assert lost == claims.taken_names(key).keys(), "who loses a name is told whose it is"


def test_a_lab_named_kafka_needs_the_short_name_of_connect_for_its_own_service() -> None:
    claims = Claims()
    claims.change(LabKey("ns", "meteo"), Claim("08:00"))
    assert claims.change(LabKey("ns", "kafka"), Claim("09:00")) == [LabKey("ns", "meteo")]
    assert claims.taken_names(LabKey("ns", "meteo")) == {"kafka-connect": "ns/kafka"}
    assert "kafka-connect" not in claims.taken_names(LabKey("ns", "kafka"))


def test_a_lab_that_leaves_the_short_names_alone_has_no_second_service() -> None:
    of = lab({"access": {"shortNames": False}})
    assert {alias_of(of, view(of), service) for service in SERVICES if service.alias} == {""}
    for release in plan(of, all_ready(of), OPTIONS).releases:
        assert release.values.get("aliasService", "") == ""
    assert host_of(of, view(of), KAFKA) == "meteo-kafka"


def test_a_short_name_that_is_a_services_own_name_is_made_once() -> None:
    of = lab({"connect": {}}, LabKey("ns", "kafka"))
    assert alias_of(of, view(of), CONNECT) == ""
    assert host_of(of, view(of), CONNECT) == "kafka-connect"


def _condition(of: names.LabKey | None = None, **seen: object) -> Condition | None:
    here = lab({"connect": {}}, of) if of else lab({"connect": {}})
    there = view(here, **seen)  # type: ignore[arg-type]
    status = summarise(here, there, plan(here, there, OPTIONS), StreamingLabStatus.read(None))
    return next((c for c in status.conditions if c.type == "ShortNamesReady"), None)


def test_a_lab_that_has_its_short_names_says_nothing_of_them() -> None:
    assert _condition() is None


def test_a_lab_without_them_says_whose_they_are_and_what_to_use() -> None:
    taken = dict.fromkeys(SHORT_NAMES, "user-alice/first")
    said = _condition(taken_names=taken)
    assert said is not None
    assert (said.status, said.reason) == ("False", "NameTaken")
    assert said.message == (
        "the short names kafka, influxdb, kafka-connect lead to the lab user-alice/first: use "
        "meteo-kafka:9092, http://meteo-influxdb:8086, http://meteo-connect:8083"
    )


@pytest.mark.parametrize("reason", [Reason.NAME_TAKEN, Reason.QUOTA_EXCEEDED])
def test_what_is_in_the_way_of_a_single_one_is_said(reason: Reason) -> None:
    said = _condition(name_problems={"kafka": Culprit(reason, "Service kafka is in the way")})
    assert said is not None
    assert said.reason == reason
    assert said.message == "Service kafka is in the way; until then use meteo-kafka:9092"
