"""Who owns short names and host names: held against a plain walk over all labs."""

from hypothesis import given, settings
from hypothesis import strategies as st

from streaminglab_operator.claims import SHORT_NAMES, Claim, Claims
from streaminglab_operator.names import LabKey

NAMES = ("a", "kafka", "meteo")
KEYS = [LabKey(namespace, name) for namespace in ("ns1", "ns2") for name in NAMES]
keys = st.sampled_from(KEYS)
HOSTS = st.frozensets(st.sampled_from(["x.lab.org", "y.lab.org", "z.lab.org"]))
claims = st.builds(
    lambda created, hosts, own, short_names: Claim(created, hosts, hosts & own, short_names),
    created=st.sampled_from(["2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z"]),
    hosts=HOSTS,
    own=HOSTS,
    short_names=st.booleans(),
)
changes = st.lists(st.tuples(keys, st.none() | claims), max_size=12)

Known = dict[LabKey, Claim]


def _age(known: Known, key: LabKey) -> tuple[str, str, str]:
    return known[key].created, key.name, key.namespace


def _first(known: Known, key: LabKey) -> bool:
    others = [k for k in known if k.namespace == key.namespace and known[k].short_names]
    return not others or min(others, key=lambda k: _age(known, k)) == key


def _names(known: Known, key: LabKey) -> dict[str, LabKey]:
    """Every short name that somebody else has, of a lab that wants them."""
    found: dict[str, LabKey] = {}
    if not known[key].short_names:
        return found
    here = sorted((k for k in known if k.namespace == key.namespace), key=lambda k: _age(known, k))
    for name in SHORT_NAMES:
        needs = [k for k in here if k.name == "kafka" and name == "kafka-connect"]
        wants = [k for k in here if known[k].short_names]
        owner = next(iter(needs + wants), key)
        if owner != key:
            found[name] = owner
    return found


def _right(known: Known, key: LabKey, host: str) -> tuple[bool, tuple[str, str, str]]:
    return host not in known[key].own, _age(known, key)


def _taken(known: Known, key: LabKey) -> set[str]:
    return {
        host
        for host in known[key].hosts
        for other in known
        if host in known[other].hosts and _right(known, other, host) < _right(known, key, host)
    }


def _rights(known: Known, key: LabKey) -> tuple[bool, set[str], set[str]]:
    """All that a lab gains or loses by others."""
    first = known[key].short_names and _first(known, key)
    return first, _taken(known, key), set(_names(known, key))


@settings(deadline=None)
@given(changes)
def test_the_oldest_lab_has_the_names_whatever_has_changed_before(
    history: list[tuple[LabKey, Claim | None]],
) -> None:
    index, known = Claims(), Known()
    for key, claim in history:
        rights = {k: _rights(known, k) for k in known}
        woken = index.change(key, claim)
        known.pop(key, None)
        if claim is not None:
            known[key] = claim
        for lab in KEYS:
            assert index.first_in_namespace(lab) is _first(known, lab)
        for lab in known:
            assert set(index.taken_hosts(lab)) == _taken(known, lab)
            now = {name: str(owner) for name, owner in _names(known, lab).items()}
            assert index.taken_names(lab) == now or not known[lab].short_names
            if lab != key and rights[lab] != _rights(known, lab):
                assert lab in woken, "who gains or loses a name must be looked at again"
        assert key not in woken


@settings(deadline=None)
@given(changes, st.integers(0, 2))
def test_nothing_is_left_of_labs_that_are_gone(
    history: list[tuple[LabKey, Claim | None]], most: int
) -> None:
    index = Claims(most)
    for key, claim in history:
        index.change(key, claim)
    for key in KEYS:
        index.change(key, None)
    assert vars(index) == vars(Claims(most))


def test_a_taken_host_is_said_without_its_owner() -> None:
    index = Claims()
    index.change(LabKey("ns1", "a"), Claim("08:00", frozenset({"x.lab.org", "y.lab.org"})))
    index.change(LabKey("ns2", "b"), Claim("09:00", frozenset({"x.lab.org"})))
    assert index.taken_hosts(LabKey("ns2", "b")) == {"x.lab.org"}
    assert index.taken_hosts(LabKey("ns1", "a")) == frozenset()


