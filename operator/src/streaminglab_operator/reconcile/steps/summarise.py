"""Say how the lab is: conditions, components, counts; written only where a reader would notice.

The status is made of the plan and of a second look, after the writes of this pass: of the view
that the plan was made of, a workload that has just been changed would still be called ready.
"""

from streaminglab_operator.api import Reason, StreamingLabStatus
from streaminglab_operator.api.status import CredentialsStatus
from streaminglab_operator.api.status_exercises import ExercisesStatus
from streaminglab_operator.observed import Culprit
from streaminglab_operator.reconcile.edits import EditsMemory
from streaminglab_operator.reconcile.flaps import WINDOW_SECONDS, FlapsMemory
from streaminglab_operator.reconcile.lab_secret import CredentialsMemory
from streaminglab_operator.reconcile.ownership import applied_hash
from streaminglab_operator.reconcile.passes import GO_ON, Next, Pass
from streaminglab_operator.reconcile.reporting import Reported, ReportMemory
from streaminglab_operator.reconcile.steps import observe
from streaminglab_operator.reconcile.steps.apply import ApplyMemory
from streaminglab_operator.reconcile.steps.fence import FenceMemory
from streaminglab_operator.reconcile.steps.volumes import VolumesMemory
from streaminglab_operator.services.init import INIT
from streaminglab_operator.status import blocked, invalid, paused, summarise, waiting
from streaminglab_operator.status.fence import unfenced
from streaminglab_operator.status.flapping import flapping
from streaminglab_operator.status.volumes import volume_troubles


async def run(this: Pass) -> Next:
    """Writes the status and its Events; sets ``gone`` where the lab turns out to be deleted."""
    view = observe.look(this)
    sizes = volume_troubles(this.volumes, view, this.memories.of(VolumesMemory).not_grown())
    status = summarise(this.lab, view, this.desired, this.last, this.connectors, volumes=sizes)
    if this.memories.of(FenceMemory).open and not this.desired.suspended:
        status = unfenced(this.lab, status)
    ownership = this.memories.of(ApplyMemory).ownership
    recorded = {
        "credentials": _credentials(this),
        "applied_hash": applied_hash(view.objects, ownership),
        "announced": list(this.announced) if this.announced or view.announced else None,
    }
    status = status.model_copy(update=recorded)
    flaps = this.memories.of(FlapsMemory)
    flaps.seen(this.last, status, this.now)
    this.leave_alone = flaps.delay
    if sentence := flaps.sentence:
        status = flapping(status, sentence)
    if said := this.memories.of(EditsMemory).said:
        why = Culprit(Reason.EDITED_TOO_OFTEN, said)
        status = blocked(this.record.generation, why, status, final=False)
    if this.problems:
        status = invalid(this.record.generation, this.problems, status)
    await _report(this, status)
    # init waits until it is recorded which settings it makes: now it is.
    held = this.desired.holds.get(INIT.name)
    opened = held is not None and status.topics != this.view.topics
    # What a chaos does is done by a pass that finds it recorded.
    opened = opened or status.chaos != this.view.chaos
    # And what others are told of is told by one that finds that recorded.
    opened = opened or not this.view.announced.issuperset(this.announced)
    if opened:
        return Next(0.0)
    return Next(WINDOW_SECONDS) if this.leave_alone else GO_ON


def _credentials(this: Pass) -> CredentialsStatus:
    memory = this.memories.of(CredentialsMemory)
    sealed = memory.sealed
    return CredentialsStatus(
        epoch=sealed.epoch,
        rotation=sealed.rotation or None,
        rotated=sealed.influxdb == sealed.revoked == sealed.epoch,
        seals=memory.seals,
    )


async def say_invalid(this: Pass) -> None:
    """The status of a lab that never had a spec that can work."""
    await _report(this, invalid(this.record.generation, this.problems, this.last))


async def say_paused(this: Pass) -> None:
    """The status of a lab that is left alone."""
    await _report(this, paused(this.record.generation, this.key.name, this.last))


async def say_too_many(this: Pass, most: int) -> None:
    """The status of a lab of a namespace that has as many older ones as it may have."""
    namespace = this.key.namespace
    message = (
        f"namespace {namespace} may have {most} labs, and has as many that are older; this one is "
        f"not looked after. Delete one: kubectl get slab -n {namespace}"
    )
    await say_blocked(this, Culprit(Reason.TOO_MANY_LABS, message), final=True)


async def say_waiting(this: Pass, most: int) -> None:
    """The status of a lab that runs, and is brought up to date when its turn comes.

    It does not say when: three hundred statuses would be written anew with each turn.
    """
    message = (
        f"the operator was upgraded, and changes {most} running labs at a time, the oldest first; "
        "this one runs as it was until its turn comes"
    )
    await _report(this, waiting(this.record.generation, message, this.last))


async def say_edited(this: Pass, message: str) -> None:
    """The status of a lab that is looked at more slowly, because somebody edits it all the time."""
    await say_blocked(this, Culprit(Reason.EDITED_TOO_OFTEN, message), final=False)


async def say_other_operator(this: Pass, rival: str) -> None:
    """The status of a lab that another operator manages too."""
    message = (
        f"the operator of namespace {rival} writes this lab's objects too; the one of namespace "
        f"{this.tools.options.operator_namespace} leaves them alone. An administrator must see to "
        "it that one of them alone watches this namespace"
    )
    await say_blocked(this, Culprit(Reason.OTHER_OPERATOR, message), final=True)


async def say_blocked(this: Pass, why: Culprit, *, final: bool) -> None:
    """The status of a lab whose pass broke off. ``final``: no waiting will heal it."""
    await _report(this, blocked(this.record.generation, why, this.last, final=final))


async def _report(this: Pass, status: StreamingLabStatus) -> None:
    record, memory = this.record, this.memories.of(ReportMemory)
    exercises = _exercises(this)
    last = this.last.model_copy(update={"exercises": exercises})
    asked = record.spec is None or record.spec.exercises is not None
    status = status.model_copy(update={"exercises": exercises if asked else None})
    came = await this.tools.reporter.report(record.key, record.uid, last, status, memory)
    this.gone = came is Reported.GONE
    if came is Reported.LATER:
        this.tools.wake_soon(record.key)


def _exercises(this: Pass) -> ExercisesStatus | None:
    """As the page wrote them last: whether there are some that go, and what we say has changed."""
    newest = this.tools.store.lab(this.key)
    if newest is None or newest.stored == this.record.stored:
        return this.last.exercises
    return newest.status().exercises
