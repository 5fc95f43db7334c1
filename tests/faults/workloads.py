"""What people do with a lab while faults come: steps from a lab at rest to another one at rest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from streaminglab_operator.api import LAB
from streaminglab_operator.names import ROTATE_ANNOTATION
from tests.fakes.connect import SINK
from tests.fakes.world import METEO
from tests.faults.world import FaultyWorld

Step = Callable[[FaultyWorld], None]

SMALL: Mapping[str, Any] = {"inject": {"points": 20}}
THREE: Mapping[str, Any] = {
    "weather": False,
    "kafka": {"brokers": 3, "topics": [{"name": "weather"}]},
}
STOPPED: Mapping[str, Any] = {**THREE, "kafka": {**THREE["kafka"], "stoppedBrokers": [1]}}


@dataclass(frozen=True, slots=True)
class Workload:
    """``before``: steps that come before all faults; ``steps``: those that faults may hit.

    ``every``: of the row of all positions, each so many; more than 1 where another workload
    writes the same.
    """

    steps: tuple[Step, ...]
    before: tuple[Step, ...] = ()
    every: int = 1


def create(spec: Mapping[str, Any]) -> Step:
    """``kubectl apply`` of a new lab."""
    return lambda world: _ignore(world.add_lab(dict(spec)))


def edit(**change: Any) -> Step:
    """``kubectl apply`` of a lab that is there."""
    return lambda world: world.edit_lab(change)


def delete(world: FaultyWorld) -> None:
    """``kubectl delete``: what it owns goes with it, its volumes too."""
    world.server.delete(LAB.kind, METEO.namespace, METEO.name)


def delete_namespace(world: FaultyWorld) -> None:
    """``kubectl delete namespace``: one kind after another, in whatever order."""
    world.many.ending.add(METEO.namespace)


def both(first: Step, second: Step) -> Step:
    """Two steps with nothing between them."""

    def step(world: FaultyWorld) -> None:
        first(world)
        second(world)

    return step


def drop_service(world: FaultyWorld) -> None:
    """Somebody deletes a part by hand."""
    world.server.delete("Service", METEO.namespace, "meteo-kafka")


def edit_service(world: FaultyWorld) -> None:
    """Somebody takes a part's ports away by hand."""
    world.server.edit(
        "Service", METEO.namespace, "meteo-influxdb", {"spec": {"ports": None}}, "kubectl-edit"
    )


def rotate(world: FaultyWorld) -> None:
    """``kubectl annotate``: every client gets new credentials."""
    change = {"metadata": {"annotations": {ROTATE_ANNOTATION: "once"}}}
    world.server.edit(LAB.kind, METEO.namespace, METEO.name, change, "kubectl")


def lose_pods(world: FaultyWorld) -> None:
    """A node is lost, with the pods of a broker and of InfluxDB on it."""
    for name in ("meteo-kafka-0-0", "meteo-influxdb-0"):
        world.server.delete("Pod", METEO.namespace, name)


def _ignore(_: object) -> None:
    """A step returns nothing."""


def _connector(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "class": SINK, "config": {"topics": "weather"}, **more}


_CONNECTED = {
    "weather": False,
    "kafka": {"topics": [{"name": "weather"}]},
    "connect": {"connectors": [_connector("a"), _connector("b")]},
}
_LARGER = {"kafka": {"topics": [{"name": "weather", "partitions": 6}]}, "inject": {"points": 10}}

_LAB: tuple[Step, ...] = (create(SMALL),)
_BROKERS: tuple[Step, ...] = (create(THREE),)

WORKLOADS: Mapping[str, Workload] = {
    "create": Workload((create(SMALL),)),
    "create-three-brokers": Workload((create(THREE),)),
    "edit": Workload((edit(**_LARGER),), _LAB),
    "edit-twice": Workload(
        (edit(**_LARGER), edit(influxdb={"resources": {"memory": "1Gi"}})),
        _LAB,
        every=5,
    ),
    "roll-brokers": Workload((edit(kafka={"resources": {"memory": "2Gi"}}),), _BROKERS),
    "stop-broker": Workload((edit(kafka={"stoppedBrokers": [1]}),), _BROKERS),
    "start-broker": Workload((edit(kafka={"stoppedBrokers": []}),), (create(STOPPED),)),
    "suspend": Workload((edit(suspend=True),), _LAB),
    "resume": Workload((edit(suspend=False),), (create(SMALL), edit(suspend=True))),
    "suspend-and-resume": Workload((edit(suspend=True), edit(suspend=False)), _LAB, every=5),
    "connectors": Workload(
        (edit(connect={"connectors": [_connector("a", state="paused"), _connector("c")]}),),
        (create(_CONNECTED),),
    ),
    "create-and-delete": Workload((create(SMALL), delete), every=5),
    "delete-and-create": Workload((delete, create(SMALL)), _LAB, every=5),
    "delete-and-create-at-once": Workload((both(delete, create(SMALL)),), _LAB),
    "delete-namespace": Workload((create(SMALL), delete_namespace)),
    "rotate": Workload((rotate,), _LAB),
    "lost-pods": Workload((lose_pods,), _LAB),
    "parts-changed-by-hand": Workload((both(drop_service, edit_service),), _LAB),
}
