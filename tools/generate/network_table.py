"""The table of network edges in docs/architecture.md, from the declarations of services."""

from __future__ import annotations

from typing import Any

from streaminglab_operator.api import effective, parse_spec
from streaminglab_operator.names import LabKey
from streaminglab_operator.plan import Lab
from streaminglab_operator.plan.lab import context
from streaminglab_operator.services import OPTIONAL, TABLE, Program

HEAD = "| component | who may connect to it | what it may connect to |\n| --- | --- | --- |\n"


def network_table() -> str:
    """One row for each service and program: who may connect to it, and what it may connect to."""
    everything: dict[str, Any] = {s.part.key: {} for s in OPTIONAL}
    alert = {"alerts": [{"name": "heat", "field": "temperature", "above": 35}]}
    spec = effective(parse_spec({**everything, "influxdb": alert}))
    around = context(Lab(LabKey("namespace", "lab"), "", 0, spec))
    lines = []
    for entry in TABLE:
        clients = [] if isinstance(entry, Program) else list(around.clients_of(entry.component))
        if not isinstance(entry, Program):
            clients += ["client"] if entry.shared else []
            clients += ["the operator"] if entry.asked_by_operator else []
        servers = [f"{name} ({port})" for name, port in around.servers_of(entry.component)]
        came, goes = ", ".join(clients) or "nobody", ", ".join(servers) or "-"
        lines.append(f"| {entry.component} | {came} | {goes} |\n")
    return HEAD + "".join(lines).rstrip()
