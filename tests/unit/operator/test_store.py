"""What the watches reported: who is woken, and when nobody is."""

from typing import Any

from streaminglab_operator import rooms
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed.objects import observed
from streaminglab_operator.records import LabRecord, lab_record
from streaminglab_operator.store import Store, Wakes

Json = dict[str, Any]
METEO = LabKey("user-alice", "meteo")
WETTER = LabKey("user-alice", "wetter")


class Woken(list[LabKey]):
    """Who was woken since the last look."""

    def take(self) -> list[LabKey]:
        found = list(self)
        self.clear()
        return found


def _raw(name: str = "meteo", generation: int = 1, created: str = "08:00", **more: Any) -> Json:
    metadata = {
        "namespace": "user-alice",
        "name": name,
        "uid": f"uid-{name}",
        "generation": generation,
        "creationTimestamp": f"2026-03-02T{created}:00Z",
    }
    return {"metadata": metadata | more, "spec": {}, "status": {}}


def _lab(*args: Any, status: Json | None = None, **more: Any) -> LabRecord:
    return lab_record(_raw(*args, **more) | {"status": status or {}})


def _map(
    name: str = "meteo-kafka",
    version: int = 10,
    uid: str = "u1",
    lab: str = "meteo",
    owned: str = "f:data",
) -> Json:
    return {
        "metadata": {
            "namespace": "user-alice",
            "name": name,
            "uid": uid,
            "resourceVersion": str(version),
            "labels": {"streaminglab.dev/lab": lab},
            "annotations": {"streaminglab.dev/digest": "d"},
            "managedFields": [
                {
                    "manager": "streaminglab-operator",
                    "operation": "Apply",
                    "fieldsV1": {owned: {}},
                }
            ],
        }
    }


def _store() -> tuple[Store, Woken]:
    woken = Woken()
    return Store(Wakes(woken.append)), woken


def test_a_new_lab_is_woken_and_a_status_alone_wakes_nobody() -> None:
    store, woken = _store()
    store.lab_seen(_lab())
    assert woken.take() == [METEO]
    store.lab_seen(_lab(status={"phase": "Ready"}))
    assert woken.take() == []
    store.lab_seen(_lab(generation=2))
    assert woken.take() == [METEO]


def test_the_deletion_of_a_lab_wakes_it_and_its_neighbours() -> None:
    store, woken = _store()
    store.lab_seen(_lab("meteo"))
    store.lab_seen(_lab("wetter"))
    woken.take()
    store.lab_gone(METEO, "uid-meteo")
    assert woken.take() == [METEO, WETTER]
    assert store.lab(METEO) is None
    assert len(store) == 1


def test_a_change_of_an_object_wakes_its_lab_once() -> None:
    store, woken = _store()
    store.lab_seen(_lab())
    woken.take()
    store.object_seen("ConfigMap", "ADDED", _map())
    assert woken.take() == [METEO]
    store.object_seen("ConfigMap", "MODIFIED", _map(version=11))
    assert woken.take() == [], "a new version alone decides nothing"
    store.object_seen("ConfigMap", "MODIFIED", _map(version=12, owned="f:other"))
    assert woken.take() == [METEO]


def test_objects_of_a_lab_that_waits_for_its_pass_ask_for_no_other() -> None:
    woken, soon, waits = Woken(), Woken(), [True]
    store = Store(Wakes(woken.append, soon.append, lambda _: waits[0]))
    store.lab_seen(_lab())
    woken.take()
    store.object_seen("ConfigMap", "ADDED", _map())
    assert (woken, soon) == ([], [])
    assert store.objects(METEO), "it is kept nevertheless"
    waits[0] = False
    store.object_seen("ConfigMap", "MODIFIED", _map(version=11, owned="f:other"))
    assert METEO in [*woken, *soon]


def test_an_object_of_no_lab_is_not_kept() -> None:
    store, woken = _store()
    raw = _map()
    del raw["metadata"]["labels"]
    store.object_seen("ConfigMap", "ADDED", raw)
    assert store.objects(METEO) == {}
    assert woken.take() == []


def test_older_news_do_not_replace_newer_ones() -> None:
    store, _ = _store()
    store.lab_seen(_lab())
    store.object_seen("ConfigMap", "ADDED", _map(version=12, owned="f:new"))
    newest = store.objects(METEO)[("ConfigMap", "meteo-kafka")]
    store.object_seen("ConfigMap", "MODIFIED", _map(version=11))
    assert store.objects(METEO)[("ConfigMap", "meteo-kafka")] == newest


def test_the_late_deletion_of_an_older_object_does_not_remove_its_successor() -> None:
    store, woken = _store()
    store.lab_seen(_lab())
    store.object_seen("ConfigMap", "ADDED", _map(uid="new", version=20))
    woken.take()
    store.object_seen("ConfigMap", "DELETED", _map(uid="old", version=19))
    assert ("ConfigMap", "meteo-kafka") in store.objects(METEO)
    assert woken.take() == []


