"""A kind of object that the operator serves, as one value.

The CRD, the reference page, the store's records, the status writer, the Events and kopf's watch are
made from it: a second kind is its models, its rules and one more value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.schema.rules import Rule
from streaminglab_operator.schema.status import StatusModel

S = TypeVar("S", bound=SpecModel)
T = TypeVar("T", bound=StatusModel)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of `kubectl get`; ``priority`` 1: only with `-o wide`."""

    name: str
    json_path: str
    type: str = "string"
    description: str = ""
    priority: int = 0

    def to_dict(self) -> dict[str, Any]:
        """An entry of `additionalPrinterColumns`."""
        entry: dict[str, Any] = {"name": self.name, "type": self.type, "jsonPath": self.json_path}
        if self.description:
            entry["description"] = self.description
        if self.priority:
            entry["priority"] = self.priority
        return entry


@dataclass(frozen=True, slots=True, eq=False)
class Kind(Generic[S, T]):
    """A namespaced kind with one version, a spec that users write and a status that we write. It
    is the same as itself alone.

    - ``short_names``: the first one is what messages and pages tell people to type
    - ``introduction``: the first lines of its reference page, in Markdown
    - ``rules``: what types and bounds cannot say, as CEL and as Python
    """

    group: str
    version: str
    kind: str
    plural: str
    short_names: tuple[str, ...]
    category: str
    description: str
    introduction: str
    spec: type[S]
    status: type[T]
    rules: tuple[Rule, ...]
    columns: tuple[Column, ...]

    @property
    def singular(self) -> str:
        """As in `kubectl get streaminglab`."""
        return self.kind.lower()

    @property
    def api_version(self) -> str:
        """As in `apiVersion`."""
        return f"{self.group}/{self.version}"

    @property
    def crd_name(self) -> str:
        """The name of its CustomResourceDefinition, which Kubernetes prescribes."""
        return f"{self.plural}.{self.group}"

    def reference(self, name: str, uid: str) -> dict[str, str]:
        """What names one object of this kind, in an owner reference or in an Event."""
        return {"apiVersion": self.api_version, "kind": self.kind, "name": name, "uid": uid}
