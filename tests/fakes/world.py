"""A small world with one operator in it: run it, crash it, start it anew, look at it."""

import json
from collections import deque
from collections.abc import Callable

from streaminglab_jobs.verify.report import Counts
from streaminglab_operator.adapters.kinds import WATCHED
from streaminglab_operator.api import CONDITIONS, LAB, ConditionType
from streaminglab_operator.names import COMPONENT_LABEL, LAB_LABEL, LabKey
from streaminglab_operator.plan import Options
from streaminglab_operator.plan.access import hosts_of
from streaminglab_operator.reconcile import Addresses, Outcome, Reconciler, Tools
from streaminglab_operator.reconcile.reporting import Reporter
from streaminglab_operator.reconcile.templates import TemplateCache
from streaminglab_operator.reconcile.turns import Turns
from streaminglab_operator.services import BY_COMPONENT
from streaminglab_operator.store import Store
from tests.fakes.api_server import ApiServer
from tests.fakes.cluster import Crash, FakeCluster, Writes
from tests.fakes.connect import FakeConnect
from tests.fakes.controllers import Controllers, Program, is_ready
from tests.fakes.fields import Json
from tests.fakes.helm import RememberingHelm
from tests.fakes.influxdb import FakeInfluxDB
from tests.fakes.reports import last_words, partitions_report, verify_report

NAMESPACE = "user-alice"
METEO = LabKey(NAMESPACE, "meteo")
MAX_ROUNDS = 400

_KSTATUS = {("True", "False", "False"), ("False", "True", "False"), ("False", "False", "True")}
"""Ready, Reconciling and Stalled as kstatus reads them: exactly one is True."""


class Clock:
    """Time that passes only when a test says so."""

    def __init__(self) -> None:
        self.time = 1_772_000_000.0

    def now(self) -> float:
        return self.time


