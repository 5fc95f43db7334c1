"""What a running operator remembers of a lab between two passes. All of it can be lost."""

from dataclasses import dataclass, field

from streaminglab_operator.api import StreamingLabSpec, StreamingLabStatus
from streaminglab_operator.observed import CredentialsView, Culprit, ObjectKey
from streaminglab_operator.reconcile.connectors import ConnectorsMemory
from streaminglab_operator.render import Manifest


@dataclass(slots=True)
class Podless:
    """A workload that lacks pods: ``nudged`` is when it was last touched, or first seen so."""

    component: str
    since: float
    nudged: float
    culprit: Culprit | None = None


@dataclass(slots=True)
class LabMemory:
    """Forgetting it costs some reads and nothing else.

    - ``ownership``: the set of our fields of each object right after our apply
    - ``known_secrets``: the credentials as last read or made; never logged
    - ``influxdb_seen``: fingerprint of the InfluxDB pod that was last found set up
    - ``problems``: by component, what the API server or InfluxDB refused
    - ``podless``: by workload, since when it lacks pods, and why if that is known
    - ``not_before``: by object, the digest that was refused, and when to try it again
    - ``uid``: of the lab that all of it is about; another of the same name starts afresh
    """

    uid: str = ""

    ownership: dict[ObjectKey, str] = field(default_factory=dict)
    credentials: CredentialsView | None = None
    known_secrets: dict[str, str] = field(default_factory=dict, repr=False)
    credentials_read_at: float = 0.0
    influxdb_seen: str = ""
    accepted: StreamingLabSpec | None = None
    accepted_generation: int = 0
    problems: dict[str, Culprit] = field(default_factory=dict)
    podless: dict[ObjectKey, Podless] = field(default_factory=dict)
    not_before: dict[ObjectKey, tuple[str, float]] = field(default_factory=dict)
    status: StreamingLabStatus | None = None
    recheck_at: float = 0.0
    connectors: ConnectorsMemory = field(default_factory=ConnectorsMemory)

    def all_problems(self) -> dict[str, Culprit]:
        """By component, what keeps its objects or its pods from being made."""
        unmade = {p.component: p.culprit for p in self.podless.values() if p.culprit}
        return unmade | self.problems

    def refuse(self, manifest: Manifest, until: float) -> None:
        """Remember that the API server refused an object."""
        self.not_before[(manifest.kind, manifest.name)] = (manifest.digest, until)

    def waits(self, manifest: Manifest, now: float) -> bool:
        """True if this very object was refused only a moment ago."""
        digest, until = self.not_before.get((manifest.kind, manifest.name), ("", 0.0))
        return digest == manifest.digest and now < until
