"""Credentials follow from the master key: the same again for the same lab, and for no other."""

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.names import LabKey
from streaminglab_operator.plan.master_key import MasterKey
from streaminglab_operator.plan.seals import Keeper, Sealed

MASTER = MasterKey(b"SECRET-one-master-key-of-many")
OTHER = MasterKey(b"SECRET-another-master-key")
LAB = LabKey("user-alice", "meteo")
WORDS = st.text(st.characters(codec="utf-8"), max_size=40)
KEYS = st.dictionaries(WORDS.filter(bool), WORDS.filter(bool), max_size=8)
COUNTS = st.integers(0, 10**9 - 1)


def test_the_password_of_a_lab_is_the_same_in_every_version() -> None:
    """A lab's volumes know these very texts: a change here locks every lab out."""
    assert MASTER.password(LAB, "page-password") == "n160zHjA_sM4uFV5WgMY9Zt3pbwd9ZBeE9L9vJZ4ZCY"
    assert MASTER.password(LAB, "page-password", 1) == "qGV7J4EnJWbp1rLZ5qw9sIQR0K_TZu6AWof0GvTQ1D4"
    assert (
        MASTER.password(LAB, "mongodb-keyfile", hexadecimal=True)[:32]
        == "3537d849ad7a2b81ec4932b84fc41536"
    )
    assert MASTER.id == "9fb4064f5e440436"


def test_neither_the_key_nor_its_id_show_the_master_key() -> None:
    assert "SECRET" not in repr(MASTER) + repr(Keeper(MASTER, LAB))
    assert re.fullmatch("[0-9a-f]{16}", MASTER.id)
    assert MASTER.id != OTHER.id


def test_a_password_fits_where_it_goes() -> None:
    assert re.fullmatch("[A-Za-z0-9_-]{43}", MASTER.password(LAB, "x"))
    assert re.fullmatch("[0-9a-f]{128}", MASTER.password(LAB, "x", hexadecimal=True))


@given(st.lists(st.tuples(WORDS, WORDS, WORDS, st.integers(0, 9)), min_size=2, unique=True))
def test_no_two_labs_keys_or_epochs_share_a_password(
    places: list[tuple[str, str, str, int]],
) -> None:
    drawn = {MASTER.password(LabKey(ns, lab), name, epoch) for ns, lab, name, epoch in places}
    assert len(drawn) == len(places)
    assert not drawn & {OTHER.password(LabKey(ns, lab), k, epoch) for ns, lab, k, epoch in places}


@given(KEYS, COUNTS, COUNTS, COUNTS, WORDS)
def test_what_was_sealed_is_read_again(
    values: dict[str, str], epoch: int, influxdb: int, revoked: int, rotation: str
) -> None:
    keeper = Keeper(MASTER, LAB)
    text = keeper.write(Sealed("", epoch, rotation, influxdb, revoked), values)
    found = keeper.read(text)
    assert found is not None
    numbers = (found.epoch, found.influxdb, found.revoked, found.rotation, found.key)
    assert numbers == (epoch, influxdb, revoked, rotation, MASTER.id)
    assert keeper.intact(found, values) == values
    assert not any(value in text for value in values.values() if len(value) > 20)


@given(KEYS.filter(bool), st.data())
def test_a_value_that_was_changed_is_not_the_operators(
    values: dict[str, str], data: st.DataObject
) -> None:
    keeper = Keeper(MASTER, LAB)
    sealed = keeper.read(keeper.write(Sealed(), values))
    assert sealed is not None
    name = data.draw(st.sampled_from(sorted(values)))
    changed = {**values, name: data.draw(WORDS.filter(lambda w: w and w != values[name]))}
    assert keeper.intact(sealed, changed) == {k: v for k, v in values.items() if k != name}
    swapped = {**values, name + "x": values[name]}
    assert name + "x" not in keeper.intact(sealed, swapped)


def test_seals_of_another_lab_or_epoch_are_worth_nothing() -> None:
    values = {"page-password": "mine"}
    text = Keeper(MASTER, LAB).write(Sealed(epoch=1), values)
    assert Keeper(MASTER, LabKey("user-bob", "meteo")).read(text) is None
    assert Keeper(MASTER, LAB).read(text.replace('"epoch":1', '"epoch":7')) is None
    lost = Keeper(OTHER, LAB).read(text)
    assert lost is not None
    assert lost.key == MASTER.id, "sealed with a master key that is lost: as it says"
    assert Keeper(OTHER, LAB).intact(lost, values) == {}


@given(
    st.one_of(
        st.text(max_size=60),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | WORDS,
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
            max_leaves=8,
        ).map(json.dumps),
    )
)
def test_an_annotation_that_anybody_wrote_is_read_as_none(text: str) -> None:
    assert Keeper(MASTER, LAB).read(text) is None
