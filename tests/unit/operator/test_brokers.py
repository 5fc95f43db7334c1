"""Brokers one by one: who may go, who waits, and that it always comes to an end."""

from collections.abc import Collection
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.observed import Observed, PodState, WorkloadState
from streaminglab_operator.plan import brokers
from streaminglab_operator.plan.brokers import Broker, Roll, Stops

OLD, NEW = "old", "new"


def broker(
    number: int,
    *,
    ready: bool = True,
    pod: str | None = OLD,
    newest: str = OLD,
    asked: bool = True,
    leaving: bool = False,
) -> Broker:
    """One of revision ``pod`` (None: no pod), whose StatefulSet wants ``newest``."""
    name = f"meteo-kafka-{number}"
    state = WorkloadState(int(asked), int(ready), True, revision=newest)
    if pod is None:
        return Broker(number, name, state, leaving=leaving)
    seen = PodState(ready, False, f"{number}{pod}", name, revision=pod)
    item = Observed("Pod", f"{name}-0", f"uid-{number}", 1, "kafka", "", "", False, state=seen)
    return Broker(number, name, state, item, seen)


def step(
    found: list[Broker], wanted: Collection[int] = (), *, topics: bool = True, in_sync: bool = True
) -> Roll:
    return brokers.roll(found, Stops(wanted), topics=topics, in_sync=in_sync)


def restarted(roll: Roll) -> list[str]:
    return [pod.name for pod in roll.restart]


def test_nothing_is_done_to_brokers_that_are_as_they_should_be() -> None:
    assert step([broker(n) for n in range(3)]) == Roll()


def test_one_goes_when_all_are_in_sync_and_the_last_first() -> None:
    found = [broker(n, newest=NEW) for n in range(3)]
    assert restarted(step(found)) == ["meteo-kafka-2-0"]


def test_nobody_goes_before_every_replica_is_in_sync() -> None:
    roll = step([broker(0, newest=NEW), broker(1, newest=NEW), broker(2, pod=NEW, newest=NEW)],
                in_sync=False)  # fmt: skip
    assert restarted(roll) == []
    assert "1 of 3 restarted; broker 1 is next" in roll.waits
    assert "every replica of the others is in sync" in roll.waits


def test_nobody_goes_while_another_is_away() -> None:
    for absent in (broker(2, pod=None, newest=NEW), broker(2, pod=NEW, newest=NEW, ready=False)):
        roll = step([broker(0, newest=NEW), broker(1, newest=NEW), absent])
        assert restarted(roll) == []
        assert "broker 2 is back" in roll.waits


def test_a_broken_broker_goes_first_and_waits_for_nobody() -> None:
    found = [broker(0, newest=NEW), broker(1, newest=NEW, ready=False), broker(2, newest=NEW)]
    assert restarted(step(found, in_sync=False)) == ["meteo-kafka-1-0"]


def test_brokers_that_all_failed_are_replaced_together() -> None:
    """One after the other would wait for a majority that can never be."""
    found = [broker(n, newest=NEW, ready=False) for n in range(3)]
    assert len(restarted(step(found, in_sync=False))) == 3


def test_a_statefulset_that_its_controller_has_not_seen_yet_tells_nothing() -> None:
    found = [broker(0, newest=NEW), broker(1, newest=NEW), broker(2, newest="")]
    assert restarted(step(found)) == []


def test_a_single_broker_is_left_to_its_statefulset() -> None:
    assert step([broker(0, newest=NEW)], in_sync=False) == Roll()
    assert step([broker(0)], [0], topics=False, in_sync=False).stopped == (0,)


def test_a_broker_stops_when_the_others_can_do_without_it() -> None:
    found = [broker(n) for n in range(3)]
    assert step(found, [1]) == Roll(stopped=(1,))
    waiting = step(found, [1], in_sync=False)
    assert waiting.stopped == ()
    assert "broker 1 is stopped as soon as every replica" in waiting.waits


def test_no_broker_stops_before_the_topics_are_there() -> None:
    """A topic of three replicas cannot be made on two brokers."""
    waiting = step([broker(n) for n in range(3)], [1], topics=False)
    assert waiting.stopped == ()
    assert "the Job init is done" in waiting.waits


