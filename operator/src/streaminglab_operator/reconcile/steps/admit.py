"""Check a change of the spec by the rules of the CRD; after a bad one the last good spec stays.

The API server checks the same rules by CEL; this is for clusters without. What is wrong with a spec
by itself was found at the store's door, once.
"""

from dataclasses import dataclass

from streaminglab_operator.api import (
    ConditionType,
    Problem,
    Reason,
    StreamingLabSpec,
    StreamingLabStatus,
    validate_change,
)
from streaminglab_operator.api.site import lacking, not_lent, refused
from streaminglab_operator.plan import Lab
from streaminglab_operator.reconcile.passes import END, GO_ON, Next, Pass
from streaminglab_operator.reconcile.steps import summarise
from streaminglab_operator.reconcile.worked_out import WorkedOut


@dataclass(slots=True)
class AdmitMemory:
    """The spec that is in force, with what follows from it, and its generation. Forgetting it costs
    the check of a change, except of the number of brokers, which the status keeps."""

    in_force: WorkedOut | None = None
    generation: int = 0


async def run(this: Pass) -> Next:
    """Sets ``lab`` and ``problems``; ends the pass where no spec was ever good."""
    memory, record = this.memories.of(AdmitMemory), this.record
    this.problems = _problems(this, memory.in_force.spec if memory.in_force else None)
    if record.spec is not None and not this.problems:
        memory.in_force, memory.generation = this.tools.specs.of(record.spec), record.generation
    if memory.in_force is None:
        await summarise.say_invalid(this)
        return END
    this.lab = Lab(record.key, record.uid, memory.generation, memory.in_force.effective)
    return GO_ON


def _problems(this: Pass, in_force: StreamingLabSpec | None) -> tuple[Problem, ...]:
    record = this.record
    if record.spec is None or record.problems or record.spec is in_force:
        return record.problems
    old = in_force or _known_of(this.last, record.spec)
    changed = () if old is None else tuple(validate_change(record.spec, old))
    return (*changed, *_beyond_the_site(this, record.spec, in_force))


def _beyond_the_site(
    this: Pass, spec: StreamingLabSpec, in_force: StreamingLabSpec | None
) -> tuple[Problem, ...]:
    """What the site has not, or does not let labs ask for; but for what was let in before it said
    so, which this lab keeps."""
    options = this.tools.options
    site, mine = options.site, this.record.key.namespace == options.operator_namespace
    lacks = (*lacking(spec, site), *not_lent(spec, options.own_account if mine else ""))
    if in_force is None and _was_let_in(this):
        return lacks
    before = () if in_force is None else refused(in_force, site)
    return (*lacks, *(p for p in refused(spec, site) if p not in before))


def _was_let_in(this: Pass) -> bool:
    """Whether the status shows that this very spec was in force, before this process began."""
    last = this.last
    ready = last.condition(ConditionType.READY)
    return (
        last.observed_generation == this.record.generation
        and ready is not None
        and ready.reason != Reason.INVALID_SPEC
    )


def _known_of(last: StreamingLabStatus, spec: StreamingLabSpec) -> StreamingLabSpec | None:
    """The spec that a change is held against, of a lab that this process has not seen before:
    only the number of brokers is known, from its status: it is what would lose data."""
    brokers = last.brokers
    if brokers not in (1, 3):
        return None
    return spec.model_copy(update={"kafka": spec.kafka.model_copy(update={"brokers": brokers})})
