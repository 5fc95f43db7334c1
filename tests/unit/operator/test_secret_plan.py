"""The Secret is a cache: whatever becomes of it, the same credentials come back."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.plan.credentials import KNOWN, TOKENS, drawn
from streaminglab_operator.plan.master_key import MasterKey
from streaminglab_operator.plan.seals import Keeper, Sealed
from streaminglab_operator.plan.secret import Known, secret
from tests.labs import KEY, lab

MASTER = MasterKey(b"SECRET-one-master-key-of-many")
KEEPER = Keeper(MASTER, KEY)
LAB = lab({"postgresql": {}, "mongodb": {}, "jupyter": {}, "page": {}})
FIRST = secret(LAB, KEEPER, Known())
FULL = {**FIRST.values, **{name: f"drawn-by-influxdb-{name}" for name in TOKENS}}
SEALS = KEEPER.write(FIRST.sealed, FULL)
DERIVED = sorted(drawn(LAB))

damage = st.dictionaries(
    st.sampled_from(sorted(FULL)), st.none() | st.text(min_size=1, max_size=50), min_size=1
)
"""By key: another value, or none."""


def _damaged(values: Mapping[str, str], by: Mapping[str, str | None]) -> dict[str, str]:
    return {k: v for k, v in {**values, **by}.items() if v is not None}


def test_a_new_labs_credentials_follow_from_the_master_key() -> None:
    assert FIRST.put_back == ()
    for name in DERIVED:
        assert FIRST.values[name] == KEEPER.derived(Sealed(), name)
    assert FIRST.values["mongodb-password"] in FIRST.values["mongodb-uri"]


@given(damage, st.booleans(), st.booleans())
def test_whatever_is_damaged_comes_back_the_same(
    by: dict[str, str | None], annotation: bool, remembers: bool
) -> None:
    """``annotation``: the seals in the Secret survive; those in the status always do."""
    stored = _damaged(FULL, by)
    seals = (SEALS, SEALS) if annotation else (SEALS, "garbage")
    known = Known(stored, seals, FULL if remembers else {})
    found = secret(LAB, KEEPER, known)
    assert {name: found.values[name] for name in DERIVED} == {n: FULL[n] for n in DERIVED}
    hurt = {k for k, v in by.items() if v != FULL[k]}
    assert set(found.put_back) == hurt
    for name in TOKENS:
        kept = remembers or name not in hurt
        assert found.values.get(name) == (FULL[name] if kept else None), "InfluxDB is asked for it"


@given(st.booleans())
def test_a_secret_that_is_gone_comes_back_the_same(in_status: bool) -> None:
    found = secret(LAB, KEEPER, Known(None, (SEALS,) if in_status else ()))
    assert {name: found.values[name] for name in DERIVED} == {n: FULL[n] for n in DERIVED}
    assert bool(found.put_back) == in_status


@given(st.dictionaries(st.sampled_from(DERIVED), st.text(min_size=1, max_size=50)))
def test_an_older_operators_secret_keeps_what_it_has_and_is_watched_from_then_on(
    drawn_once: dict[str, str],
) -> None:
    stored = {**FULL, **drawn_once}
    found = secret(LAB, KEEPER, Known(stored))
    assert found.put_back == ()
    follows = {"mongodb-uri", "mongodb-password"}
    assert all(found.values[k] == v for k, v in stored.items() if k not in follows)
    seals = KEEPER.write(found.sealed, found.values)
    for name in set(drawn_once) - follows:
        spoilt = secret(LAB, KEEPER, Known({**found.values, name: "garbage"}, (seals,)))
        assert spoilt.values[name] != "garbage"
        assert spoilt.put_back == (name,)


def test_with_a_new_master_key_what_is_stored_still_counts() -> None:
    """The old one is lost: nothing else knows what the volumes know."""
    another = Keeper(MasterKey(b"SECRET-the-one-after-the-loss"), KEY)
    found = secret(LAB, another, Known(FULL, (SEALS, SEALS)))
    assert found.values == FULL
    assert found.put_back == ()
    seals = another.write(found.sealed, found.values)
    again = secret(LAB, another, Known({**FULL, "page-password": "garbage"}, (seals, SEALS)))
    assert again.values["page-password"] == another.derived(Sealed(), "page-password")


def test_other_keys_of_the_secret_are_left_alone_and_not_remembered() -> None:
    found = secret(LAB, KEEPER, Known({**FULL, "my-own": "word"}, (SEALS,)))
    assert found.values == FULL
    assert found.put_back == ()
    assert found.values.keys() <= KNOWN
