"""The step that deletes pods which are to be made anew: when it acts, and when it is run again."""

from types import SimpleNamespace
from typing import Any

import pytest

from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import Observed
from streaminglab_operator.plan.brokers import NOTHING, Roll
from streaminglab_operator.plan.stuck import NONE, Stuck
from streaminglab_operator.reconcile.passes import Next
from streaminglab_operator.reconcile.steps import roll

SET = Observed(
    kind="StatefulSet", name="meteo-kafka-0", uid="s", resource_version=1, component="kafka",
    digest="d", ownership="o", deleting=False,
)  # fmt: skip
POD = Observed(
    kind="Pod", name="meteo-kafka-0-0", uid="p", resource_version=1, component="kafka",
    digest="", ownership="", deleting=False, owner="s",
)  # fmt: skip


class Cluster:
    """Notes what is deleted."""

    def __init__(self) -> None:
        self.deleted: list[str] = []

    async def delete(self, item: Observed, namespace: str) -> None:
        self.deleted.append(f"{namespace}/{item.name}")


async def _run(now: Roll = NOTHING, stuck: Stuck = NONE, writes: int = 0) -> tuple[Next, list[str]]:
    cluster = Cluster()
    this: Any = SimpleNamespace(
        tools=SimpleNamespace(cluster=cluster),
        view=SimpleNamespace(objects={(o.kind, o.name): o for o in (SET, POD)}),
        desired=SimpleNamespace(roll=now, stuck=stuck),
        key=LabKey("user-alice", "meteo"),
        writes=writes,
    )
    done = await roll.run(this)
    assert this.writes == writes + len(cluster.deleted)
    return done, cluster.deleted


@pytest.mark.parametrize("given", [{"now": Roll(restart=(POD,))}, {"stuck": Stuck((POD,))}])
async def test_a_pod_is_deleted_in_a_pass_that_wrote_nothing(given: Any) -> None:
    assert await _run(**given) == (Next(), ["user-alice/meteo-kafka-0-0"])


@pytest.mark.parametrize("given", [{"now": Roll(restart=(POD,))}, {"stuck": Stuck((POD,))}])
async def test_after_another_write_it_is_looked_at_anew_at_once(given: Any) -> None:
    """No watch may tell of that write: what was written again is often what was there."""
    assert await _run(**given, writes=1) == (Next(0.0), [])


async def test_with_nothing_to_delete_it_asks_for_the_next_that_is_due() -> None:
    assert await _run(stuck=Stuck((), 7.0)) == (Next(7.0), [])
    assert await _run(stuck=Stuck((), 7.0), writes=1) == (Next(7.0), [])
    assert await _run() == (Next(), [])
