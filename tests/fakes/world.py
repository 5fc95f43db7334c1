"""A small world with one operator in it: run it, crash it, start it anew, look at it."""

from collections.abc import Callable
from functools import partial

from streaminglab_operator.api import LAB
from streaminglab_operator.names import LabKey
from streaminglab_operator.plan import Options
from streaminglab_operator.plan.access import hosts_of
from streaminglab_operator.plan.master_key import MasterKey
from streaminglab_operator.reconcile import Addresses, Reconciler, Tools
from streaminglab_operator.reconcile.limit_ranges import LimitRanges
from streaminglab_operator.reconcile.pull_secrets import PullSecrets
from streaminglab_operator.reconcile.reporting import Reporter
from streaminglab_operator.reconcile.templates import TemplateCache
from streaminglab_operator.reconcile.upgrade_slots import UpgradeSlots
from streaminglab_operator.reconcile.worked_out import SpecsWorkedOut
from streaminglab_operator.store import Store, Wakes
from tests.fakes import truth
from tests.fakes.api_server import ApiServer
from tests.fakes.cluster import FakeCluster, Writes
from tests.fakes.connect import FakeConnect
from tests.fakes.controllers import Controllers
from tests.fakes.doors import FakeDoors
from tests.fakes.engine import DrivenEngine, Passed
from tests.fakes.fields import Json
from tests.fakes.helm import RememberingHelm
from tests.fakes.influxdb import FakeInfluxDB
from tests.fakes.programs import Programs
from tests.fakes.time import Clock
from tests.fakes.watches import Watches

MASTER = MasterKey(b"SECRET-master-key-of-the-tests")
NAMESPACE = "user-alice"
METEO = LabKey(NAMESPACE, "meteo")
MAX_ROUNDS = 400


