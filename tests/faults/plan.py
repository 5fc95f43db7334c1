"""A plan: a workload, and what goes wrong in it and where. It is data: a small JSON file.

Positions (``at``) count the operator's writes to the outside from the beginning of the workload,
those that were refused included; the first is 1. Seconds are those of the world's clock.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tests.plan_files import PlanFile


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CrashAfter(_Model):
    """The operator is killed right after a write; the next one begins with a list.

    - ``answer``: whether it still saw the answer, and worked on until its next call
    - ``away``: how many steps the cluster's controllers take before the next one begins
    - ``stale``: kinds whose first list is as old as the write ``since``; their watches catch up
      after ``seconds``
    """

    fault: Literal["crash"] = "crash"
    at: int
    answer: Literal["lost", "seen"] = "lost"
    away: int = 0
    stale: tuple[str, ...] = ()
    since: int = 0
    seconds: float = 5.0


class Answer(_Model):
    """The API server answers writes with an error, so many times, or for so many seconds.

    - ``status``: of HTTP; 0 is no answer at all
    - ``landed``: the write was carried out, only its answer is wrong
    - ``kind``: only for writes of this kind of object, as where its webhook is dead
    """

    fault: Literal["answer"] = "answer"
    at: int
    status: Literal[0, 409, 422, 429, 500]
    landed: bool = False
    times: int = 1
    seconds: float = 0.0
    kind: str = ""


class Outage(_Model):
    """The API server answers nothing for a while, and all watches end; then all is listed anew."""

    fault: Literal["outage"] = "outage"
    at: int
    seconds: float


class Watch(_Model):
    """Watches of some kinds tell nothing for a while.

    ``how``: ``freeze``: what happened is told later, in order; ``drop``: it is never told, and
    then all is listed anew.
    """

    fault: Literal["watch"] = "watch"
    at: int
    how: Literal["freeze", "drop"]
    kinds: tuple[str, ...]
    seconds: float


class NextStep(_Model):
    """The next step of the workload comes right after a write, not when all is quiet."""

    fault: Literal["next-step"] = "next-step"
    at: int


Fault = Annotated[CrashAfter | Answer | Outage | Watch | NextStep, Field(discriminator="fault")]


class Plan(PlanFile):
    """One run. ``seed``: what it was drawn by; 0 for those that stand in a row of all positions."""

    workload: str
    faults: tuple[Fault, ...] = ()
    seed: int = 0

    def name(self) -> str:
        """Short, fit for a file's name, and another for each plan."""
        parts = [f"{f.fault}-{f.at}" for f in self.faults]
        digest = hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:6]
        return "-".join([self.workload, *parts, digest])
