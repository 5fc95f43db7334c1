"""What the reconcile loop needs from the outside world, and nothing more.

Adapters implement these protocols; tests implement them in memory.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import Culprit, Observed
from streaminglab_operator.observed.connectors import ConnectorSeen


@dataclass(frozen=True, slots=True)
class ObjectToApply:
    """One object for server-side apply: ``body`` is its JSON.

    ``uid``: of the object that is there and is the lab's own; empty: there must be none yet.
    """

    api_version: str
    kind: str
    namespace: str
    name: str
    body: str
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server of a lab. ``lab``: whose; calls in flight are limited by it."""

    url: str
    lab: LabKey


@dataclass(frozen=True, slots=True)
class Setup:
    """What InfluxDB is set up with at its first start (``POST /api/v2/setup``).

    - ``password``: of its user, who has another one after each rotation
    - ``metrics_bucket``: another bucket, with a token of its own; empty: there is none
    """

    at: Endpoint
    username: str
    password: str = field(repr=False)
    admin_token: str = field(repr=False)
    org: str
    bucket: str
    retention_seconds: int
    metrics_bucket: str = ""


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """A Secret as it is stored. Never logged.

    - ``owners``: the uids of its owners; ``version``: its resourceVersion, which a write names
    - ``deleting``: it is on its way out, and what is written to it is lost
    """

    values: Mapping[str, str] = field(repr=False)
    owners: frozenset[str] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    deleting: bool = False


@dataclass(frozen=True, slots=True)
class VolumeChange:
    """What is to become otherwise of a PersistentVolumeClaim.

    - ``size``: what it requests; empty: as it is
    - ``join``: an owner reference that it gets; ``leave``: the uids of owners that it loses
    """

    size: str = ""
    join: Mapping[str, Any] | None = None
    leave: tuple[str, ...] = ()


OPAQUE = "Opaque"
"""The type of a Secret that only its readers understand."""


class Cluster(Protocol):
    """The Kubernetes API, as far as one lab needs it. Errors are :class:`errors.ApiError`."""

    async def apply(self, item: ObjectToApply) -> Observed:
        """Make an object, or change this very one of ours; what came back. ``Conflict`` if another
        object has the name, or ours is not there any more: nothing was changed then."""

    async def delete(self, item: Observed, namespace: str) -> None:
        """Delete exactly this object (uid as precondition); gone already is fine. A claim only as
        it was seen (its version too): who has just kept its data, or given it some, comes first."""

    async def volume_goes(self, namespace: str, name: str, lab: str) -> bool:
        """True if a PersistentVolumeClaim is being deleted, or goes with a workload or with another
        lab than that of the uid ``lab``."""

    async def change_volume(self, namespace: str, item: Observed, change: VolumeChange) -> None:
        """Change a PersistentVolumeClaim as it was seen. ``Conflict`` if it has changed since."""

    async def read_secret(self, namespace: str, name: str) -> StoredSecret | None:
        """A Secret with its values decoded, or None if there is none."""

    async def create_secret(
        self,
        namespace: str,
        name: str,
        values: Mapping[str, str],
        metadata: Mapping[str, Any],
        *,
        kind: str = OPAQUE,
    ) -> str:
        """Make a Secret of a type with all of its values; its version. ``Conflict`` if there is
        one."""

    async def patch_secret(
        self,
        namespace: str,
        name: str,
        values: Mapping[str, str | None],
        metadata: Mapping[str, Any],
        version: str,
    ) -> str:
        """Set these keys (None takes one away) and this metadata (owners included) of the Secret
        that was read as ``version``; its new one. ``Conflict`` if it has changed since,
        ``NotFound`` if it is gone.
        """

    async def patch_status(
        self, key: LabKey, uid: str, fields: Mapping[str, Any], *, first: bool = False
    ) -> bool:
        """Write these fields of the status of this very lab, each whole; None takes one away. A
        field that is not named is another writer's, and stays. False if the lab is gone.

        ``first``: no status has been seen yet; where there is one all the same, its fields stay.
        """

    async def publish(self, key: LabKey, uid: str, event: "EventToPublish") -> None:
        """Make an Event about a lab; failures are only logged."""

    async def why_not_created(self, namespace: str, item: Observed) -> Culprit | None:
        """The newest FailedCreate event of a controller about its pods, in plain words."""

    async def limit_ranges(self, namespace: str) -> Sequence[Mapping[str, Any]]:
        """The LimitRanges of a namespace, as JSON; of very many the first."""

    async def nudge(self, namespace: str, item: Observed, stamp: str) -> None:
        """Touch exactly this workload, as it was seen, so that its controller tries again now, not
        after its back-off. ``Conflict`` or ``NotFound`` if it has changed since, or is another."""


