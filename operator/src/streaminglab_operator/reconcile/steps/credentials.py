"""See to the Secret with the lab's credentials: what is missing or was changed comes back."""

from dataclasses import replace

from streaminglab_operator import names
from streaminglab_operator.errors import Conflict
from streaminglab_operator.observed import CredentialsView, Culprit
from streaminglab_operator.plan import Lab
from streaminglab_operator.plan.secret import Known, Secret, secret
from streaminglab_operator.ports import EventToPublish, StoredSecret
from streaminglab_operator.reconcile import lab_secret
from streaminglab_operator.reconcile.chosen_passwords import chosen
from streaminglab_operator.reconcile.lab_secret import LOOK_SECONDS, CredentialsMemory
from streaminglab_operator.reconcile.passes import Next, Pass
from streaminglab_operator.reconcile.steps import summarise
from streaminglab_operator.reconcile.steps.set_up import SetUpMemory

SOONER_SECONDS = 60.0
"""The same at a pass of a lab whose InfluxDB knows other credentials: somebody may see to them."""
TAKEN_SECONDS = 5.0
RESTORED = "CredentialsRestored"
"""Reason of the Event that tells of a Secret that was put back."""


async def run(this: Pass) -> Next:
    """Sets ``credentials``; ends the pass where another's Secret has the name.

    A Secret that was deleted by hand wakes nobody: a right to watch Secrets is one to read those of
    everybody. So it is looked at from time to time, and at once when the lab is edited in any way.
    """
    memory = this.memories.of(CredentialsMemory)
    if not _fresh(this, memory) and not await _made(this, memory):
        where = (this.key.namespace, names.credentials(this.key.name))
        stored = await this.tools.cluster.read_secret(*where)
        culprit = None
        if stored is not None and _as_it_was(this, memory, stored):
            memory.read_at = this.now
        else:
            culprit = lab_secret.in_the_way(this.lab, stored, where[1]) if stored else None
            culprit = culprit or await _ensure(this, memory, stored)
        if culprit is not None:
            memory.view = None
            await summarise.say_blocked(this, culprit, final=False)
            return Next(TAKEN_SECONDS, ends=True)
    this.credentials = memory.view or CredentialsView()
    return Next(memory.read_at + LOOK_SECONDS - this.now, alone=True)


async def _made(this: Pass, memory: CredentialsMemory) -> bool:
    """A lab of which nothing was ever said has no Secret yet, but for one that was kept: it is made
    without a look, and the look follows where one has the name."""
    if this.last.conditions or memory.version is not None:
        return False
    try:
        return await _ensure(this, memory, None) is None
    except Conflict:
        return False


def _fresh(this: Pass, memory: CredentialsMemory) -> bool:
    refused = this.memories.of(SetUpMemory).culprit is not None
    recent = this.now - memory.read_at < (SOONER_SECONDS if refused else LOOK_SECONDS)
    return recent and _known_for(this, memory)


def _known_for(this: Pass, memory: CredentialsMemory) -> bool:
    """Whether what is remembered is of the lab as it is now, and all that it needs."""
    return (
        memory.view is not None
        and memory.asked == this.record.asked
        and memory.needs(this.lab) <= memory.view.digests.keys()
    )


def _as_it_was(this: Pass, memory: CredentialsMemory, stored: StoredSecret) -> bool:
    """Nobody has written it since it was found, or made, to be right, and it is to hold the same.
    Passwords that are chosen are in a Secret of their own, which is read each time."""
    return (
        _known_for(this, memory)
        and memory.version == stored.version
        and not this.lab.spec.passwords_secret_name
    )


async def _ensure(
    this: Pass, memory: CredentialsMemory, stored: StoredSecret | None
) -> Culprit | None:
    own = await chosen(this)
    if isinstance(own, Culprit):
        return own
    known = replace(_known(this, memory, stored), chosen=own)
    wanted = secret(this.lab, lab_secret.keeper(this), known)
    await lab_secret.write(this, stored, wanted)
    if wanted.put_back:
        event = EventToPublish("Warning", RESTORED, _words(this.lab, stored, wanted))
        await this.tools.cluster.publish(this.key, this.record.uid, event)
    return None


def _known(this: Pass, memory: CredentialsMemory, stored: StoredSecret | None) -> Known:
    last = this.last.credentials
    seals = [last.seals if last else "", memory.seals]
    if stored is not None:
        seals.append(stored.annotations.get(names.SEALS_ANNOTATION, ""))
    return Known(
        stored=stored.values if stored is not None else None,
        seals=tuple(text for text in seals if text),
        remembered=memory.values,
        asked=this.record.rotate,
    )


def _words(lab: Lab, stored: StoredSecret | None, wanted: Secret) -> str:
    name = names.credentials(lab.key.name)
    if stored is None:
        return f"the Secret {name} was gone; it is back with the same credentials"
    keys = ", ".join(wanted.put_back)
    return (
        f"the Secret {name} was changed by hand; what the lab works with was put back: {keys}. "
        f"For new passwords: kubectl annotate slab {lab.key.name} --overwrite "
        f"{names.ROTATE_ANNOTATION}=<any new text>"
    )
