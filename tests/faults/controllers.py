"""A cluster's controllers, with the one that empties a namespace that is deleted."""

from collections.abc import Callable
from typing import Any

from streaminglab_operator.api import LAB
from tests.fakes.api_server import ApiServer
from tests.fakes.controllers import Controllers, Program
from tests.fakes.world import METEO

_ORDER = ("Secret", "ConfigMap", "Service", "Job", "StatefulSet", "Deployment", "Pod")
"""The API promises no order; this one is hard: labs go last of all, after all other kinds."""


class ManyControllers(Controllers):
    """Namespaces in ``ending`` lose the objects of one kind with each step.

    ``lose_volumes`` is called where InfluxDB's volume went.
    """

    def __init__(
        self,
        server: ApiServer,
        programs: dict[str, Program],
        lose_volumes: Callable[[], None],
    ) -> None:
        super().__init__(server, programs)
        self._lose_volumes = lose_volumes
        self._influxdb = self._uid_of_influxdb()
        self.ending: set[str] = set()
        self.server.admission.append(self._forbid)

    def step(self) -> bool:
        """One step of all of them; False if there was nothing to do."""
        self._look_at_volumes()
        emptied = [self._empty(namespace) for namespace in sorted(self.ending)]
        return super().step() or any(emptied)

    def numbers(self) -> int:
        """How many names this has given away."""
        return self._count

    def go_on_from(self, numbers: int) -> None:
        """Never give the names of an earlier run again."""
        self._count = numbers

    def _look_at_volumes(self) -> None:
        before, self._influxdb = self._influxdb, self._uid_of_influxdb()
        if before and self._influxdb != before:
            self._lose_volumes()

    def _uid_of_influxdb(self) -> str:
        name = "data-meteo-influxdb-0"
        raw = self.server.objects.get(("PersistentVolumeClaim", METEO.namespace, name))
        return str(raw["metadata"]["uid"]) if raw else ""

    def _forbid(self, kind: str, body: dict[str, Any]) -> str | None:
        metadata = body["metadata"]
        namespace = metadata["namespace"]
        if namespace not in self.ending:
            return None
        return (
            f'{kind} "{metadata["name"]}" is forbidden: unable to create new content in namespace '
            f"{namespace} because it is being terminated"
        )

    def _empty(self, namespace: str) -> bool:
        found = [key for key in self.server.objects if key[1] == namespace]
        if not found:
            return False
        kinds = {kind for kind, _, _ in found}
        others = sorted(kinds - {*_ORDER, LAB.kind})
        kind = next(k for k in (*_ORDER, *others, LAB.kind) if k in kinds)
        for key in found:
            if key[0] == kind and key in self.server.objects:
                self.server.delete(*key)
        return True
