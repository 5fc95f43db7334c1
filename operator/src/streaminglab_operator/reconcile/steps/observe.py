"""Look at the lab: what it made, its credentials' checksums, what is in the way of its parts."""

from streaminglab_operator.api.status_topics import TopicsStatus
from streaminglab_operator.observed import LabView
from streaminglab_operator.observed.ended import with_ended_jobs
from streaminglab_operator.reconcile import ownership
from streaminglab_operator.reconcile.passes import GO_ON, Next, Pass
from streaminglab_operator.reconcile.steps.apply import ApplyMemory
from streaminglab_operator.reconcile.steps.diagnose import DiagnoseMemory
from streaminglab_operator.reconcile.steps.set_up import SetUpMemory
from streaminglab_operator.reconcile.steps.volumes import VolumesMemory

EPOCH_SECONDS = 300.0
LEAVING_SECONDS = 60.0


async def run(this: Pass) -> Next:
    """Sets ``view``. A lab whose injection never ends is compared anew with each epoch; a pod that
    is on its way out is looked at again, in case it never goes."""
    this.memories.of(SetUpMemory).recall(this.last)
    this.view = look(this)
    if any(pod.deleting for pod in this.view.of_kind("Pod")):
        return Next(LEAVING_SECONDS)
    if this.lab.spec.endless:
        return Next(EPOCH_SECONDS - this.tools.clock.wall() % EPOCH_SECONDS + 1)
    return GO_ON


def look(this: Pass) -> LabView:
    """What is there at this moment. Of two things in the way of one part, the refusal of its
    objects says more than the absence of its pods."""
    store, memories, wall = this.tools.store, this.memories, this.tools.clock.wall()
    return LabView(
        objects=with_ended_jobs(ownership.own(store.objects(this.key), this.record.uid)),
        credentials=this.credentials,
        taken_names=store.claims.taken_names(this.key),
        name_problems=memories.of(ApplyMemory).name_problems(),
        taken_hosts=store.claims.taken_hosts(this.key),
        problems={
            **memories.of(DiagnoseMemory).problems(),
            **memories.of(VolumesMemory).problems(),
            **memories.of(ApplyMemory).problems(),
            **memories.of(SetUpMemory).problems(),
        },
        epoch=int(wall // EPOCH_SECONDS),
        now=wall,
        topics=this.last.topics or TopicsStatus(),
        chaos=this.last.chaos,
        announced=frozenset(this.last.announced or ()),
    )
