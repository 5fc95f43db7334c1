"""The runner of steps: their order, when a pass ends, and when the lab is looked at again."""

from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streaminglab_operator.reconcile import STEPS
from streaminglab_operator.reconcile.passes import (
    AT_ONCE,
    END,
    GO_ON,
    Memories,
    Next,
    Pass,
    run_steps,
)

NOTHING = cast(Any, None)


def a_pass() -> Pass:
    """Over no lab: these steps ask for none."""
    return Pass(NOTHING, NOTHING, NOTHING, NOTHING, 0.0)


@dataclass
class Fixed:
    """A step that always leaves the same to do."""

    after: Next
    ran: list[object]
    __name__: str = "fixed"

    async def run(self, this: Pass) -> Next:
        self.ran.append(self)
        return self.after


@dataclass
class Counted:
    """What a step might remember."""

    number: int = 0
    names: list[str] = field(default_factory=list)


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.floats(0, 1000))))
async def test_the_pass_is_made_again_when_the_first_of_its_steps_wants_it(
    waits: list[float | None],
) -> None:
    ran: list[object] = []
    steps: list[Any] = [Fixed(Next(wait), ran) for wait in waits]
    wanted = [wait for wait in waits if wait is not None]
    assert await run_steps(steps, a_pass()) == (min(wanted) if wanted else None)
    assert ran == steps


async def test_a_look_after_a_second_is_not_put_off_by_a_later_step() -> None:
    steps: list[Any] = [Fixed(Next(1.0), []), Fixed(Next(10.0), [])]
    assert await run_steps(steps, a_pass()) == 1.0


@pytest.mark.parametrize(("ending", "again"), [(AT_ONCE, 0.0), (END, 600.0)])
async def test_a_step_can_end_the_pass(ending: Next, again: float) -> None:
    ran: list[object] = []
    steps: list[Any] = [Fixed(Next(600.0), ran), Fixed(ending, ran), Fixed(GO_ON, ran)]
    assert await run_steps(steps, a_pass()) == again
    assert ran == steps[:2]


@pytest.mark.parametrize(("last", "whole"), [(END, False), (AT_ONCE, False), (GO_ON, True)])
async def test_a_pass_is_whole_that_no_step_has_ended(last: Next, whole: bool) -> None:
    this = a_pass()
    await run_steps(cast(Any, [Fixed(Next(5.0), []), Fixed(last, [])]), this)
    assert this.whole is whole


def test_each_step_has_a_record_of_its_own_which_stays() -> None:
    memories = Memories("uid")
    memories.of(Counted).number = 3
    assert memories.of(Counted) == Counted(3)
    assert Memories("uid").of(Counted) == Counted()


def test_every_step_says_in_one_line_what_it_does() -> None:
    for step in STEPS:
        first = (step.__doc__ or "").partition("\n")[0]
        assert first.endswith(".") and len(first) <= 100, step.__name__
