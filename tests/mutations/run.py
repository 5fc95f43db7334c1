"""One edit from its beginning to its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from streaminglab_operator.api import StreamingLabSpec, parse_spec, validate_spec
from tests.faults.run import drawn, uncollected
from tests.mutations import judge
from tests.mutations.declared import Declared
from tests.mutations.labs import labs
from tests.mutations.plan import Plan
from tests.mutations.state import State, state
from tests.mutations.world import EditedWorld

Outcome = Literal["refused", "reached", "same", "as if taken out"]


@dataclass(frozen=True)
class Verdict:
    """``divergences``: what is otherwise than it must be."""

    plan: Plan
    outcome: Outcome
    divergences: Sequence[str]


@dataclass(frozen=True)
class Rest:
    """A lab at rest, as bytes to go on from, and what it is."""

    saved: bytes
    state: State


class Runs:
    """Makes verdicts; each lab is brought up once."""

    def __init__(self) -> None:
        self._rests: dict[str, Rest] = {}
        self.declared = Declared()

    async def rest(self, lab: str) -> Rest:
        """The lab before any edit."""
        if lab not in self._rests:
            with drawn():
                world = EditedWorld()
                world.add_lab(dict(labs()[lab]))
                await world.quiet()
                assert not world.errors, world.errors
                self._rests[lab] = Rest(world.save(), state(world))
        return self._rests[lab]

    async def verdict(self, plan: Plan, *, played: bool = True) -> Verdict:
        """Make an edit, judge what came of it, and take it back.

        Without ``played`` an edit that is refused is only held against the rules, and a null
        against what it is without it.
        """
        problems = judge.problems(plan)
        if problems and not played:
            return Verdict(plan, "refused", list(judge.unnamed(plan, problems)))
        if plan.sort == "null" and not played:
            return Verdict(plan, "as if taken out", list(judge.not_as_taken(plan)))
        rest = await self.rest(plan.lab)
        with drawn(), uncollected():
            world = EditedWorld(rest.saved if plan.moment == "edit" else b"")
            await world.quiet()
            try:
                return await self._edited(plan, world, rest.state)
            except AssertionError as error:
                return Verdict(plan, "reached", [f"no rest: {str(error)[:300]}"])

    async def _edited(self, plan: Plan, world: EditedWorld, before: State) -> Verdict:
        if plan.moment == "create":
            world.add_lab(plan.after())
        else:
            world.apply(plan.after())
        await world.quiet()
        after, problems = state(world), judge.problems(plan)
        if problems:
            outcome: Outcome = "refused"
            nothing = before if plan.moment == "edit" else State({}, {})
            found = list(judge.refused(plan, problems, nothing, after))
        else:
            outcome = "same" if judge.same(plan) else "reached"
            found = list(judge.reached(plan, self.declared, before, after))
            if plan.sort == "bad":
                found.append("was not refused")
        if plan.moment == "edit":
            found += await self._undone(plan, world, before)
        found += [f"the operator failed: {error!r}"[:300] for error in world.errors]
        return Verdict(plan, outcome, [*found, *world.lies])

    async def _undone(self, plan: Plan, world: EditedWorld, before: State) -> list[str]:
        if not judge.problems(plan) and _refused_back(plan):
            return [] if self.declared.allows("one-way", plan) else ["cannot be taken back"]
        world.apply(plan.before())
        await world.quiet()
        return list(judge.undone(plan, self.declared, before, state(world)))


def _refused_back(plan: Plan) -> bool:
    old: StreamingLabSpec = parse_spec(plan.after())
    return bool(validate_spec(parse_spec(plan.before()), old, "meteo"))
