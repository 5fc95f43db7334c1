"""A lab as the planner sees it: who it is, what it wants, and how this operator is set up."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from streaminglab_operator.api import EffectiveSpec
from streaminglab_operator.names import LabKey


@dataclass(frozen=True, slots=True)
class Lab:
    """One lab with everything in its spec resolved."""

    key: LabKey
    uid: str
    generation: int
    spec: EffectiveSpec

    @property
    def open(self) -> bool:
        """Whether every pod of its namespace may use it."""
        return self.spec.wish.access.namespace_pods


@dataclass(frozen=True, slots=True)
class Options:
    """What the administrator chose for all labs.

    - ``images``: name of an image -> its reference; empty: the chart's own; ``none``: it cannot be
      had here
    - ``operator_namespace``: from where InfluxDB is set up and Connect is asked
    - ``maven_repository``: where plugins come from, unless a lab names another
    """

    images: Mapping[str, str] = field(default_factory=dict)
    operator_namespace: str = "streaminglab-system"
    maven_repository: str = ""
