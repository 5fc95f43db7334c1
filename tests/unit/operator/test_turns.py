"""Whose turn it is to be changed by an upgrade: so many at a time, oldest first, none for ever."""

from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.names import LabKey
from streaminglab_operator.reconcile.turns import ASK_SECONDS, GATHER_SECONDS, HOLD_SECONDS, Turns

A, B, C = (LabKey("ns", name) for name in "abc")


def test_nobody_has_a_turn_before_the_others_could_ask() -> None:
    turns = Turns(1)
    assert turns.ask(B, "09:00", 0.0) == 0
    assert turns.ask(A, "08:00", 1.0) == 0
    assert turns.ask(B, "09:00", GATHER_SECONDS) == 1
    assert turns.ask(A, "08:00", GATHER_SECONDS) is None
    assert turns.ask(A, "08:00", GATHER_SECONDS + 1) is None


def test_the_next_is_woken_when_a_turn_is_done() -> None:
    woken: list[LabKey] = []
    turns = Turns(1, woken.append)
    for now in (0.0, GATHER_SECONDS):
        for key, created in ((A, "1"), (B, "2"), (C, "3")):
            turns.ask(key, created, now)
    turns.done(A)
    assert woken == [B]
    assert turns.ask(C, "3", 10.0) == 1
    assert turns.ask(B, "2", 10.0) is None


def test_a_turn_ends_after_a_while_whatever_becomes_of_the_lab() -> None:
    turns = Turns(1)
    turns.ask(A, "1", 0.0)
    assert turns.ask(A, "1", GATHER_SECONDS) is None
    assert turns.ask(B, "2", GATHER_SECONDS + HOLD_SECONDS - 1) == 1
    assert turns.ask(B, "2", GATHER_SECONDS + HOLD_SECONDS) is None


def test_who_has_not_asked_for_long_holds_up_nobody() -> None:
    turns = Turns(1)
    turns.ask(A, "1", 0.0)
    turns.ask(B, "2", 0.0)
    assert turns.ask(B, "2", GATHER_SECONDS) == 1
    assert turns.ask(B, "2", 2 * ASK_SECONDS) is None


def test_without_a_limit_everybody_has_a_turn() -> None:
    turns = Turns()
    assert [turns.ask(key, "1", 0.0) for key in (A, B, C)] == [None] * 3


@given(st.integers(1, 4), st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=60))
def test_never_more_than_so_many_hold_a_turn(most: int, history: list[tuple[int, bool]]) -> None:
    turns, now, holding = Turns(most), 0.0, set[LabKey]()
    for number, done in history:
        key, now = LabKey("ns", str(number)), now + 1.0
        if done:
            turns.done(key)
            holding.discard(key)
        elif turns.ask(key, str(number), now) is None:
            holding.add(key)
        assert len(holding) <= most
        assert all(turns.holds(each) for each in holding)
