"""Kafka's brokers one by one: which may stop now, which is restarted next, what that waits for.

Pure. Two things make a running broker go: the spec stops it, or its template has changed. Both wait
until nothing would be lost by it: every broker that should run is ready, and a look at Kafka itself
(the Job ``partitions``, made for these very pods) has found all of them in every ISR. Then at most
one goes. What is broken already waits for nobody: it cannot get worse, and it may heal the rest.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from streaminglab_operator import names
from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.observed import Culprit, LabView, Observed, PodState, WorkloadState
from streaminglab_operator.plan.lab import Lab

COMPONENT = "kafka"
CHAOS = "spec.chaos"


@dataclass(frozen=True, slots=True)
class Broker:
    """One broker as it was seen.

    - ``state``: its StatefulSet's; None before that is made
    - ``item``, ``pod``: its pod, unless that is being deleted or has ended
    - ``leaving``: a pod of it is being deleted
    """

    id: int
    name: str
    state: WorkloadState | None = None
    item: Observed | None = None
    pod: PodState | None = None
    leaving: bool = False

    @property
    def asked(self) -> bool:
        """Whether its StatefulSet is to have a pod."""
        return self.state is not None and self.state.desired > 0

    @property
    def stopped(self) -> bool:
        """Whether its StatefulSet is to have none."""
        return self.state is not None and self.state.desired == 0

    @property
    def gone(self) -> bool:
        """Stopped, and nothing is left of its pod."""
        return self.stopped and self.item is None and not self.leaving

    @property
    def ready(self) -> bool:
        """Whether it answers."""
        return self.pod is not None and self.pod.ready

    @property
    def known(self) -> bool:
        """Whether the StatefulSet's controller has seen what was last asked for."""
        return self.state is not None and bool(self.state.revision)

    @property
    def outdated(self) -> bool:
        """Whether its pod was made of a template that is no longer the newest."""
        return (
            self.asked
            and self.pod is not None
            and self.state is not None
            and bool(self.state.revision)
            and self.pod.revision != self.state.revision
        )


@dataclass(frozen=True, slots=True)
class Roll:
    """What is done with the brokers in this pass.

    - ``stopped``: those that have no pod, by number
    - ``restart``: pods to delete; their StatefulSets make them anew
    - ``waits``: in words, what a stop or a restart waits for
    - ``by_chaos``: those of ``stopped`` that the list of the spec does not name;
      ``chaos_until``: when that ends, as the status has it
    """

    stopped: tuple[int, ...] = ()
    restart: tuple[Observed, ...] = ()
    waits: str = ""
    by_chaos: tuple[int, ...] = ()
    chaos_until: str = ""


NOTHING = Roll()
"""All brokers run, and are as they should be."""


def seen(lab: Lab, view: LabView) -> tuple[Broker, ...]:
    """The brokers that a lab should have, in the order of their numbers."""
    return tuple(_seen(lab.key.name, number, view) for number in range(lab.spec.brokers))


def _seen(lab: str, number: int, view: LabView) -> Broker:
    name = names.broker(lab, number)
    owner = view.get("StatefulSet", name)
    state = owner.state if owner and isinstance(owner.state, WorkloadState) else None
    item = view.get("Pod", names.broker_pod(lab, number))
    pod = item.state if item and isinstance(item.state, PodState) else None
    if item is None or pod is None or pod.owner != name:
        return Broker(number, name, state)
    if item.deleting or pod.finished:
        return Broker(number, name, state, leaving=item.deleting)
    return Broker(number, name, state, item, pod)


def inputs(brokers: Sequence[Broker], wanted: Collection[int], topics: str) -> Iterator[str]:
    """All that a look at the replicas must not be older than: the pods as they run, what they
    should be, whom the spec stops, and the topics."""
    yield topics
    yield from (f"{b.name}={b.pod.fingerprint}" for b in brokers if b.pod)
    yield from (f"{b.name}={b.state.revision}" for b in brokers if b.state)
    yield from (f"stops={number}" for number in sorted(wanted))


def workload(brokers: Sequence[Broker]) -> WorkloadState | None:
    """All brokers as if they were one workload; None before all are made."""
    states = [b.state for b in brokers if b.state is not None]
    if len(states) < len(brokers):
        return None
    return WorkloadState(
        desired=len(brokers),
        ready=sum(s.ready for s in states),
        settled=all(s.settled for s in states) and not any(b.outdated for b in brokers),
        culprit=next((s.culprit for s in states if s.culprit), None),
    )


def away(brokers: Sequence[Broker]) -> Broker | None:
    """A broker that should run and does not; None when the others need wait for nobody."""
    return next((b for b in brokers if not (b.ready and b.known) and not b.gone), None)


@dataclass(frozen=True, slots=True)
class Stops:
    """Who is to be stopped: by ``spec.kafka.stoppedBrokers``, and at present by ``spec.chaos``.

    ``hurry``: those of the chaos do not wait until all replicas are in sync; ``until``: its end.
    """

    listed: Collection[int] = ()
    chaos: Collection[int] = ()
    hurry: bool = False
    until: str = ""

    @property
    def all(self) -> tuple[int, ...]:
        """Both, in the order of their numbers."""
        return tuple(sorted({*self.listed, *self.chaos}))

    def by_chaos(self, stopped: Collection[int]) -> tuple[int, ...]:
        """Those of the stopped ones that only the chaos stops."""
        return tuple(number for number in stopped if number not in self.listed)