def test_a_broker_that_does_not_answer_stops_at_once() -> None:
    found = [broker(0), broker(1, ready=False), broker(2)]
    assert step(found, [1], in_sync=False).stopped == (1,)


def test_a_stopped_broker_stays_stopped_whatever_the_others_do() -> None:
    stopped = broker(1, asked=False, pod=None)
    assert step([broker(0), stopped, broker(2, ready=False)], [1], in_sync=False).stopped == (1,)


def test_a_broker_starts_at_once_and_the_next_stop_waits_for_it() -> None:
    found = [broker(0), broker(1, asked=False, pod=None), broker(2)]
    both = step(found, [2], in_sync=True)
    assert both.stopped == (2,) or "broker 2 is stopped as soon as" in both.waits
    starting = [broker(0), broker(1, ready=False), broker(2)]
    waiting = step(starting, [2], in_sync=True)
    assert waiting.stopped == ()
    assert "broker 1 is back" in waiting.waits


def test_a_stop_waits_for_one_that_the_spec_stops_no_more() -> None:
    found = [broker(0), broker(1), broker(2, asked=False, pod=None)]
    waiting = step(found, [0])
    assert waiting.stopped == ()
    assert "broker 2 is back" in waiting.waits


def test_a_chaos_says_so_and_may_hurry() -> None:
    found = [broker(0), broker(1), broker(2)]
    stops = Stops((), (1,), until="2026-01-31T09:10:00Z")
    assert brokers.roll(found, stops, topics=True, in_sync=False).stopped == ()
    hurry = Stops((), (1,), hurry=True)
    assert brokers.roll(found, hurry, topics=True, in_sync=False).stopped == (1,)
    gone = [broker(0), broker(1, asked=False, pod=None), broker(2, asked=False, pod=None)]
    both = brokers.roll(gone, Stops((2,), (1,), until=stops.until), topics=True, in_sync=True)
    said = brokers.trouble(gone, both)
    assert said is not None
    assert said.message == (
        "kept stopped by spec.chaos (until 2026-01-31T09:10:00Z): meteo-kafka-1; "
        "by spec.kafka.stoppedBrokers: meteo-kafka-2"
    )


def test_with_one_stopped_no_other_restarts() -> None:
    found = [broker(0, newest=NEW), broker(1, asked=False, pod=None), broker(2, newest=NEW)]
    roll = step(found, [1])
    assert restarted(roll) == []
    assert "broker 1 is started again (spec.kafka.stoppedBrokers)" in roll.waits


def test_a_stop_and_a_restart_are_two_steps() -> None:
    roll = step([broker(n, newest=NEW) for n in range(3)], [0])
    assert roll.stopped == (0,)
    assert restarted(roll) == []


def test_a_stop_that_waits_for_topics_keeps_nothing_from_being_mended() -> None:
    roll = step([broker(n, newest=NEW) for n in range(3)], [0], topics=False)
    assert restarted(roll) == ["meteo-kafka-2-0"]


def test_what_is_done_is_said() -> None:
    found = [broker(0), broker(1, asked=False, pod=None), broker(2)]
    said = brokers.trouble(found, Roll(stopped=(1,)))
    assert said is not None
    assert (said.reason, said.message) == (
        "BrokerStopped", "kept stopped by spec.kafka.stoppedBrokers: meteo-kafka-1",
    )  # fmt: skip
    going = [broker(0), broker(1, asked=False), broker(2)]
    said = brokers.trouble(going, Roll(stopped=(1,)))
    assert said is not None and said.reason == "RollingOut"
    assert brokers.trouble([broker(n) for n in range(3)], Roll()) is None


def test_all_brokers_together_are_one_workload() -> None:
    found = [broker(0), broker(1, asked=False, pod=None, ready=False), broker(2)]
    state = brokers.workload(found)
    assert state is not None
    assert (state.desired, state.ready) == (3, 2)
    assert brokers.workload([Broker(0, "meteo-kafka-0"), *found[1:]]) is None


@dataclass
class Node:
    """One broker in a small Kafka: a broken template never becomes ready. ``lives``: how often its
    container was started anew, which its pod's fingerprint tells."""

    newest: int = 0
    pod: int | None = 0
    ready: bool = True
    in_sync: bool = True
    asked: bool = True
    lives: int = 0


