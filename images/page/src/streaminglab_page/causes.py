"""What keeps a lab from being Ready, what that means, and the cure. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import replace

from streaminglab_page.declared import Declared
from streaminglab_page.view import Cause, Component, Condition

MOST = 12


class Causes:
    """``declared``: what the words mean; ``namespace``, ``lab``: for the commands."""

    def __init__(self, declared: Declared, namespace: str, lab: str) -> None:
        self._declared = declared
        self._namespace, self._lab = shlex.quote(namespace), shlex.quote(lab)

    def find(
        self,
        ready: Condition | None,
        conditions: Iterable[Condition],
        components: Iterable[Component],
    ) -> tuple[Cause, ...]:
        """Everything in the way: first what Ready names, then trouble, then what only waits."""
        if ready is None or ready.status == "True":
            return ()
        found = {ready.message: self._of_condition(ready)}
        of_parts = [self._of_part(part) for part in components if self._in_the_way(part)]
        of_conditions = [self._of_condition(one) for one in conditions if self._about(one)]
        for one in of_parts:
            if one.message in ready.message:
                # Ready says it in the words of a part: of that there is a log.
                found[ready.message] = replace(one, message=ready.message)
        for one in (*of_parts, *of_conditions):
            if not any(one.message in said for said in found):
                found[one.message] = one
        head, *rest = found.values()
        return (head, *sorted(rest, key=lambda one: one.cure == self._declared.wait))[:MOST]

    def _of_part(self, part: Component) -> Cause:
        labels = (
            f"app.kubernetes.io/component={shlex.quote(part.name)},streaminglab.dev/lab={self._lab}"
        )
        command = f"kubectl -n {self._namespace} logs --tail=50 -l {labels}"
        return Cause(part.name, part.reason, part.message, part.means, self._cure(part), command)

    def _of_condition(self, one: Condition) -> Cause:
        command = f"kubectl -n {self._namespace} describe slab {self._lab}"
        return Cause(one.type, one.reason, one.message, one.means, self._cure(one), command)

    def _cure(self, said: Component | Condition) -> str:
        return self._declared.cures.get(said.reason, "")

    def _in_the_way(self, part: Component) -> bool:
        well = not part.reason or part.reason in self._declared.well
        return not well and bool(part.message)

    def _about(self, one: Condition) -> bool:
        summary = one.type in self._declared.summaries
        return not summary and one.status != "True" and bool(one.message)
