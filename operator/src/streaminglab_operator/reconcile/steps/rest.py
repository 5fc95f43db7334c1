"""End a pass that only looks at what nobody tells of: nothing has moved, and nothing else is due.

What is watched wakes its lab, so the clock alone asks for a pass where a step wanted one. At rest
those are the look at Secrets, which nobody may watch, and that at Kafka Connect, which tells nobody
of its connectors: neither needs a plan, and no status is written.
"""

from dataclasses import dataclass, field

from streaminglab_operator.api import ConditionType
from streaminglab_operator.observed import CredentialsView
from streaminglab_operator.reconcile.passes import GO_ON, Next, Pass
from streaminglab_operator.reconcile.reporting import ReportMemory
from streaminglab_operator.reconcile.steps import connectors

WHOLE_SECONDS = 3600.0
"""After so long everything is compared once more: what was seen amiss, or not told, lasts no
longer."""
NEVER = float("-inf")


@dataclass(slots=True)
class RestMemory:
    """Of the last whole pass: until when no step wants to be run that needs others; what the lab
    was asked for, and a digest of the status that it left; its credentials. Forgetting it costs a
    whole pass.
    """

    until: float = NEVER
    seen: tuple[str, int] | None = None
    credentials: CredentialsView = field(default_factory=CredentialsView)


async def run(this: Pass) -> Next:
    """Ends the pass over a lab that is Ready, where nothing was told and the credentials are those
    of the last whole one."""
    memory = this.memories.of(RestMemory)
    if this.by_clock and this.now < memory.until and _same(this, memory):
        again = connectors.at_rest(this).again_after
        wait = memory.until - this.now
        return Next(wait if again is None else min(wait, again), ends=True)
    memory.until = NEVER
    return GO_ON


def remember(this: Pass) -> None:
    """A pass is over in which nothing failed."""
    if not this.whole:
        return
    memory = this.memories.of(RestMemory)
    memory.until = this.now + min([WHOLE_SECONDS, *this.looks])
    memory.seen, memory.credentials = _seen(this), this.credentials


def _same(this: Pass, memory: RestMemory) -> bool:
    ready = this.last.condition(ConditionType.READY)
    return (
        ready is not None
        and ready.status == "True"
        and _seen(this) == memory.seen
        and this.credentials == memory.credentials
    )


def _seen(this: Pass) -> tuple[str, int]:
    return this.record.asked, this.memories.of(ReportMemory).digest(this.last)