@dataclass
class Cluster:
    """Three brokers with one partition on all of them, and the operator's step.

    ``report``: a look at the replicas that found all in sync, and how the brokers were then.
    """

    broken: frozenset[int]
    nodes: list[Node] = field(default_factory=lambda: [Node() for _ in range(3)])
    wanted: frozenset[int] = frozenset()
    report: object = None
    topics: bool = True

    def seen(self) -> list[Broker]:
        return [
            broker(
                number,
                ready=node.ready,
                pod=None if node.pod is None else str(node.pod),
                newest=str(node.newest),
                asked=node.asked,
            )
            for number, node in enumerate(self.nodes)
        ]

    def picture(self) -> object:
        """What the Job's name is made of."""
        return (
            tuple((n.pod, n.lives, n.newest, n.asked, n.ready) for n in self.nodes),
            self.wanted,
        )

    def edit(self, revision: int) -> None:
        for node in self.nodes:
            node.newest = revision

    def look(self) -> None:
        running = [n for n in self.nodes if n.asked]
        if running and all(n.ready and n.in_sync for n in running):
            self.report = self.picture()

    def kubelet(self, number: int) -> None:
        node = self.nodes[number]
        if node.asked and node.pod is None:
            node.pod = node.newest
        elif node.pod is not None and node.pod not in self.broken:
            node.in_sync, node.ready = node.ready, True

    def operator(self) -> None:
        """One pass, with the promise that is checked: with all in sync before, two stay; else
        nobody that answers goes, unless it is the only one whose stop the spec asks for."""
        roll = brokers.roll(
            self.seen(),
            Stops(self.wanted),
            topics=self.topics,
            in_sync=self.report == self.picture(),
        )
        answering = {n for n, node in enumerate(self.nodes) if node.ready and node.asked}
        synced = {n for n in answering if self.nodes[n].in_sync}
        for pod in roll.restart:
            number = int(pod.uid.removeprefix("uid-"))
            node = self.nodes[number]
            node.pod, node.ready, node.in_sync = None, False, False
        for number, node in enumerate(self.nodes):
            stops = number in roll.stopped
            if stops and node.asked:
                node.pod, node.ready, node.in_sync = None, False, False
            node.asked = not stops
        gone = {n for n in answering if not self.nodes[n].ready}
        assert len(gone) <= 1
        if gone:
            stopped = frozenset(roll.stopped) - gone
            assert synced == {0, 1, 2} - stopped, "one went while another was not in sync"
            assert not (stopped and roll.restart), "one restarted beside a stopped one"

    def done(self) -> bool:
        return all(
            node.asked is (number not in self.wanted)
            and (not node.asked or (node.ready and node.in_sync and node.pod == node.newest))
            for number, node in enumerate(self.nodes)
        )


@given(
    st.frozensets(st.integers(1, 4), max_size=3),
    st.lists(
        st.one_of(
            st.tuples(st.just("edit"), st.integers(0, 4)),
            st.tuples(st.just("stop"), st.frozensets(st.integers(0, 2), max_size=2)),
            st.tuples(st.just("kubelet"), st.integers(0, 2)),
            st.tuples(st.just("crash"), st.integers(0, 2)),
            st.tuples(st.just("look"), st.none()),
            st.tuples(st.just("operator"), st.none()),
        ),
        max_size=60,
    ),
    st.booleans(),
)
def test_no_order_of_events_takes_two_and_all_of_them_heal(
    broken: frozenset[int], events: list[tuple[str, object]], topics: bool
) -> None:
    cluster = Cluster(broken, topics=topics)
    for what, argument in events:
        if what == "edit" and isinstance(argument, int):
            cluster.edit(argument)
        elif what == "stop" and isinstance(argument, frozenset):
            cluster.wanted = argument
        elif what == "kubelet" and isinstance(argument, int):
            cluster.kubelet(argument)
        elif what == "crash" and isinstance(argument, int):
            node = cluster.nodes[argument]
            node.ready, node.in_sync, node.lives = False, False, node.lives + 1
        elif what == "look":
            cluster.look()
        else:
            cluster.operator()
    # The spec is corrected, and nothing else: all of it must come right by itself.
    cluster.topics = True
    cluster.wanted = frozenset()
    cluster.edit(0)
    for _ in range(30):
        cluster.operator()
        for number in range(3):
            cluster.kubelet(number)
        cluster.look()
    assert cluster.done()
