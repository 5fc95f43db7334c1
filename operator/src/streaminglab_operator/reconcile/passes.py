"""What the steps of a pass share: the pass, and what the operator remembers of a lab."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeVar

from streaminglab_operator.api import Problem, StreamingLabStatus
from streaminglab_operator.api.status import ConnectorStatus
from streaminglab_operator.errors import ApiError
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import CredentialsView, LabView
from streaminglab_operator.plan import Desired, Lab, Options
from streaminglab_operator.plan.master_key import MasterKey
from streaminglab_operator.plan.volumes import Volume
from streaminglab_operator.ports import Clock, Cluster, Connect, Doors, Endpoint, InfluxDB
from streaminglab_operator.reconcile.limit_ranges import LimitRanges
from streaminglab_operator.reconcile.pull_secrets import PullSecrets
from streaminglab_operator.reconcile.reporting import Reporter
from streaminglab_operator.reconcile.templates import TemplateCache
from streaminglab_operator.reconcile.upgrade_slots import UpgradeSlots
from streaminglab_operator.reconcile.worked_out import SpecsWorkedOut
from streaminglab_operator.records import LabRecord
from streaminglab_operator.render import Manifest
from streaminglab_operator.store import Store

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Addresses:
    """How the operator reaches parts of a lab; templates with ``{lab}`` and ``{namespace}``."""

    influxdb_template: str
    connect_template: str

    def influxdb(self, key: LabKey) -> Endpoint:
        """A lab's InfluxDB."""
        return _endpoint(self.influxdb_template, key)

    def connect(self, key: LabKey) -> Endpoint:
        """A lab's Kafka Connect."""
        return _endpoint(self.connect_template, key)


def _endpoint(template: str, key: LabKey) -> Endpoint:
    return Endpoint(template.format(lab=key.name, namespace=key.namespace), key)


@dataclass(frozen=True, slots=True)
class Tools:
    """What every pass works with: the ports, and how this operator is set up.

    - ``wake``: asks for a pass over a lab; ``wake_soon``: for one that can wait for more
    - ``master``: the key that credentials follow from
    - ``limit_ranges``: what namespaces allow pods to be
    - ``pull_secrets``: the registries' logins that labs are handed
    - ``specs``: what follows from each of them
    """

    store: Store
    cluster: Cluster
    templates: TemplateCache
    influxdb: InfluxDB
    connect: Connect
    doors: Doors
    clock: Clock
    options: Options
    addresses: Addresses
    reporter: Reporter
    wake: Callable[[LabKey], None]
    wake_soon: Callable[[LabKey], None]
    master: MasterKey
    limit_ranges: LimitRanges
    pull_secrets: PullSecrets
    specs: SpecsWorkedOut
    upgrades: UpgradeSlots = field(default_factory=UpgradeSlots)


@dataclass(slots=True)
class Memories:
    """What a running operator remembers of one lab between two passes. All of it can be lost.

    One record for each step that has something to remember; only that step's code changes it.
    ``uid``: of the lab that all of it is about; another of the same name starts afresh.
    """

    uid: str
    _records: dict[type, object] = field(default_factory=dict)

    def of(self, kind: type[M]) -> M:
        """The record of one step; an empty one at first."""
        found = self._records.get(kind)
        if not isinstance(found, kind):
            found = self._records[kind] = kind()
        return found


@dataclass(slots=True)
class Pass:
    """One pass over one lab. Below ``now`` each field is the outcome of a step, in their order;
    to read one before its step has run is an error.

    - ``last``: the status as it was stored when the pass began, be it seen or only written
    - ``by_clock``: nothing was told of the lab since the pass before, which asked for this one
    - ``problems``: what is wrong with the newest spec, if that is not the one in force
    - ``view``: what was seen before anything was written; the plan is made of it
    - ``wanted``: component and object, of all that should be there now but volumes;
      ``volumes``: those; ``unmade``: the names of those that the API server did not make
    - ``faults``: what failed for single objects; the pass is made again when it is over
    - ``looks``: in how many seconds each step wants to be run again; ``looks_alone``: those that
      need no other step; ``whole``: no step ended it
    - ``leave_alone``: for how many seconds there is to be no other pass
    """

    tools: Tools
    record: LabRecord
    memories: Memories
    last: StreamingLabStatus
    now: float
    by_clock: bool = False
    lab: Lab = field(init=False)
    problems: Sequence[Problem] = ()
    credentials: CredentialsView = field(init=False)
    view: LabView = field(init=False)
    desired: Desired = field(init=False)
    wanted: Sequence[tuple[str, Manifest]] = field(init=False)
    volumes: Sequence[Volume] = field(init=False)
    unmade: frozenset[str] = frozenset()
    writes: int = 0
    faults: list[ApiError] = field(default_factory=list)
    connectors: tuple[ConnectorStatus, ...] = ()
    announced: tuple[str, ...] = ()
    gone: bool = False
    looks: list[float] = field(default_factory=list)
    looks_alone: list[float] = field(default_factory=list)
    whole: bool = False
    leave_alone: float = 0.0

    @property
    def key(self) -> LabKey:
        """Which lab this is about."""
        return self.record.key


class Next(NamedTuple):
    """What a step leaves to do: in how many seconds it wants to be run again (None: whenever the
    lab is woken), whether the pass ends with it, and whether it needs no other step for that."""

    again_after: float | None = None
    ends: bool = False
    alone: bool = False


GO_ON = Next()
AT_ONCE = Next(0.0, ends=True)
"""The pass has opened a gate: what follows belongs to a pass that sees it open."""
END = Next(ends=True)


class Step(Protocol):
    """A step is a module of :mod:`reconcile.steps`: its first line says what it does."""

    __name__: str
    __doc__: str | None

    async def run(self, this: Pass) -> Next:
        """Do this step for one lab. Errors: :class:`errors.OperatorError`."""


async def run_steps(steps: Sequence[Step], this: Pass) -> float | None:
    """All steps in their order; the earliest time at which one of them wants to be run again."""
    for step in steps:
        after, ends, alone = await step.run(this)
        if after is not None:
            (this.looks_alone if alone else this.looks).append(after)
        if ends:
            break
    else:
        this.whole = True
    return min(this.looks + this.looks_alone, default=None)