def test_our_own_apply_wakes_nobody_when_the_watch_repeats_it() -> None:
    store, woken = _store()
    store.lab_seen(_lab())
    woken.take()
    store.applied(METEO, observed("ConfigMap", _map(version=11)))
    store.object_seen("ConfigMap", "MODIFIED", _map(version=11))
    assert woken.take() == []


def test_a_workload_is_not_settled_right_after_our_apply() -> None:
    store, _ = _store()
    store.lab_seen(_lab())
    raw = _map("meteo-kafka")
    raw["metadata"]["generation"] = 1
    raw["spec"] = {"replicas": 1}
    raw["status"] = {"observedGeneration": 1, "readyReplicas": 1, "updatedReplicas": 1}
    store.object_seen("StatefulSet", "ADDED", raw)
    store.applied(METEO, observed("StatefulSet", _map("meteo-kafka", version=11)))
    state: Any = store.objects(METEO)[("StatefulSet", "meteo-kafka")].state
    assert (state.ready, state.settled) == (1, False)


def test_after_a_full_list_what_was_not_in_it_is_gone() -> None:
    store, woken = _store()
    store.lab_seen(_lab())
    store.object_seen("ConfigMap", "ADDED", _map("a"))
    store.object_seen("ConfigMap", "ADDED", _map("b"))
    store.object_seen("Service", "ADDED", _map("a"))
    woken.take()
    store.relisted("ConfigMap", None, {("user-alice", "a")})
    assert set(store.objects(METEO)) == {("ConfigMap", "a"), ("Service", "a")}
    assert woken.take() == [METEO]


def test_a_full_list_of_one_namespace_says_nothing_of_another() -> None:
    store, _ = _store()
    store.lab_seen(_lab())
    store.object_seen("ConfigMap", "ADDED", _map("a"))
    store.relisted("ConfigMap", "user-bob", set())
    assert store.objects(METEO)


def test_the_oldest_lab_is_first_and_of_two_as_old_the_first_by_name() -> None:
    store, _ = _store()
    store.lab_seen(_lab("wetter", created="07:00"))
    store.lab_seen(_lab("meteo", created="08:00"))
    assert store.claims.first_in_namespace(WETTER)
    assert not store.claims.first_in_namespace(METEO)
    store.lab_seen(_lab("aster", created="07:00"))
    assert store.claims.first_in_namespace(LabKey("user-alice", "aster"))
    assert not store.claims.first_in_namespace(WETTER)


def test_a_lab_in_another_namespace_is_no_neighbour() -> None:
    store, _ = _store()
    store.lab_seen(_lab("wetter", created="07:00", namespace="user-bob"))
    store.lab_seen(_lab("meteo", created="08:00"))
    assert store.claims.first_in_namespace(METEO)


def test_an_object_that_another_lab_takes_over_leaves_the_first_one() -> None:
    store, woken = _store()
    store.lab_seen(_lab("meteo"))
    store.lab_seen(_lab("wetter"))
    store.object_seen("Service", "ADDED", _map("kafka", lab="meteo"))
    woken.take()
    store.object_seen("Service", "MODIFIED", _map("kafka", lab="wetter", version=11))
    assert ("Service", "kafka") not in store.objects(METEO)
    assert ("Service", "kafka") in store.objects(WETTER)
    assert set(woken.take()) == {METEO, WETTER}


def test_specs_of_a_namespace_have_so_much_memory_and_no_neighbour_has_less() -> None:
    """A student can make a thousand labs with specs of the largest size: none of them is looked
    after, and all are read."""
    woken = Woken()
    store = Store(Wakes(woken.append))
    store._rooms = rooms.Rooms(10 * rooms.EACH_BYTES)
    large = {"org": "x" * rooms.EACH_BYTES}
    for number in range(20):
        store.lab_event("ADDED", _raw(f"l{number}"))
    store.lab_event("ADDED", _raw("large") | {"spec": large})
    labs = [store.lab(LabKey("user-alice", f"l{n}")) for n in range(20)]
    held = [lab for lab in labs if lab is not None and lab.spec is not None]
    assert 5 < len(held) < 11
    left = labs[-1]
    assert left is not None
    assert left.left_out
    assert "l19" in left.problems[0].message
    other = _raw("l0", namespace="user-bob")
    store.lab_event("ADDED", other)
    found = store.lab(LabKey("user-bob", "l0"))
    assert found is not None
    assert found.spec is not None
    for lab in held:
        store.lab_event("DELETED", _raw(lab.key.name))
    woken.take()
    store.lab_event("MODIFIED", _raw("l19"))
    assert woken.take() == [LabKey("user-alice", "l19")], "it has a place now, and nothing else new"
    again = store.lab(LabKey("user-alice", "l19"))
    assert again is not None
    assert again.spec is not None


def test_of_labs_that_come_and_go_no_room_is_kept() -> None:
    found = rooms.Rooms()
    for size in (10, 1000, 10):
        assert found.take(METEO, size)
        assert found.take(WETTER, size)
    found.leave(METEO)
    found.leave(WETTER)
    found.leave(WETTER)
    assert vars(found) == vars(rooms.Rooms())