def test_a_name_that_is_a_labs_own_beats_an_older_claim() -> None:
    index, squatter, owner = Claims(), LabKey("tenant-a", "a"), LabKey("tenant-b", "b")
    host = frozenset({"tenant-b-b-jupyter.lab.org"})
    index.change(squatter, Claim("07:00", host))
    assert index.taken_hosts(squatter) == frozenset()
    assert index.change(owner, Claim("08:00", host, own=host)) == [squatter]
    assert index.taken_hosts(owner) == frozenset()
    assert index.taken_hosts(squatter) == host


def test_of_two_labs_whose_own_names_coincide_the_older_has_it() -> None:
    """`user` + `tenant-b-x` and `user-tenant-b` + `x` are one label: they never share it."""
    index, one, other = Claims(), LabKey("user", "tenant-b-x"), LabKey("user-tenant-b", "x")
    host = frozenset({"user-tenant-b-x-jupyter.lab.org"})
    index.change(one, Claim("08:00", host, own=host))
    index.change(other, Claim("07:00", host, own=host))
    assert index.taken_hosts(one) == host
    assert index.taken_hosts(other) == frozenset()


def test_whoever_claims_what_he_does_not_get_wakes_nobody() -> None:
    """A lab can claim the host names of a hundred others, and be edited all day."""
    index, owner, squatter = Claims(), LabKey("tenant-b", "b"), LabKey("tenant-a", "a")
    host = frozenset({"tenant-b-b-jupyter.lab.org"})
    index.change(owner, Claim("08:00", host, own=host))
    for claim in (Claim("07:00", host), Claim("07:00"), Claim("07:00", host), None):
        assert index.change(squatter, claim) == []
    assert index.taken_hosts(owner) == frozenset()


def test_a_lab_that_is_one_too_many_has_no_host_and_no_short_name_and_gets_them_with_its_turn() -> (
    None
):
    index, host = Claims(1), frozenset({"x.lab.org"})
    first, more, other = (LabKey("ns", "a"), LabKey("ns", "b"), LabKey("other", "c"))
    index.change(first, Claim("07:00", short_names=False))
    index.change(more, Claim("08:00", host))
    assert index.neighbours(first) == []
    assert index.taken_names(first) == {}
    assert index.change(other, Claim("09:00", host)) == []
    assert index.taken_hosts(other) == frozenset()
    assert index.change(first, None) == [more, other]
    assert index.taken_hosts(other) == host


def test_what_thousands_of_labs_of_a_namespace_claim_costs_nobody_a_walk() -> None:
    """Each event of an object asks for its lab's neighbours, and each pass for what is taken."""
    index, host = Claims(20), frozenset({"x.lab.org"})
    for number in range(2000):
        claim = Claim(f"{number:05}", host, short_names=False)
        index.change(LabKey("ns", f"l{number}"), claim)
    assert len(index.neighbours(LabKey("ns", "l0"))) == 19
    assert len(index.neighbours(LabKey("ns", "l1999"))) == 20
    assert len(index._claimants["x.lab.org"]) == 20


def test_a_younger_lab_wakes_nobody_where_it_takes_nothing() -> None:
    index = Claims()
    index.change(LabKey("ns1", "a"), Claim("08:00"))
    assert index.change(LabKey("ns1", "b"), Claim("09:00")) == []
    assert index.change(LabKey("ns1", "c"), Claim("07:00")) == [LabKey("ns1", "a")]


@settings(deadline=None)
@given(changes, st.integers(0, 3))
def test_of_a_namespace_the_oldest_labs_are_allowed_and_who_gets_in_is_woken(
    history: list[tuple[LabKey, Claim | None]], most: int
) -> None:
    index, known = Claims(most), Known()

    def allowed(key: LabKey) -> bool:
        older = [
            k for k in known if k.namespace == key.namespace and _age(known, k) < _age(known, key)
        ]
        return not most or len(older) < most

    for key, claim in history:
        before = {k: allowed(k) for k in known}
        woken = index.change(key, claim)
        known.pop(key, None)
        if claim is not None:
            known[key] = claim
        for lab in known:
            assert index.one_too_many(lab) is not allowed(lab)
            if lab != key and before[lab] != allowed(lab):
                assert lab in woken
