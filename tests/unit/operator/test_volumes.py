"""What becomes of a volume claim, as a pure function of what was seen of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.names import FIELD_MANAGER
from streaminglab_operator.observed import (
    ClaimState,
    ClaimTemplate,
    Growth,
    LabView,
    Observed,
)
from streaminglab_operator.observed.objects import observed
from streaminglab_operator.observed.quantity import bytes_of
from streaminglab_operator.placeholders import Identity
from streaminglab_operator.plan.volumes import (
    NO_STEP,
    ClaimStep,
    Volume,
    goes,
    left_over,
    made_with,
    next_step,
    volume,
)
from streaminglab_operator.render import Manifest, personalise, template, templates
from streaminglab_operator.schema import units
from streaminglab_operator.status.volumes import volume_troubles
from tests.labs import item
from tests.strategies import text_of

LAB, SET = ("StreamingLab", "uid-lab"), ("StatefulSet", "uid-set")
FORMER = ("StreamingLab", "uid-former")
NAME = "data-meteo-postgresql-0"
SIZES = text_of(units.STORAGE)
CLASSES = st.sampled_from(["", "fast", "slow"])
BOUND = ClaimState(bound=True, asked="1Gi", size="1Gi", owners=(LAB,))


def _wanted(size: str = "1Gi", *, kept: bool = False) -> Volume:
    manifest = Manifest("v1", "PersistentVolumeClaim", NAME, "user-alice", "d", "{}")
    return Volume("postgresql", manifest, size, kept)


def _item(state: ClaimState, component: str = "postgresql") -> Observed:
    return item("PersistentVolumeClaim", NAME, component, state)


def _view(*items: Observed) -> LabView:
    return LabView({(o.kind, o.name): o for o in items})


@given(SIZES, SIZES, st.booleans())
def test_a_bound_volume_is_asked_to_grow_and_never_to_shrink(
    want: str, have: str, kept: bool
) -> None:
    owners = () if kept else (LAB,)
    state = replace(BOUND, asked=have, size=have, owners=owners)
    larger = (bytes_of(want) or 0) > (bytes_of(have) or 0)
    assert next_step(_wanted(want, kept=kept), state, "uid-lab") == (
        ClaimStep(size=want) if larger else NO_STEP
    )


@given(SIZES, SIZES, st.sampled_from([(), (LAB,), (SET,), (LAB, SET)]), st.booleans())
def test_a_claim_without_a_volume_is_written_by_nobody(
    want: str, have: str, owners: tuple[tuple[str, str], ...], kept: bool
) -> None:
    """The scheduler and the provisioner write it then."""
    state = ClaimState(bound=False, asked=have, fresh=True, owners=owners)
    step = next_step(_wanted(want, kept=kept), state, "uid-lab")
    assert (step.size, step.join, step.leave) == ("", False, ())
    assert step.again is (bytes_of(want) != bytes_of(have))


@given(SIZES, SIZES)
def test_a_claim_that_had_a_volume_is_never_made_anew(want: str, have: str) -> None:
    lost = ClaimState(bound=False, asked=have, fresh=False, owners=(LAB,))
    assert next_step(_wanted(want), lost, "uid-lab") == NO_STEP


@given(CLASSES, CLASSES, st.booleans(), st.booleans())
def test_a_class_is_changed_while_there_is_no_volume_and_told_when_there_is(
    want: str, have: str, asked: bool, bound: bool
) -> None:
    """Of which class the default is nobody knows: it is right, unless a name was asked for."""
    wanted = replace(_wanted(), class_name=want)
    differs = want != have if want else asked and bool(have)
    state = replace(BOUND, class_name=have, class_asked=asked, bound=bound, fresh=not bound)
    again = next_step(wanted, state, "uid-lab").again
    said = volume_troubles([wanted], _view(_item(state)), {})
    assert again is (differs and not bound)
    expected = ["VolumeCannotMove"] if differs and bound else []
    # Without a class in the claim the cluster has no default one.
    expected += ["VolumeWithoutClass"] if not (bound or want or have) else []
    assert [c.reason for c in said] == expected


@pytest.mark.parametrize(
    ("component", "want", "have", "words"),
    [
        (
            "postgresql",
            "fast",
            "standard",
            "is of StorageClass standard, and spec.postgresql.storageClassName asks for fast: no "
            "volume changes its class. To keep its data, set it to standard. To give its data up, "
            "take spec.postgresql out, then kubectl delete pvc",
        ),
        ("postgresql", "", "slow", "asks for the cluster's default: no volume changes"),
        ("postgresql", "fast", "", "is of no StorageClass"),
        ("postgresql", "fast", "", "To keep its data, take it out of the spec."),
        ("kafka", "fast", "slow", "To give its data up, delete the lab, then kubectl delete pvc"),
        ("influxdb", "fast", "slow", "spec.influxdb.storageClassName asks for fast"),
    ],
)
def test_a_volume_of_another_class_is_told_with_two_ways_out(
    component: str, want: str, have: str, words: str
) -> None:
    wanted = replace(_wanted(), component=component, class_name=want)
    state = replace(BOUND, class_name=have, class_asked=True)
    (said,) = volume_troubles([wanted], _view(_item(state)), {})
    assert words in said.message


def test_another_class_and_another_size_are_both_told() -> None:
    state = replace(BOUND, class_name="slow")
    found = volume_troubles([replace(_wanted("5Gi"), class_name="fast")], _view(_item(state)), {})
    assert [c.reason for c in found] == ["VolumeCannotMove", "VolumeGrowing"]


@pytest.mark.parametrize(
    ("owners", "kept", "expected"),
    [
        ((LAB,), False, NO_STEP),
        ((), False, ClaimStep(join=True)),
        ((SET,), False, ClaimStep(join=True)),
        ((LAB, SET), False, NO_STEP),
        ((), True, NO_STEP),
        ((LAB,), True, ClaimStep(leave=("uid-lab",))),
        ((LAB, SET), True, ClaimStep(leave=("uid-lab", "uid-set"))),
        ((("Backup", "uid-backup"),), True, NO_STEP),
    ],
)
def test_what_is_kept_has_no_owner_and_what_goes_has_the_lab(
    owners: tuple[tuple[str, str], ...], kept: bool, expected: ClaimStep
) -> None:
    state = replace(BOUND, owners=owners)
    assert next_step(_wanted(kept=kept), state, "uid-lab") == expected


@pytest.mark.parametrize(
    ("owners", "deleting", "expected"),
    [
        ((), False, False),
        ((), True, True),
        ((LAB,), False, False),
        ((LAB,), True, True),
        ((SET,), False, False),
        ((("StatefulSet", "uid-former-set"),), False, True),
        ((FORMER,), False, True),
        ((FORMER, LAB), False, False),
        ((("Backup", "uid-backup"),), False, False),
    ],
)
def test_a_claim_of_a_former_lab_is_on_its_way_out(
    owners: tuple[tuple[str, str], ...], deleting: bool, expected: bool
) -> None:
    state = replace(BOUND, owners=owners)
    found = replace(_item(state), deleting=deleting)
    assert goes(found, state, "uid-lab", {"uid-set"}) is expected


@given(
    st.sampled_from([(), (LAB,), (SET,), (FORMER,)]),
    st.sets(st.sampled_from(["kafka", "postgresql", "influxdb"])),
    st.sets(st.sampled_from(["kafka", "postgresql", "influxdb"])),
    st.booleans(),
)
def test_only_the_labs_own_claims_of_services_that_are_gone_are_deleted(
    owners: tuple[tuple[str, str], ...], planned: set[str], kept: set[str], deleting: bool
) -> None:
    found = replace(_item(replace(BOUND, owners=owners)), deleting=deleting)
    gone = left_over(_view(found), planned, kept, "uid-lab")
    expected = owners == (LAB,) and "postgresql" not in planned | kept and not deleting
    assert gone == ([found] if expected else [])


def _said(want: str, state: ClaimState) -> str:
    found = volume_troubles([_wanted(want)], _view(_item(state)), {})
    return found[0].reason if found else ""


@given(SIZES, SIZES, SIZES)
def test_a_size_is_told_exactly_where_it_is_not_the_one_asked_for(
    want: str, asked: str, have: str
) -> None:
    sizes = [bytes_of(text) or 0 for text in (want, asked, have)]
    said = _said(want, replace(BOUND, asked=asked, size=have))
    if sizes[1] > sizes[0]:
        assert said == "VolumeCannotShrink"
    else:
        assert said == ("VolumeGrowing" if sizes[2] < sizes[0] else "")


def test_a_volume_that_was_rounded_up_is_as_it_was_asked_for() -> None:
    assert _said("100Mi", replace(BOUND, asked="100Mi", size="1Gi")) == ""


def test_what_stands_comes_before_what_goes_on_by_itself() -> None:
    other = replace(
        _wanted("5Gi"), manifest=replace(_wanted().manifest, name="data-meteo-kafka-0-0")
    )
    failing = replace(BOUND, asked="5Gi", growth=Growth.FAILING, said="pool is full")
    growing = item(
        "PersistentVolumeClaim", "data-meteo-kafka-0-0", "kafka", replace(BOUND, asked="5Gi")
    )
    found = volume_troubles([other, _wanted("5Gi")], _view(growing, _item(failing)), {})
    assert [c.reason for c in found] == ["VolumeCannotGrow", "VolumeGrowing"]
    assert "pool is full" in found[0].message


CLAIM: dict[str, Any] = {
    "metadata": {"name": NAME, "uid": "u", "resourceVersion": "3"},
    "spec": {
        "resources": {"requests": {"storage": "2Gi"}},
        "storageClassName": "fast",
        "volumeName": "pv-1",
    },
    "status": {"phase": "Bound", "capacity": {"storage": "1Gi"}},
}


@pytest.mark.parametrize(
    ("more", "growth"),
    [
        ({}, Growth.NONE),
        ({"conditions": [{"type": "Resizing", "status": "True"}]}, Growth.NONE),
        (
            {"conditions": [{"type": "FileSystemResizePending", "status": "True"}]},
            Growth.WAITS_FOR_POD,
        ),
        ({"conditions": [{"type": "FileSystemResizePending", "status": "False"}]}, Growth.NONE),
        ({"conditions": [{"type": "ControllerResizeError", "status": "True"}]}, Growth.FAILING),
        ({"conditions": [{"type": "NodeResizeError", "status": "True"}]}, Growth.FAILING),
        ({"allocatedResourceStatuses": {"storage": "NodeResizeInfeasible"}}, Growth.FAILING),
        ({"allocatedResourceStatuses": {"storage": "NodeResizePending"}}, Growth.NONE),
        ({"conditions": None, "allocatedResourceStatuses": None}, Growth.NONE),
    ],
)
def test_a_claim_is_read_as_the_api_server_gives_it(more: dict[str, Any], growth: Growth) -> None:
    state = observed("PersistentVolumeClaim", CLAIM | {"status": CLAIM["status"] | more}).state
    assert isinstance(state, ClaimState)
    assert (state.bound, state.fresh) == (True, False)
    assert (state.asked, state.size, state.class_name) == ("2Gi", "1Gi", "fast")
    assert state.growth is growth


@pytest.mark.parametrize(
    ("manager", "fields", "asked"),
    [
        (FIELD_MANAGER, {"f:spec": {"f:storageClassName": {}}}, True),
        (FIELD_MANAGER, {"f:spec": {"f:resources": {}}}, False),
        (FIELD_MANAGER, {"f:metadata": {}}, False),
        ("kube-controller-manager", {"f:spec": {"f:storageClassName": {}}}, True),
        ("kubectl-create", {"f:spec": {"f:storageClassName": {}}}, False),
        (FIELD_MANAGER, None, False),
    ],
)
def test_a_class_that_was_asked_for_is_told_from_the_default(
    manager: str, fields: dict[str, Any] | None, asked: bool
) -> None:
    managed = [{"manager": manager, "operation": "Apply", "fieldsV1": fields}]
    raw = CLAIM | {"metadata": CLAIM["metadata"] | {"managedFields": managed}}
    state = observed("PersistentVolumeClaim", raw).state
    assert isinstance(state, ClaimState)
    assert (state.class_name, state.class_asked) == ("fast", asked)


@pytest.mark.parametrize(
    ("phase", "named", "fresh"),
    [("Pending", "", True), ("", "", True), ("Pending", "pv-1", False), ("Lost", "pv-1", False)],
)
def test_a_claim_is_fresh_while_it_has_no_volume(phase: str, named: str, fresh: bool) -> None:
    spec = {**CLAIM["spec"], "volumeName": named}
    status = {"phase": phase} if phase else {}
    state = observed("PersistentVolumeClaim", CLAIM | {"spec": spec, "status": status}).state
    assert isinstance(state, ClaimState)
    assert (state.bound, state.fresh) == (False, fresh)


IDENTITY = Identity("meteo", "user-alice", "uid-lab", "c", operator="ops")


def _set(size: str, when_deleted: str, replicas: int = 1, class_name: str = "") -> dict[str, Any]:
    requests: dict[str, Any] = {"resources": {"requests": {"storage": size}}}
    if class_name:
        requests["storageClassName"] = class_name
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "slab0lab-postgresql"},
        "spec": {
            "replicas": replicas,
            "persistentVolumeClaimRetentionPolicy": {"whenDeleted": when_deleted},
            "volumeClaimTemplates": [
                {"metadata": {"name": "data", "labels": {"a": "b"}}, "spec": requests}
            ],
        },
    }


@pytest.mark.parametrize("replicas", [0, 1, 2])
@pytest.mark.parametrize("when_deleted", ["Delete", "Retain"])
def test_a_stateful_set_comes_with_the_claims_of_its_pods(when_deleted: str, replicas: int) -> None:
    found = personalise(templates(_set("1Gi", when_deleted, replicas)), IDENTITY)
    *claims, workload = found
    assert workload.kind == "StatefulSet"
    assert '"whenDeleted":"Retain"' in workload.body
    names = [f"data-meteo-postgresql-{n}" for n in range(max(1, replicas))]
    assert [claim.name for claim in claims] == names
    wanted = [volume("postgresql", claim) for claim in claims]
    assert {(v.size, v.kept) for v in wanted} == {("1Gi", when_deleted == "Retain")}
    assert all(v.field == "spec.postgresql.storage" for v in wanted)


@given(SIZES, SIZES)
def test_a_stateful_set_that_is_there_keeps_the_size_it_was_made_with(old: str, new: str) -> None:
    before = personalise(templates(_set(old, "Delete")), IDENTITY)[-1]
    made = {"meteo-postgresql": {"data": ClaimTemplate(old)}}
    *claims, after = personalise(templates(_set(new, "Delete")), IDENTITY, made)
    if bytes_of(old) == bytes_of(new):
        after_as_rendered = personalise(templates(_set(new, "Delete")), IDENTITY)[-1]
        assert after == after_as_rendered
    else:
        assert after == before, "nothing of it is written"
    assert volume("postgresql", claims[0]).size == new


@pytest.mark.parametrize("site", ["standard", "fast"])
@pytest.mark.parametrize("have", ["standard", "fast"])
def test_a_class_that_the_spec_does_not_name_is_asked_of_new_volumes_alone(
    have: str, site: str
) -> None:
    claim = personalise(templates(_set("1Gi", "Delete", class_name=site)), IDENTITY)[0]
    state = ClaimState(bound=True, asked="1Gi", class_name=have, class_asked=True)
    assert not volume("postgresql", claim, no_class=True).of_another_class(state)
    assert volume("postgresql", claim).of_another_class(state) == (have != site)


@given(CLASSES, CLASSES, st.sampled_from(["1Gi", "2Gi"]))
def test_a_stateful_set_that_is_there_keeps_the_class_it_was_made_with(
    old: str, new: str, size: str
) -> None:
    before = personalise(templates(_set("1Gi", "Delete", class_name=old)), IDENTITY)[-1]
    made = {"meteo-postgresql": {"data": ClaimTemplate("1Gi", old)}}
    rendered = templates(_set(size, "Delete", class_name=new))
    *claims, after = personalise(rendered, IDENTITY, made)
    assert after == before, "nothing of it is written"
    found = volume("postgresql", claims[0])
    assert (found.size, found.class_name) == (size, new)
    assert found.class_field == "spec.postgresql.storageClassName"


@pytest.mark.parametrize("class_name", ["", "fast"])
def test_claims_are_read_from_the_stateful_set_that_is_there(class_name: str) -> None:
    raw = _set("7Gi", "Delete", class_name=class_name)
    raw["metadata"] = {"name": "meteo-postgresql", "uid": "u", "resourceVersion": "3"}
    view = _view(observed("StatefulSet", raw))
    assert made_with(view) == {"meteo-postgresql": {"data": ClaimTemplate("7Gi", class_name)}}


def test_what_has_no_claims_is_rendered_as_before() -> None:
    document = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}}
    assert templates(document) == (template(document),)
