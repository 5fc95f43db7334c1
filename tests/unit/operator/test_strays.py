"""Objects with the label of a lab that nobody knows: so many, and of one namespace a share."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.names import LabKey
from streaminglab_operator.store import MAX_OBJECTS, Store, Wakes
from streaminglab_operator.strays import Stray, Strays


def _stray(namespace: str, number: int) -> Stray:
    return LabKey(namespace, "ghost"), ("ConfigMap", f"c{number}")


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 9), st.integers(1, 60))))
def test_the_bytes_are_bounded_in_all_and_by_namespace(
    reported: list[tuple[str, int, int]],
) -> None:
    strays, kept = Strays(most=100), dict[Stray, int]()
    for namespace, number, size in reported:
        stray = _stray(namespace, number)
        kept[stray] = size
        for gone in strays.note(stray, size):
            del kept[gone]
        assert len(strays) == len(kept)
        assert sum(kept.values()) <= 100
        for each in "abcdef":
            assert sum(s for (key, _), s in kept.items() if key.namespace == each) <= 25


def test_the_oldest_go_and_those_of_another_namespace_stay() -> None:
    strays = Strays(most=40)
    assert strays.note(_stray("b", 0), 10) == []
    assert [strays.note(_stray("a", n), 5) for n in range(3)] == [[], [], [_stray("a", 0)]]


def test_what_was_forgotten_takes_no_room() -> None:
    strays = Strays(most=40)
    for number in range(10):
        strays.note(_stray("a", number), 10)
        strays.forget(_stray("a", number))
    assert len(strays) == 0
    assert strays.note(_stray("a", 0), 10) == []


def _map(lab: str, number: int) -> dict[str, Any]:
    return {
        "metadata": {
            "namespace": "ns",
            "name": f"c{number}",
            "uid": f"u{number}",
            "resourceVersion": "1",
            "labels": {"streaminglab.dev/lab": lab},
        }
    }


def _lab(name: str) -> dict[str, Any]:
    return {"metadata": {"namespace": "ns", "name": name, "uid": "u", "generation": 1}, "spec": {}}


class Listing:
    """A store with room for a few strays of each namespace, and how often it asked for a list."""

    def __init__(self) -> None:
        self.lists = 0
        strays = Strays(most=16_000)
        self.store = Store(Wakes(lambda _: None), strays=strays, list_again=self._again)

    def _again(self) -> None:
        self.lists += 1

    def see(self, lab: str, count: int) -> None:
        for number in range(count):
            self.store.object_seen("ConfigMap", "ADDED", _map(lab, number))

    def kept(self, lab: str) -> int:
        return len(self.store.objects(LabKey("ns", lab)))


def test_objects_of_a_lab_that_nobody_knows_are_bounded() -> None:
    listing = Listing()
    listing.see("ghost", 1000)
    assert 0 < listing.kept("ghost") <= 4


def test_objects_that_come_before_their_lab_are_its_and_those_dropped_are_listed_again() -> None:
    listing = Listing()
    listing.see("meteo", 3)
    listing.store.lab_event("ADDED", _lab("meteo"))
    assert (listing.kept("meteo"), listing.lists) == (3, 0)
    listing.see("ghost", 50)
    listing.store.lab_event("ADDED", _lab("ghost"))
    assert listing.lists == 1
    listing.see("ghost", 50)
    assert listing.kept("ghost") == 50


def test_what_a_lab_leaves_behind_is_bounded_too() -> None:
    listing = Listing()
    listing.store.lab_event("ADDED", _lab("meteo"))
    listing.see("meteo", 50)
    listing.store.lab_event("DELETED", _lab("meteo"))
    assert 0 < listing.kept("meteo") <= 4
    listing.store.relisted("ConfigMap", None, set())
    assert listing.kept("meteo") == 0


def test_of_one_lab_so_many_objects_are_kept_and_those_known_stay_up_to_date() -> None:
    listing = Listing()
    listing.store.lab_event("ADDED", _lab("meteo"))
    listing.see("meteo", MAX_OBJECTS + 10)
    assert listing.kept("meteo") == MAX_OBJECTS
    gone = _map("meteo", 0)
    listing.store.object_seen("ConfigMap", "DELETED", gone)
    assert listing.kept("meteo") == MAX_OBJECTS - 1


def _ingress(lab: str, number: int) -> dict[str, Any]:
    rules = [{"host": f"{number}-{i}".ljust(250, "x")} for i in range(100)]
    return _map(lab, number) | {"spec": {"rules": rules}}


def test_what_the_objects_of_one_lab_take_is_bounded_and_room_comes_back() -> None:
    """An Ingress of the largest size takes some 16 KB, and of these a lab could have thousands."""
    listing = Listing()
    listing.store.lab_event("ADDED", _lab("meteo"))
    for number in range(500):
        listing.store.object_seen("Ingress", "ADDED", _ingress("meteo", number))
    kept = listing.kept("meteo")
    assert 50 < kept < 300
    for number in range(500):
        listing.store.object_seen("Ingress", "DELETED", _ingress("meteo", number))
    assert not listing.store._bytes
    listing.see("meteo", 400)
    assert listing.kept("meteo") == 400


def test_objects_of_a_lab_that_is_one_too_many_are_bounded_until_it_has_its_turn() -> None:
    listing, ghost = Listing(), LabKey("ns", "b")
    listing.store = Store(
        Wakes(lambda _: None),
        strays=Strays(most=16_000),
        list_again=listing._again,
        most_labs=1,
    )
    labs = [_lab(name) for name in ("a", "b")]
    for lab in labs:
        lab["metadata"]["uid"] = lab["metadata"]["name"]
        listing.store.lab_event("ADDED", lab)
    listing.see("b", 50)
    assert 0 < len(listing.store.objects(ghost)) <= 4
    listing.store.lab_event("DELETED", labs[0])
    assert listing.lists == 1
    listing.see("b", 50)
    assert len(listing.store.objects(ghost)) == 50
