"""A world in memory with one lab, which can be kept at rest and gone on from again and again."""

import base64
import pickle

from streaminglab_operator.adapters.kinds import HTTP_ROUTES
from streaminglab_operator.api import LAB
from streaminglab_operator.plan import Options
from tests.fakes.cluster import Writes
from tests.fakes.fields import Json
from tests.fakes.watches import Watches
from tests.fakes.world import METEO, World
from tests.mutations.labs import CHOSEN, Spec
from tests.mutations.programs import RealInit

QUIET_SECONDS = 40.0
"""How long a lab is left alone after an edit, by the world's clock: longer than the operator waits
before it tries again what was refused."""


def _chosen() -> Json:
    """The Secret with a password that a lab of the table names."""
    password = base64.b64encode(b"chosen-by-a-teacher").decode()
    where = {"name": CHOSEN, "namespace": METEO.namespace}
    return {"kind": "Secret", "metadata": where, "data": {"page-password": password}}


class WithRoutes(Watches):
    """The watches of a cluster that has the Gateway API."""

    def begin(self) -> None:
        super().begin()
        for raw in self.server.find(HTTP_ROUTES.kind):
            self.tell("ADDED", HTTP_ROUTES.kind, raw)

    def tell(self, event: str, kind: str, raw: Json) -> None:
        if kind == HTTP_ROUTES.kind:
            self.store.object_seen(kind, event, {"metadata": raw["metadata"]})
        else:
            super().tell(event, kind, raw)


class EditedWorld(World):
    """``saved``: the rest of an earlier one; the operator in it is begun anew."""

    def __init__(self, saved: bytes = b"") -> None:
        super().__init__(options=Options({"connect-plugins": "example/plugins:1"}))
        if saved:
            outside = pickle.loads(saved)  # noqa: S301 (our own)
            self.server, self.clock, self.influxdb, self.connect, self.programs = outside[:5]
            self.controllers = outside[5]
            self.start_operator()
        else:
            self.init = RealInit(self.server)
            self.server.create(_chosen(), "kubectl")
            self.programs = self.init
            self.controllers.programs = self.init.table()
        self.init = self.programs  # type: ignore[assignment]
        self.points, self.runs = self.programs.points, self.programs.runs

    def new_watches(self) -> Watches:
        return WithRoutes(self.server, self.store)

    def save(self) -> bytes:
        """Everything outside of the operator, at rest."""
        self.influxdb.writes = self.connect.writes = Writes()
        self.server.events.clear()
        outside = (self.server, self.clock, self.influxdb, self.connect, self.programs)
        return pickle.dumps((*outside, self.controllers))

    def apply(self, spec: Spec) -> None:
        """``kubectl replace``: this and nothing else is the spec now."""
        before = self.server.get(LAB.kind, METEO.namespace, METEO.name)
        key = (LAB.kind, METEO.namespace, METEO.name)
        self.server._store(key, {**before, "spec": spec})

    async def quiet(self) -> None:
        """Until nothing happens any more, and for a while after that."""
        await self.settle(seconds=QUIET_SECONDS)