class World:
    """API server, controllers, InfluxDB and one operator, which may be restarted.

    ``unhurried``: controllers do nothing more until what they did was looked at. By default they
    take no time, and much of what they do is seen by one pass.
    """

    def __init__(
        self,
        last_write: int | None = None,
        options: Options | None = None,
        *,
        most_rolling: int = 0,
        most_labs: int = 0,
    ) -> None:
        self.most_rolling, self.most_labs = most_rolling, most_labs
        self.server = ApiServer()
        self.clock = Clock()
        self.writes = Writes(last_write)
        self.influxdb = FakeInfluxDB(self.writes)
        self.connect = FakeConnect(self.writes)
        self.doors = FakeDoors()
        self.helm = RememberingHelm()
        self.programs = Programs(self.server)
        self.points, self.runs = self.programs.points, self.programs.runs
        self.controllers = Controllers(self.server, self.programs.table())
        self.options = options or Options()
        self.master = MASTER
        self.passed = Passed()
        self.outcomes, self.errors = self.passed.outcomes, self.passed.errors
        self.unhurried = False
        self.lies: list[str] = []
        self.reported: set[str] = set()
        self.start_operator()

    def start_operator(self) -> None:
        """A new process: nothing is remembered, everything is listed, then watched."""
        self.engine = DrivenEngine(self.clock)
        self.cluster = self.new_cluster()
        self.cluster.witness = self._compare_with_truth
        self.influxdb.writes = self.connect.writes = self.writes
        wakes = Wakes(self.wake, self.wake_soon, self.engine.queue.waits)
        self.store = Store(
            wakes, partial(hosts_of, site=self.options.site), most_labs=self.most_labs
        )
        self.templates = TemplateCache(self.helm)
        tools = Tools(
            store=self.store,
            cluster=self.cluster,
            templates=self.templates,
            influxdb=self.influxdb,
            clock=self.clock,
            options=self.options,
            connect=self.connect,
            doors=self.doors,
            addresses=Addresses(
                "http://{lab}-influxdb.{namespace}.svc:8086",
                "http://{lab}-connect.{namespace}.svc:8083",
            ),
            reporter=Reporter(self.cluster, self.clock, self._pause),
            upgrades=UpgradeSlots(self.most_rolling, self.wake),
            wake=self.wake,
            wake_soon=self.wake_soon,
            master=self.master,
            limit_ranges=LimitRanges(self.cluster, self.clock),
            specs=SpecsWorkedOut(self.options.site),
            pull_secrets=PullSecrets(
                self.cluster,
                self.clock,
                self.options.operator_namespace,
                self.options.image_pull_secrets if self.options.copy_pull_secrets else (),
            ),
        )
        self.reconciler = Reconciler(tools)
        self.engine.drive(self.reconciler, self.passed, self.deliver)
        self.watches = self.new_watches()
        self.watches.begin()

    def new_cluster(self) -> FakeCluster:
        """The new operator's way to the API server."""
        return FakeCluster(self.server, self.writes)

    def new_watches(self) -> Watches:
        """What tells the new operator of changes."""
        return Watches(self.server, self.store)

    @property
    def passes(self) -> int:
        """How many passes were begun, by all runs of the operator."""
        return self.passed.begun

    def restart(self) -> None:
        """The operator starts anew and no longer crashes."""
        self.writes = Writes()
        self.start_operator()

    def add_lab(
        self, spec: Json | None = None, name: str = "meteo", namespace: str = NAMESPACE
    ) -> LabKey:
        """A student's ``kubectl apply``."""
        body: Json = {
            "apiVersion": "streaminglab.dev/v1alpha1",
            "kind": LAB.kind,
            "metadata": {"name": name, "namespace": namespace},
            "spec": spec or {},
        }
        self.server.create(body, "kubectl")
        return LabKey(namespace, name)

    def edit_lab(self, change: Json, key: LabKey = METEO) -> None:
        """A student's edit of the spec, as a merge patch."""
        self.server.edit(LAB.kind, key.namespace, key.name, {"spec": change}, "kubectl")

    def status(self, key: LabKey = METEO) -> Json:
        """The lab's status as it is stored."""
        return dict(self.server.get(LAB.kind, key.namespace, key.name).get("status", {}))

    def condition(self, kind: str, key: LabKey = METEO) -> Json:
        """One condition of a lab; empty if it has none of that type."""
        found = [c for c in self.status(key).get("conditions", []) if c["type"] == kind]
        return dict(found[0]) if found else {}

    def ready(self, key: LabKey = METEO) -> bool:
        """Whether the lab says that it is ready."""
        return bool(self.condition("Ready", key).get("status") == "True")

    def names(self, kind: str, component: str = "") -> list[str]:
        """Names of the objects of one kind, of one component if named."""
        return [
            raw["metadata"]["name"]
            for raw in self.server.find(kind)
            if not component
            or raw["metadata"]["labels"].get("app.kubernetes.io/component") == component
        ]

    def deliver(self) -> None:
        """All watches say what happened, in order."""
        self.watches.deliver()

    async def settle(self, until: Callable[[], bool] | None = None, seconds: float = 0.0) -> None:
        """Run until nothing happens any more, or it has come to ``until``.

        ``seconds``: how far time may go on when all is quiet and the operator wants to look again.
        """
        limit = self.clock.time + seconds
        for _ in range(MAX_ROUNDS):
            self.deliver()
            await self.work()
            if until is not None and until():
                return
            if self.engine.queue.busy or self.server.events:
                continue
            if not self.unhurried and self.controllers.step():
                continue
            if self.engine.queue.gathering:
                self.engine.timers.advance(self.clock.time + self.engine.queue.gather_seconds)
            elif self.unhurried and self.controllers.step():
                continue
            elif not self.engine.timers.advance(limit):
                assert until is None, f"it never came to that: {self.status()}"
                return
        raise AssertionError(f"no rest after {MAX_ROUNDS} rounds: {self.writes.done[-12:]}")

    async def work(self) -> None:
        """Every lab that was woken gets its pass."""
        await self.engine.work()

    def wake(self, key: LabKey) -> None:
        """Have a lab looked at though nothing has changed."""
        self.engine.queue.add(key)

    def wake_soon(self, key: LabKey) -> None:
        """Have a lab looked at a moment later, with what else has changed by then."""
        self.engine.queue.add_soon(key)

    def _pause(self) -> float:
        return self.engine.queue.gather_seconds

    def _compare_with_truth(self, key: LabKey) -> None:
        """Whatever a status says at the moment it is written must be so."""
        self.lies += truth.lies(self.server, key)
        self.reported |= {condition["reason"] for condition in self.status(key)["conditions"]}
