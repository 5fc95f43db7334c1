"""A lab at the store's door: what is kept of it, and when it is parsed anew."""

import gc
from typing import Any

import pytest

from streaminglab_operator import records
from streaminglab_operator.api import Problem, StreamingLabSpec, StreamingLabStatus
from streaminglab_operator.names import LabKey
from streaminglab_operator.records import lab_record
from streaminglab_operator.schema.shared import MAX_SOUND, Shared
from streaminglab_operator.schema.validation import broken_rules

Json = dict[str, Any]


def _raw(spec: Json | None = None, generation: int = 1, **more: Any) -> Json:
    metadata: Json = {
        "namespace": "user-alice",
        "name": "meteo",
        "uid": "u",
        "generation": generation,
        "creationTimestamp": "2026-03-02T08:00:00Z",
        "managedFields": [{"manager": "kubectl"}],
    }
    return {"metadata": metadata | more, "spec": spec or {}}


def test_a_lab_is_parsed_with_its_defaults() -> None:
    record = lab_record(_raw({"profile": "nano"}))
    assert (record.key, record.uid, record.generation) == (LabKey("user-alice", "meteo"), "u", 1)
    assert record.spec is not None and record.spec.profile == "nano"
    assert (record.problems, record.deleting, record.status()) == (
        (),
        False,
        StreamingLabStatus(),
    )
    assert record.created == "2026-03-02T08:00:00Z"


def test_a_spec_of_a_wrong_shape_is_kept_as_its_problems() -> None:
    record = lab_record(_raw({"kafka": {"brokers": "three"}, "nonsense": 1}))
    assert record.spec is None
    assert {p.field for p in record.problems} == {"spec.kafka.brokers", "spec.nonsense"}


def test_a_spec_is_parsed_once_for_each_generation() -> None:
    first = lab_record(_raw())
    again = lab_record(_raw() | {"status": {"phase": "Ready"}}, first)
    assert again.spec is first.spec
    assert again.status().phase == "Ready"
    edited = lab_record(_raw({"profile": "nano"}, generation=2), again)
    assert edited.spec is not None and edited.spec.profile == "nano"
    other = lab_record(_raw({"profile": "nano"}, uid="another"), first)
    assert other.spec is not None and other.spec.profile == "nano"


def test_labs_of_equal_specs_have_one_while_one_of_them_is_there() -> None:
    shared = Shared[StreamingLabSpec]()
    spec: Json = {"kafka": {"brokers": 3}, "profile": "nano"}
    one = lab_record(_raw(spec), shared=shared)
    other = lab_record(_raw(spec | {}, namespace="user-bob", uid="v"), shared=shared)
    assert one.spec is other.spec
    assert one.spec is not None and other.spec is not None
    assert (one.spec.profile, one.spec.kafka.brokers) == ("nano", 3)
    edited = lab_record(_raw(spec | {"profile": "small"}, generation=2), one, shared=shared)
    assert edited.spec is not None and edited.spec.profile == "small"
    assert other.spec.profile == "nano"
    assert len(shared) == 2
    del one, other, edited
    gc.collect()
    assert not len(shared)


def test_what_stands_in_no_text_alike_is_not_shared() -> None:
    shared = Shared[StreamingLabSpec]()
    texts = ["\udcff", "\udcfe", "\ud83d", "?", "\N{REPLACEMENT CHARACTER}"]
    found = [lab_record(_raw({"influxdb": {"org": text}}), shared=shared) for text in texts]
    said = [record.spec or tuple(p.message for p in record.problems) for record in found]
    assert all(said)
    assert len({id(record.spec) for record in found if record.spec}) == sum(
        record.spec is not None for record in found
    )
    for spec in ({"inject": {"points": 1}}, {"inject": {"points": True}}):
        record = lab_record(_raw(spec), shared=shared)
        assert (record.spec is None) == (spec["inject"]["points"] is True)


def test_the_same_spec_is_checked_once_for_each_name_while_it_is_sound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checked: list[str] = []

    def rules(kind: Any, spec: Any, name: str) -> Any:
        checked.append(name)
        return broken_rules(kind, spec, name=name)

    monkeypatch.setattr(records, "broken_rules", rules)
    shared = Shared[StreamingLabSpec]()
    kept = [lab_record(_raw(name=name), shared=shared) for name in ("a", "b", "a", "b")]
    assert checked == ["a", "b"]
    assert not any(record.problems for record in kept)
    wrong = [lab_record(_raw(name="m" * 60), shared=shared) for _ in range(2)]
    assert checked[2:] == ["m" * 60] * 2
    assert wrong[0].problems == wrong[1].problems != ()


def test_of_what_is_sound_so_much_is_remembered() -> None:
    shared = Shared[StreamingLabSpec]()
    kept = [lab_record(_raw(name=f"lab-{i}"), shared=shared) for i in range(MAX_SOUND + 5)]
    assert len({id(record.spec) for record in kept}) == len(shared) == 1
    assert len(shared._sound) == MAX_SOUND


def test_a_shared_spec_is_refused_by_the_name_of_each_lab() -> None:
    shared = Shared[StreamingLabSpec]()
    short, long = (lab_record(_raw(name=name), shared=shared) for name in ("meteo", "m" * 60))
    assert short.spec is long.spec is not None
    assert not short.problems
    assert long.problems


def test_a_spec_is_checked_by_the_rules_once_for_each_generation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checked: list[str] = []

    def counting(*args: Any, **more: Any) -> list[Problem]:
        checked.append(more["name"])
        return broken_rules(*args, **more)

    monkeypatch.setattr(records, "broken_rules", counting)
    first = lab_record(_raw({"influxdb": {"retention": "7 days"}}))
    assert first.spec is not None
    assert [p.field for p in first.problems] == ["spec.influxdb.retention"]
    again = lab_record(_raw({"influxdb": {"retention": "7 days"}}), first)
    assert again.problems is first.problems
    assert checked == ["meteo"]
    lab_record(_raw({"influxdb": {"retention": "7d"}}, generation=2), again)
    assert len(checked) == 2


def test_a_pass_is_asked_for_by_all_but_the_status_and_the_records_of_managers() -> None:
    asked = lab_record(_raw()).asked
    assert lab_record(_raw(managedFields=[], resourceVersion="9")).asked == asked
    assert lab_record(_raw() | {"status": {"phase": "Ready"}}).asked == asked
    for change in (
        {"generation": 2},
        {"uid": "another"},
        {"annotations": {"again": "please"}},
        {"deletionTimestamp": "2026-03-02T09:00:00Z"},
    ):
        assert lab_record(_raw(**change)).asked != asked


def test_a_lab_that_is_being_deleted_says_so() -> None:
    assert lab_record(_raw(deletionTimestamp="2026-03-02T09:00:00Z")).deleting


def test_of_exercises_of_any_size_so_much_is_read() -> None:
    """Whoever comes by the account of a lab's page writes them, and each pass would read them: a
    megabyte held the event loop for half a second."""
    items = [{"name": str(n), "state": "todo"} for n in range(30_000)]
    status: Json = {"phase": "Ready", "exercises": {"set": "000", "summary": "", "items": items}}
    large = lab_record(_raw() | {"status": status})
    assert len(large.stored) < records.MAX_EXERCISES_BYTES
    assert large.status().phase == "Ready"
    assert large.status().exercises is not None, "so that they go with spec.exercises"
    del items[60:]
    usual = lab_record(_raw() | {"status": status}).status()
    assert usual.exercises is not None
    assert len(usual.exercises.items) == 60
