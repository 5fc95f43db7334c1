"""How often parts of a lab come and go, and for how long the lab is left alone."""

import pytest

from streaminglab_operator.api import Condition, ConditionType, Reason, StreamingLabStatus
from streaminglab_operator.api.status_chaos import ChaosState, ChaosStatus
from streaminglab_operator.reconcile.flaps import (
    FIRST_DELAY,
    FREE_FLAPS,
    MAX_DELAY,
    WINDOW_SECONDS,
    FlapsMemory,
)

KAFKA, INFLUXDB = ConditionType("KafkaReady"), ConditionType("InfluxDBReady")


def _status(*ready: ConditionType, generation: int = 1, chaos: str = "") -> StreamingLabStatus:
    return StreamingLabStatus(
        observed_generation=generation,
        conditions=[
            Condition(
                type=kind,
                status="True" if kind in ready else "False",
                reason=Reason.READY if kind in ready else Reason.NOT_READY,
                observed_generation=generation,
            )
            for kind in (ConditionType.READY, KAFKA, INFLUXDB)
        ],
        chaos=ChaosStatus(state=ChaosState(chaos)) if chaos else None,
    )


WELL = _status(ConditionType.READY, KAFKA, INFLUXDB)


def _lost(memory: FlapsMemory, times: int, now: float = 1000.0) -> None:
    for _ in range(times):
        memory.seen(WELL, _status(INFLUXDB), now)
        memory.seen(_status(INFLUXDB), WELL, now)


def test_some_losses_are_nobodys_trouble() -> None:
    memory = FlapsMemory()
    _lost(memory, FREE_FLAPS)
    assert (memory.delay, memory.sentence) == (0.0, "")


def test_after_them_the_lab_is_left_alone_ever_longer_and_it_is_said() -> None:
    memory, delays = FlapsMemory(), []
    _lost(memory, FREE_FLAPS)
    for _ in range(6):
        _lost(memory, 1)
        delays.append(memory.delay)
    assert delays[:2] == [FIRST_DELAY, 2 * FIRST_DELAY]
    assert delays[-1] == MAX_DELAY
    assert memory.sentence == (
        "KafkaReady was lost 11 times in the last 5 minutes; until that ends the operator looks at "
        "the lab every 30 seconds"
    )


def test_what_was_lost_long_ago_counts_no_more() -> None:
    memory = FlapsMemory()
    _lost(memory, 3 * FREE_FLAPS, now=1000.0)
    memory.seen(WELL, WELL, 1000.0 + WINDOW_SECONDS - 1)
    assert memory.delay
    memory.seen(WELL, WELL, 1000.0 + WINDOW_SECONDS)
    assert (memory.delay, memory.times) == (0.0, {})


def test_two_parts_that_are_lost_by_turns_are_counted_each() -> None:
    memory = FlapsMemory()
    for _ in range(FREE_FLAPS):
        memory.seen(WELL, _status(KAFKA), 1000.0)
        memory.seen(_status(KAFKA), _status(INFLUXDB), 1000.0)
    assert not memory.delay
    assert {len(times) for times in memory.times.values()} == {FREE_FLAPS}


def test_a_loss_that_could_not_be_written_is_one_loss() -> None:
    memory = FlapsMemory()
    for _ in range(3 * FREE_FLAPS):
        memory.seen(WELL, _status(INFLUXDB), 1000.0)
    assert not memory.delay
    assert len(memory.times[KAFKA]) == 1


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(_status(INFLUXDB, generation=2), id="an edit"),
        pytest.param(_status(INFLUXDB, chaos="Running"), id="a chaos that runs"),
        pytest.param(_status(KAFKA, INFLUXDB), id="the lab as a whole"),
    ],
)
def test_what_was_asked_for_is_no_flap(new: StreamingLabStatus) -> None:
    memory = FlapsMemory()
    for _ in range(3 * FREE_FLAPS):
        memory.seen(WELL, new, 1000.0)
        memory.seen(new, WELL.model_copy(update={"chaos": new.chaos}), 1000.0)
    assert not memory.delay


def test_a_chaos_that_is_over_excuses_nothing() -> None:
    memory = FlapsMemory()
    for _ in range(3 * FREE_FLAPS):
        memory.seen(WELL, _status(INFLUXDB, chaos="Ended"), 1000.0)
        memory.seen(_status(INFLUXDB), WELL, 1000.0)
    assert memory.delay


def test_however_often_it_happens_the_memory_is_small() -> None:
    memory = FlapsMemory()
    _lost(memory, 10_000)
    assert len(memory.times[KAFKA]) <= 20
