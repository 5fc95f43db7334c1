"""Which labs an upgrade may change now: so many at a time, oldest first, none for ever."""

from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.names import LabKey
from streaminglab_operator.reconcile.upgrade_slots import (
    ASK_SECONDS,
    GATHER_SECONDS,
    HOLD_SECONDS,
    UpgradeSlots,
)

A, B, C = (LabKey("ns", name) for name in "abc")


def test_nobody_has_a_slot_before_the_others_could_ask() -> None:
    slots = UpgradeSlots(1)
    assert slots.ask(B, "09:00", 0.0) == 0
    assert slots.ask(A, "08:00", 1.0) == 0
    assert slots.ask(B, "09:00", GATHER_SECONDS) == 1
    assert slots.ask(A, "08:00", GATHER_SECONDS) is None
    assert slots.ask(A, "08:00", GATHER_SECONDS + 1) is None


def test_the_next_is_woken_when_a_slot_is_free() -> None:
    woken: list[LabKey] = []
    slots = UpgradeSlots(1, woken.append)
    for now in (0.0, GATHER_SECONDS):
        for key, created in ((A, "1"), (B, "2"), (C, "3")):
            slots.ask(key, created, now)
    slots.done(A)
    assert woken == [B]
    assert slots.ask(C, "3", 10.0) == 1
    assert slots.ask(B, "2", 10.0) is None


def test_a_turn_ends_after_a_while_whatever_becomes_of_the_lab() -> None:
    slots = UpgradeSlots(1)
    slots.ask(A, "1", 0.0)
    assert slots.ask(A, "1", GATHER_SECONDS) is None
    assert slots.ask(B, "2", GATHER_SECONDS + HOLD_SECONDS - 1) == 1
    assert slots.ask(B, "2", GATHER_SECONDS + HOLD_SECONDS) is None


def test_who_has_not_asked_for_long_holds_up_nobody() -> None:
    slots = UpgradeSlots(1)
    slots.ask(A, "1", 0.0)
    slots.ask(B, "2", 0.0)
    assert slots.ask(B, "2", GATHER_SECONDS) == 1
    assert slots.ask(B, "2", 2 * ASK_SECONDS) is None


def test_without_a_limit_everybody_has_a_slot() -> None:
    slots = UpgradeSlots()
    assert [slots.ask(key, "1", 0.0) for key in (A, B, C)] == [None] * 3


@given(st.integers(1, 4), st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=60))
def test_never_more_than_so_many_hold_a_slot(most: int, history: list[tuple[int, bool]]) -> None:
    slots, now, holding = UpgradeSlots(most), 0.0, set[LabKey]()
    for number, done in history:
        key, now = LabKey("ns", str(number)), now + 1.0
        if done:
            slots.done(key)
            holding.discard(key)
        elif slots.ask(key, str(number), now) is None:
            holding.add(key)
        assert len(holding) <= most
        assert all(slots.holds(each) for each in holding)
