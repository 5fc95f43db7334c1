"""One edit of one lab. It is data: a small JSON file that replays."""

from __future__ import annotations

import copy
import hashlib
from typing import Any, Literal

from tests.mutations.labs import Spec, labs
from tests.mutations.schema import Step, shown
from tests.plan_files import PlanFile

Sort = Literal["valid", "boundary", "hostile", "bad", "null", "taken"]
Moment = Literal["edit", "create"]
_LONGEST = 60


class Plan(PlanFile):
    """What is set, or taken out, where, and when.

    - ``place``: the schema's name of it; ``at``: where that is in the lab of this name
    - ``sort``: what the value is, by the schema; a ``bad`` one must be refused
    - ``moment``: a lab that runs is edited, or a new one is made so
    """

    lab: str
    place: str
    at: tuple[Step, ...]
    sort: Sort
    value: Any = None
    moment: Moment = "edit"

    @property
    def field(self) -> str:
        """As messages write it."""
        return shown(self.at)

    def before(self) -> Spec:
        """The spec of the lab before the edit."""
        return copy.deepcopy(labs()[self.lab])

    def after(self) -> Spec:
        """The spec that somebody applies."""
        spec = self.before()
        holder: Any = spec
        for step, following in zip(self.at, self.at[1:], strict=False):
            if isinstance(holder, dict) and step not in holder:
                holder[step] = [] if isinstance(following, int) else {}
            holder = holder[step]
        last: Any = self.at[-1]
        if self.sort == "taken":
            del holder[last]
        elif isinstance(holder, list) and last == len(holder):
            holder.append(copy.deepcopy(self.value))
        else:
            holder[last] = copy.deepcopy(self.value)
        return spec

    def name(self) -> str:
        """Short, fit for a file's name, and another for each plan."""
        words = "".join(c if c.isalnum() else "-" for c in self.place.removeprefix("spec."))
        digest = hashlib.sha256(self.text().encode()).hexdigest()[:8]
        return f"{self.lab}-{words[:_LONGEST]}-{self.sort}-{digest}"