LONGEST_MESSAGE = 1000
"""Characters of an Event's message: what is longer is cut. The API server takes 1024."""


@dataclass(frozen=True, slots=True)
class EventToPublish:
    """One Kubernetes Event: ``type`` is Normal or Warning."""

    type: str
    reason: str
    message: str


class Renderer(Protocol):
    """The real Helm, off line."""

    async def render(
        self, chart: str, release: str, values: Mapping[str, Any]
    ) -> Sequence[Mapping[str, Any]]:
        """All objects of a chart, as Helm renders them in the placeholder namespace."""


class InfluxDB(Protocol):
    """InfluxDB's HTTP API, as far as first set-up needs it. Errors: ``InfluxDBError``."""

    async def is_new(self, at: Endpoint) -> bool:
        """True if this InfluxDB was never set up (``GET /api/v2/setup``)."""

    async def set_up(self, setup: Setup) -> None:
        """First set-up: user, organisation, bucket, operator token."""

    async def tokens(self, setup: Setup, lab: str) -> Mapping[str, str]:
        """Scoped tokens by their key in the credentials Secret; those missing are made.
        ``lab``: how their descriptions begin."""

    async def set_password(self, setup: Setup) -> None:
        """Give InfluxDB's own user this password; harmless to repeat."""

    async def revoke(self, setup: Setup, labs: Sequence[str]) -> None:
        """Delete the tokens whose descriptions begin with one of these; none there is fine."""


@dataclass(frozen=True, slots=True)
class CheckedConfig:
    """What Connect says of a connector's config. It can quote the values: mask before showing.

    - ``errors``: option and what is wrong with it, in Connect's order
    - ``unresolved``: options that still hold a reference to a Secret that the worker cannot read
    """

    errors: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    unresolved: tuple[str, ...] = ()


Transition = Literal["pause", "resume", "stop"]


class Connect(Protocol):
    """Kafka Connect's REST API. Errors: ``ConnectError``; a 409 is ``ConnectBusy``.

    All of it is harmless to repeat, and each call ends after a bounded time.
    """

    async def connectors(self, at: Endpoint) -> Sequence[ConnectorSeen]:
        """All connectors that have a status, in one call."""

    async def check(self, at: Endpoint, config: Mapping[str, str]) -> CheckedConfig:
        """Have a config judged without storing it. ``PluginMissing`` when its class is unknown."""

    async def put(self, at: Endpoint, name: str, config: Mapping[str, str]) -> None:
        """Make a connector, or give it another config; its state stays."""

    async def create(self, at: Endpoint, name: str, config: Mapping[str, str], state: str) -> None:
        """Make a connector that begins as ``paused`` or ``stopped``. ``ConnectBusy`` if it is
        there already."""

    async def transition(self, at: Endpoint, name: str, to: Transition) -> None:
        """Pause, resume or stop; takes effect a moment later."""

    async def restart_failed(self, at: Endpoint, name: str) -> None:
        """Start anew the connector and its tasks, as far as they have failed."""

    async def delete(self, at: Endpoint, name: str) -> bool:
        """Remove a connector; False if it was gone already."""


class Doors(Protocol):
    """Connections to what a NetworkPolicy closes."""

    async def opens(self, host: str, port: int) -> bool:
        """True if whoever is there takes a connection. Ends after a bounded time, and raises
        nothing."""


class Clock(Protocol):
    """Time, so that tests need not wait."""

    def now(self) -> float:
        """Seconds for waits: they never go back, whatever becomes of the machine's clock. About
        those since the epoch when the operator began."""

    def wall(self) -> float:
        """Seconds since the epoch, as the machine has them: for what others read, or have
        written."""
