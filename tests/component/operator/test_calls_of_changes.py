"""How many calls and passes it costs to edit labs, to leave them alone, to start the operator anew
among them, and to delete them: recorded bounds, exact for calls.

Times are measured by ``bench scale``. These are counts, so they are the same on every machine, and
a change that costs each of a thousand labs one more call shows here.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from streaminglab_operator.names import LabKey
from tests.component.operator.test_calls_of_a_lab import CALLS as CALLS_OF_A_LAB
from tests.component.operator.test_calls_of_a_lab import PASSES as PASSES_OF_A_LAB
from tests.component.operator.test_calls_of_a_lab import READS
from tests.component.operator.test_calls_of_a_lab import STATUSES as STATUSES_OF_A_LAB
from tests.fakes.cluster import FakeCluster
from tests.fakes.world import World

LABS = 4
RENDERS = 8
"""Runs of ``helm template`` for any number of equal labs."""
EDITED = Counter({"apply NetworkPolicy": 3, "status": 1, "read_secret": 1})
EDIT = {"access": {"namespacePods": False}}
"""Changes NetworkPolicies, and no pod: as ``bench scale`` edits labs."""


class Counted:
    """Calls by verb and kind, and passes, while a ``with`` of :meth:`step` lasts."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.reads: list[str] = []
        self.calls: Counter[str] = Counter()
        self.passes = 0

    @contextmanager
    def step(self) -> Iterator[None]:
        """Count anew."""
        known, reads, passes = self.world.writes, len(self.reads), self.world.passes
        before = len(known.done)
        yield
        # A new operator has a new record of what it writes.
        done = self.world.writes.done[before if self.world.writes is known else 0 :]
        # An update of the status names its lab in place of a kind.
        self.calls = Counter(
            " ".join(w.split()[: 1 if w.startswith("status") else 2]) for w in done
        )
        self.calls.update(self.reads[reads:])
        self.passes = self.world.passes - passes


def _call(write: str) -> str:
    verb, kind = write.split()[:2]
    # A write of the status names its lab in place of a kind.
    return verb if verb == "status" else f"{verb} {kind}"


@pytest.fixture
async def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Some labs at rest, each in its namespace."""
    world = World()
    counted = Counted(world)

    def noted(name: str) -> Any:
        asked = getattr(FakeCluster, name)

        async def ask(self: FakeCluster, *given: Any, **more: Any) -> Any:
            counted.reads.append(name)
            return await asked(self, *given, **more)

        return ask

    for name in READS:
        monkeypatch.setattr(FakeCluster, name, noted(name))
    with counted.step():
        for key in keys():
            world.add_lab(namespace=key.namespace)
        await world.settle(seconds=59)
    assert all(world.ready(key) for key in keys())
    return counted


def keys() -> list[LabKey]:
    return [LabKey(f"lab-{number}", "meteo") for number in range(LABS)]


async def test_labs_that_come_at_once_cost_no_more_than_one_after_the_other(
    counted: Counted,
) -> None:
    one = Counter(CALLS_OF_A_LAB)
    seen = Counter(counted.calls)
    statuses = seen.pop("status")
    assert seen == Counter({call: number * LABS for call, number in one.items()})
    assert statuses <= STATUSES_OF_A_LAB * LABS
    assert counted.passes <= PASSES_OF_A_LAB * LABS
    assert len(counted.world.helm.asked) == RENDERS


async def test_an_edit_costs_what_it_changes_and_one_pass(counted: Counted) -> None:
    with counted.step():
        counted.world.edit_lab(EDIT, keys()[0])
        await counted.world.settle(seconds=59)
    assert counted.calls == EDITED
    assert counted.passes == 1


async def test_edits_of_all_labs_cost_each_of_them_as_much_as_one(counted: Counted) -> None:
    with counted.step():
        for key in keys():
            counted.world.edit_lab(EDIT, key)
        await counted.world.settle(seconds=59)
    assert counted.calls == Counter({call: number * LABS for call, number in EDITED.items()})
    assert counted.passes == LABS
    rendered = len(counted.world.helm.asked) - RENDERS
    assert rendered == 3, "the charts of the changed objects, once for all labs"


async def test_labs_at_rest_are_looked_at_every_ten_minutes_and_nothing_is_written(
    counted: Counted,
) -> None:
    with counted.step():
        await counted.world.settle(seconds=3600)
    assert counted.calls == Counter({"read_secret": 6 * LABS})
    assert counted.passes == 6 * LABS


async def test_a_restart_reads_each_secret_and_writes_nothing(counted: Counted) -> None:
    with counted.step():
        counted.world.restart()
        await counted.world.settle(seconds=59)
    assert counted.calls == Counter({"read_secret": LABS})
    assert counted.passes == LABS


async def test_a_restart_after_an_edit_writes_nothing_either(counted: Counted) -> None:
    counted.world.edit_lab(EDIT, keys()[0])
    await counted.world.settle(seconds=59)
    with counted.step():
        counted.world.restart()
        await counted.world.settle(seconds=59)
    assert counted.calls == Counter({"read_secret": LABS})


async def test_labs_that_are_deleted_cost_one_pass_and_no_call(counted: Counted) -> None:
    with counted.step():
        for key in keys():
            counted.world.server.delete("StreamingLab", key.namespace, key.name)
        await counted.world.settle(seconds=59)
    assert not counted.calls
    assert counted.passes == LABS
    assert not counted.world.server.find("Pod")
