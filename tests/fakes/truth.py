"""Whether a status says what is so, at the moment it is written."""

from collections.abc import Iterator

from streaminglab_operator.api import CONDITIONS, LAB, ConditionType
from streaminglab_operator.names import COMPONENT_LABEL, LAB_LABEL, LabKey
from streaminglab_operator.services import BY_COMPONENT
from tests.fakes.api_server import ApiServer
from tests.fakes.controllers import is_ready
from tests.fakes.fields import Json

_KSTATUS = {("True", "False", "False"), ("False", "True", "False"), ("False", "False", "True")}
"""Ready, Reconciling and Stalled as kstatus reads them: exactly one is True."""


def lies(server: ApiServer, key: LabKey) -> Iterator[str]:
    """What the stored status of a lab says and is not so."""
    lab = server.get(LAB.kind, key.namespace, key.name)
    said = {c["type"]: c for c in lab["status"]["conditions"]}
    if said["Ready"]["status"] == "True":
        yield from _not_ready(server, key, lab, said)
    trio = tuple(said[kind]["status"] for kind in ("Ready", "Reconciling", "Stalled"))
    rests = said.get("Suspended", {}).get("status") == "True"
    if trio not in _KSTATUS and not (rests and trio == ("False", "False", "False")):
        yield f"Ready, Reconciling, Stalled are {trio}"
    for condition in said.values():
        yield from _unsaid(condition)


def _not_ready(server: ApiServer, key: LabKey, lab: Json, said: dict[str, Json]) -> Iterator[str]:
    unready = [
        pod["metadata"]["name"]
        for pod in objects_of(server, key, "Pod")
        if not is_ready(pod)
        and pod.get("status", {}).get("phase") not in ("Succeeded", "Failed")
        and pod["metadata"]["labels"].get(COMPONENT_LABEL) in BY_COMPONENT
    ]
    endless = (lab["spec"].get("inject") or {}).get("points") == 0
    # A Job's pod has done its work before its controller says so.
    done = {
        pod["metadata"]["ownerReferences"][0]["uid"]
        for pod in objects_of(server, key, "Pod")
        if pod.get("status", {}).get("phase") == "Succeeded"
    }
    unfinished = [
        raw["metadata"]["name"]
        for raw in objects_of(server, key, "Job")
        if "conditions" not in raw.get("status", {})
        and raw["metadata"]["uid"] not in done
        and not endless
        # A look that tells; what it looks at does not depend on it.
        and raw["metadata"]["labels"].get(COMPONENT_LABEL) != "partitions"
    ]
    if unready or unfinished:
        yield f"Ready, but {unready} {unfinished}"
    if said.get("DataFlowing", {"status": "True"})["status"] != "True":
        yield "Ready, but data was not seen"


def _unsaid(condition: Json) -> Iterator[str]:
    kind, status, reason = (condition[name] for name in ("type", "status", "reason"))
    if reason not in CONDITIONS[ConditionType(kind)].reasons.get(status, ()):
        yield f"{kind} {status} {reason} is not in the table of conditions"
    if status != "True" and not condition["message"] and kind not in ("Reconciling", "Stalled"):
        yield f"{kind} is not True and does not say why"


def objects_of(server: ApiServer, key: LabKey, kind: str) -> list[Json]:
    """The objects of one kind that a lab has."""
    found = server.find(kind, key.namespace)
    return [raw for raw in found if raw["metadata"]["labels"].get(LAB_LABEL) == key.name]
