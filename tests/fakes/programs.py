"""What the programs that run once do in a world in memory, and what they say at their end."""

import json

from streaminglab_jobs.verify.report import Counts
from streaminglab_operator.names import LAB_LABEL
from tests.fakes.api_server import ApiServer
from tests.fakes.controllers import Program, is_ready
from tests.fakes.fields import Json
from tests.fakes.reports import last_words, partitions_report, verify_report


class Programs:
    """All of them over one API server.

    - ``points``: by lab, how many InfluxDB holds; ``runs``: by lab, of each run how many it wrote
    - ``behind``: what keeps Kafka's replicas from being in sync
    """

    def __init__(self, server: ApiServer) -> None:
        self.server = server
        self.points: dict[str, int] = {}
        self.runs: dict[str, dict[str, int]] = {}
        self.behind = ""

    def table(self) -> dict[str, Program]:
        """By component."""
        return {
            "init": lambda pod: (0, '{"message":"4 topics"}'),
            "inject": self._inject,
            "verify": self._verify,
            "partitions": self._partitions,
        }

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