class World:
    """API server, controllers, InfluxDB and one operator, which may be restarted."""

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
        self.helm = RememberingHelm()
        self.points: dict[str, int] = {}
        self.runs: dict[str, dict[str, int]] = {}
        self.behind = ""
        """What keeps Kafka's replicas from being in sync."""
        programs: dict[str, Program] = {
            "init": lambda pod: (0, '{"message":"4 topics"}'),
            "inject": self._inject,
            "verify": self._verify,
            "partitions": self._partitions,
        }
        self.controllers = Controllers(self.server, programs)
        self.options = options or Options()
        self.passes = 0
        self.outcomes: list[Outcome] = []
        self.errors: list[Exception] = []
        self.lies: list[str] = []
        self.start_operator()

    def start_operator(self) -> None:
        """A new process: nothing is remembered, everything is listed, then watched."""
        self.queue: deque[LabKey] = deque()
        self.later: dict[LabKey, float] = {}
        self.cluster = FakeCluster(self.server, self.writes)
        self.cluster.witness = self._compare_with_truth
        self.influxdb.writes = self.connect.writes = self.writes
        self.store = Store(self._wake, hosts_of, most_labs=self.most_labs)
        tools = Tools(
            store=self.store,
            cluster=self.cluster,
            templates=TemplateCache(self.helm),
            influxdb=self.influxdb,
            clock=self.clock,
            options=self.options,
            connect=self.connect,
            addresses=Addresses(
                "http://{lab}-influxdb.{namespace}.svc:8086",
                "http://{lab}-connect.{namespace}.svc:8083",
            ),
            reporter=Reporter(self.cluster, self.clock),
            turns=Turns(self.most_rolling, self._wake),
        )
        self.reconciler = Reconciler(tools)
        self.server.events.clear()
        for resource in WATCHED:
            for raw in self.server.find(resource.kind):
                self._tell("ADDED", resource.kind, raw)
        for raw in self.server.find(LAB.kind):
            self._tell("ADDED", LAB.kind, raw)

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
        while self.server.events:
            event, kind, raw = self.server.events.popleft()
            self._tell(event, kind, raw)

    async def settle(self, until: Callable[[], bool] | None = None, seconds: float = 0.0) -> None:
        """Run until nothing happens any more, or a wish is fulfilled.

        ``seconds``: how far time may go on when all is quiet and the operator wants to look again.
        """
        limit = self.clock.time + seconds
        for _ in range(MAX_ROUNDS):
            self.deliver()
            await self.work()
            if until is not None and until():
                return
            if self.queue or self.server.events:
                continue
            if self.controllers.step():
                continue
            if not self._let_time_pass(limit):
                assert until is None, f"it never came to that: {self.status()}"
                return
        raise AssertionError(f"no rest after {MAX_ROUNDS} rounds: {self.writes.done[-12:]}")

    async def work(self) -> None:
        """Every lab that was woken gets its pass."""
        while self.queue:
            key = self.queue.popleft()
            self.passes += 1
            try:
                outcome = await self.reconciler.reconcile(key)
            except Crash:
                raise
            except Exception as error:
                self.errors.append(error)
                self.later[key] = self.clock.time + 1.0
                continue
            self.outcomes.append(outcome)
            self.later.pop(key, None)
            if outcome.again_after == 0:
                self._wake(key)
            elif outcome.again_after is not None:
                self.later[key] = self.clock.time + outcome.again_after
            self.deliver()

    def _let_time_pass(self, limit: float) -> bool:
        due = min(self.later.values(), default=limit + 1)
        if due > limit:
            self.clock.time = max(self.clock.time, limit)
            return False
        self.clock.time = max(self.clock.time, due)
        for key in [k for k, at in self.later.items() if at <= due]:
            del self.later[key]
            self._wake(key)
        return True

    def _wake(self, key: LabKey) -> None:
        if key not in self.queue:
            self.queue.append(key)

    def _tell(self, event: str, kind: str, raw: Json) -> None:
        metadata = raw["metadata"]
        if kind == LAB.kind:
            self.store.lab_told(event, json.loads(json.dumps(raw)))
            return
        resource = next((r for r in WATCHED if r.kind == kind), None)
        if resource is None or LAB_LABEL not in metadata.get("labels", {}):
            return
        seen = raw if resource.whole else {"metadata": metadata}
        self.store.object_seen(kind, event, json.loads(json.dumps(seen)))

    def _compare_with_truth(self, key: LabKey) -> None:
        """Whatever a status says at the moment it is written must be so."""
        said = {c["type"]: c for c in self.status(key)["conditions"]}
        unready = [
            pod["metadata"]["name"]
            for pod in self._of(key, "Pod")
            if not is_ready(pod)
            and pod.get("status", {}).get("phase") not in ("Succeeded", "Failed")
            and pod["metadata"]["labels"].get(COMPONENT_LABEL) in BY_COMPONENT
        ]
        endless = (
            self.server.get(LAB.kind, *_parts(key))["spec"].get("inject", {}).get("points") == 0
        )
        unfinished = [
            raw["metadata"]["name"]
            for raw in self._of(key, "Job")
            if "conditions" not in raw.get("status", {})
            and not endless
            # A look that tells; what it looks at does not depend on it.
            and raw["metadata"]["labels"].get(COMPONENT_LABEL) != "partitions"
        ]
        if said["Ready"]["status"] == "True":
            if unready or unfinished:
                self.lies.append(f"Ready, but {unready} {unfinished}")
            if said.get("DataFlowing", {"status": "True"})["status"] != "True":
                self.lies.append("Ready, but data was not seen")
        trio = tuple(said[kind]["status"] for kind in ("Ready", "Reconciling", "Stalled"))
        rests = said.get("Suspended", {}).get("status") == "True"
        if trio not in _KSTATUS and not (rests and trio == ("False", "False", "False")):
            self.lies.append(f"Ready, Reconciling, Stalled are {trio}")
        for kind, condition in said.items():
            known = CONDITIONS[ConditionType(kind)].reasons.get(condition["status"], ())
            if condition["reason"] not in known:
                words = f"{kind} {condition['status']} {condition['reason']}"
                self.lies.append(f"{words} is not in the table of conditions")
            if (
                condition["status"] != "True"
                and not condition["message"]
                and (condition["type"] not in ("Reconciling", "Stalled"))
            ):
                self.lies.append(f"{condition['type']} is not True and does not say why")

    def _of(self, key: LabKey, kind: str) -> list[Json]:
        found = self.server.find(kind, key.namespace)
        return [raw for raw in found if raw["metadata"]["labels"].get(LAB_LABEL) == key.name]

    def _config(self, pod: Json) -> Json:
        owner = pod["metadata"]["ownerReferences"][0]["name"]
        raw = self.server.get("ConfigMap", pod["metadata"]["namespace"], owner)
        return dict(json.loads(raw["data"]["config.json"]))

    def _inject(self, pod: Json) -> tuple[int, str]:
        lab = pod["metadata"]["labels"][LAB_LABEL]
        config = self._config(pod)
        # As the real one: a run that is begun again goes on, and writes nothing twice.
        self.runs.setdefault(lab, {})[config["run"]] = config["points"]
        self.points[lab] = sum(self.runs[lab].values())
        return 0, json.dumps({"message": f"{self.points[lab]} points written"})

    def _verify(self, pod: Json) -> tuple[int, str]:
        lab = pod["metadata"]["labels"][LAB_LABEL]
        count = self.points.get(lab, 0)
        report = verify_report(count, Counts(self._config(pod)["expectedPoints"]))
        return 0, last_words(report)

    def _partitions(self, pod: Json) -> tuple[int, str]:
        """One partition on all brokers; whoever has a pod that is ready is in sync."""
        if self.behind:
            return 3, json.dumps({"settled": False, "message": self.behind})
        config = self._config(pod)
        lab = pod["metadata"]["labels"][LAB_LABEL]
        running = [n for n in range(config["brokers"]) if n not in config["stopped"]]
        up = [n for n in running if self._answers(pod, f"{lab}-kafka-{n}-0")]
        assert up == running, f"brokers {up} of {running} answer"
        return 0, last_words(partitions_report(range(config["brokers"]), up))

    def _answers(self, beside: Json, name: str) -> bool:
        key = ("Pod", beside["metadata"]["namespace"], name)
        found = self.server.objects.get(key)
        return found is not None and is_ready(found)


def _parts(key: LabKey) -> tuple[str, str]:
    return key.namespace, key.name
