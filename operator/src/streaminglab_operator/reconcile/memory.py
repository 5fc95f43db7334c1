"""What a running operator remembers of a lab between two passes. All of it can be lost."""

from dataclasses import dataclass, field
from typing import Any

from streaminglab_operator.api import StreamingLabSpec
from streaminglab_operator.observed import CredentialsView, Culprit, ObjectKey


@dataclass(slots=True)
class LabMemory:
    """Forgetting it costs some reads and nothing else.

    - ``ownership``: the set of our fields of each object right after our apply
    - ``influxdb_seen``: fingerprint of the InfluxDB pod that was last found set up
    - ``problems``: by component, what the API server refused
    - ``refused_at``: by component, when a workload was last seen without its pods
    """

    ownership: dict[ObjectKey, str] = field(default_factory=dict)
    credentials: CredentialsView | None = None
    influxdb_seen: str = ""
    accepted: StreamingLabSpec | None = None
    problems: dict[str, Culprit] = field(default_factory=dict)
    refused_at: dict[str, float] = field(default_factory=dict)
    status: dict[str, Any] | None = None
    recheck_at: float = 0.0
