"""The reconciler: one pass over one lab, and what an error in it leads to."""

from collections.abc import Sequence
from dataclasses import dataclass

from streaminglab_operator.api import Reason
from streaminglab_operator.errors import ApiError, RenderError
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import Culprit
from streaminglab_operator.observed.refusals import refusal, unable
from streaminglab_operator.reconcile import connectors
from streaminglab_operator.reconcile.connectors import ConnectorsMemory
from streaminglab_operator.reconcile.passes import Memories, Pass, Step, Tools, run_steps
from streaminglab_operator.reconcile.reporting import ReportMemory
from streaminglab_operator.reconcile.steps import STEPS, fence, rest, set_up
from streaminglab_operator.reconcile.steps.apply import is_fault, is_refusal
from streaminglab_operator.reconcile.steps.fence import FenceMemory
from streaminglab_operator.reconcile.steps.set_up import SetUpMemory
from streaminglab_operator.reconcile.steps.summarise import say_blocked
from streaminglab_operator.records import LabRecord

RENDER_RETRY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a pass did: objects written or deleted, and in how many seconds to look again.

    ``leave_alone``: for how many seconds there is to be no other pass, whatever changes.
    """

    writes: int = 0
    again_after: float | None = None
    leave_alone: float = 0.0


class Reconciler:
    """Makes passes; holds, per lab, what can be forgotten."""

    def __init__(self, tools: Tools, steps: Sequence[Step] = STEPS) -> None:
        self._tools = tools
        self._steps = steps
        self._memories: dict[LabKey, Memories] = {}

    async def reconcile(self, key: LabKey, *, by_clock: bool = False) -> Outcome:
        """One pass. Raises :class:`errors.OperatorError` when it should be tried again.

        ``by_clock``: see :class:`engine.Reconciles`.
        """
        record = self._tools.store.lab(key)
        if record is None or record.deleting:
            # Everything of a lab goes with it by owner references: nothing to do, ever.
            self._forget(key)
            return Outcome()
        memories, now = self._remembered(record), self._tools.clock.now()
        last = memories.of(ReportMemory).newest(record.status(), now)
        this = Pass(self._tools, record, memories, last, now, by_clock=by_clock)
        try:
            again = await self._pass(this)
        finally:
            if this.gone:
                # Its deletion was missed while no watch was open. Without this its objects, which
                # go with it, would be made again and again.
                self._tools.store.lab_gone(key, record.uid)
        if this.faults:
            # Said in the status by now; to fail here makes the wait before the next pass longer.
            raise max(this.faults, key=lambda fault: fault.retry_after)
        rest.remember(this)
        return Outcome(this.writes, again, this.leave_alone)

    async def _pass(self, this: Pass) -> float | None:
        """All steps; when to look again. What keeps the lab from being made is said."""
        try:
            return await run_steps(self._steps, this)
        except RenderError as error:
            # The same values will not render the next time either; but Helm may have been killed.
            await say_blocked(this, Culprit(Reason.RENDER_FAILED, str(error)), final=True)
            return RENDER_RETRY_SECONDS
        except ApiError as error:
            what = error.what or "a call"
            if is_refusal(error):
                await say_blocked(this, refusal(error.message, what), final=False)
            elif is_fault(error):
                await say_blocked(this, unable(error.message, what), final=False)
            raise

    def _remembered(self, record: LabRecord) -> Memories:
        known = self._memories.get(record.key)
        if known is None or known.uid != record.uid:
            self._forget(record.key)
            known = self._memories[record.key] = Memories(record.uid)
        return known

    def _forget(self, key: LabKey) -> None:
        self._tools.upgrades.done(key)
        gone = self._memories.pop(key, None)
        if gone is not None:
            _end(gone)


def _end(memories: Memories) -> None:
    """End what goes on in the background: the lab is gone."""
    connectors.forget(memories.of(ConnectorsMemory))
    set_up.forget(memories.of(SetUpMemory))
    fence.forget(memories.of(FenceMemory))