def roll(brokers: Sequence[Broker], wanted: Stops, *, topics: bool, in_sync: bool) -> Roll:
    """The next step towards what the spec asks for.

    - ``topics``: the lab's topics are made. Before that no broker is stopped: topics need as many
      brokers as they have replicas
    - ``in_sync``: no running broker lacks in any ISR, seen after all that is in ``brokers``
    """
    stopped, waits = _stops(brokers, wanted, topics=topics, in_sync=in_sync)
    by_chaos = wanted.by_chaos(stopped)
    # Who is about to stop is the one that goes: nobody else before a new look has found it gone.
    goes = any(b.asked for b in brokers if b.id in stopped)
    restart, then = _restart(brokers, by_chaos, in_sync=in_sync and not goes)
    return Roll(stopped, restart, waits or then, by_chaos, wanted.until if by_chaos else "")


def _stops(
    brokers: Sequence[Broker], wanted: Stops, *, topics: bool, in_sync: bool
) -> tuple[tuple[int, ...], str]:
    named = [b for b in brokers if b.id in wanted.all]
    stopped = [b.id for b in named if b.stopped]
    to_stop = [b for b in named if not b.stopped]
    if not to_stop:
        return tuple(stopped), ""
    # Who does not answer is no loss; otherwise in the order of their numbers.
    chosen = min(to_stop, key=lambda b: (b.ready, b.id))
    if len(brokers) == 1:
        waits = ""
    elif not topics:
        waits = "the Job init is done"
    elif chosen.ready or not chosen.asked:
        hurry = wanted.hurry and chosen.id not in wanted.listed
        back = next((b for b in brokers if b.stopped and b.id not in wanted.all), None)
        waits = f"broker {back.id} is back" if back else _unsafe(brokers, in_sync=in_sync or hurry)
    else:
        waits = ""
    if waits:
        return tuple(stopped), f"broker {chosen.id} is stopped as soon as {waits}"
    return tuple(sorted([*stopped, chosen.id])), ""


def _restart(
    brokers: Sequence[Broker], by_chaos: Collection[int], *, in_sync: bool
) -> tuple[tuple[Observed, ...], str]:
    """Pods to delete. A lab of one broker has none: its StatefulSet replaces the pod itself."""
    outdated = [b for b in brokers if b.outdated]
    if not outdated or len(brokers) == 1:
        return (), ""
    broken = _broken(brokers)
    if broken:
        return tuple(b.item for b in broken if b.item), ""
    chosen = outdated[-1]
    waits = _unsafe(brokers, in_sync=in_sync)
    stopped = [b.id for b in brokers if b.stopped]
    if stopped and not waits:
        waits = f"broker {stopped[0]} is started again ({_field(stopped[0], by_chaos)})"
    if waits:
        done = sum(1 for b in brokers if b.ready and not b.outdated)
        count = f"{done} of {len(brokers)} restarted"
        return (), f"{count}; broker {chosen.id} is next, as soon as {waits}"
    return tuple(b.item for b in (chosen,) if b.item), ""


def _broken(brokers: Sequence[Broker]) -> list[Broker]:
    """Those that do not answer, and whose template is no longer the newest."""
    return [b for b in brokers if b.outdated and not b.ready]


def _unsafe(brokers: Sequence[Broker], *, in_sync: bool) -> str:
    """What must be so before a broker that answers may go; empty: it may."""
    missing = away(brokers)
    if missing is not None:
        return f"broker {missing.id} is {'gone' if missing.stopped else 'back'}"
    return "" if in_sync else "every replica of the others is in sync"


def _named(stopped: Sequence[Broker], now: Roll) -> Iterator[str]:
    """By field of the spec, the brokers that it keeps stopped."""
    for field, found in groupby(stopped, key=lambda b: _field(b.id, now.by_chaos)):
        until = f" (until {now.chaos_until})" if field == CHAOS and now.chaos_until else ""
        yield f"{field}{until}: {', '.join(b.name for b in found)}"


def _field(number: int, by_chaos: Collection[int]) -> str:
    """The field of the spec that stops a broker."""
    return CHAOS if number in by_chaos else "spec.kafka.stoppedBrokers"


def trouble(brokers: Sequence[Broker], now: Roll) -> Culprit | None:
    """What the spec does to the brokers at present, for who reads the lab's status."""
    leaving = [b for b in brokers if b.stopped and b.id in now.stopped and not b.gone]
    if leaving:
        said = f"being stopped by {_field(leaving[0].id, now.by_chaos)}: {leaving[0].name}"
        return Culprit(Reason.ROLLING_OUT, said)
    stopped = [b for b in brokers if b.gone and b.id in now.stopped]
    if stopped:
        said = "kept stopped by " + "; by ".join(_named(stopped, now))
        return Culprit(Reason.BROKER_STOPPED, f"{said}; {now.waits}" if now.waits else said)
    if now.restart:
        return Culprit(Reason.ROLLING_OUT, f"pod {now.restart[0].name} is restarted")
    return Culprit(Reason.ROLLING_OUT, now.waits) if now.waits else None
