"""What the operator must know of a service that a lab can have besides Kafka and the weather."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api import EffectiveSpec, ResourceSpec
from streaminglab_operator.api.conditions import ConditionType
from streaminglab_operator.plan.lab import Lab, Options
from streaminglab_operator.plan.sizes import Size
from streaminglab_operator.plan.values import common

NO_IMAGE = "none"
"""The administrator's word for an image that cannot be had in this installation."""


Values = Callable[[Any, Lab, Options], dict[str, Any]]
"""The service's own part of the spec, and the lab -> values of the service's chart."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page for a browser. ``field``: its name in spec.access.ingress.hosts."""

    field: str
    port: int
    login: bool = True
    """Without a login it is exposed only where the spec names its host."""


@dataclass(frozen=True, slots=True)
class Service:
    """One optional service.

    - ``component``: its label, and the end of its release's name
    - ``field``: the attribute of the spec that switches it on
    - ``kind``: of its workload
    - ``images``: the keys of the images without which it cannot be
    - ``secrets``: keys of the credentials Secret that its pods read
    - ``drawn``: those of them that are drawn for it
    - ``needs``: components that must be ready before it is made
    - ``alias``: the courses' short name; ``port``, ``scheme`` and ``path`` of its Service (0: none)
    """

    component: str
    field: str
    chart: str
    kind: str
    condition: ConditionType
    own_values: Values
    images: tuple[str, ...]
    secrets: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    alias: str = ""
    port: int = 0
    scheme: str = ""
    path: str = ""
    page: Page | None = None

    def wanted(self, spec: EffectiveSpec) -> bool:
        """Whether the spec asks for it."""
        return getattr(spec.wish, self.field) is not None

    def values(self, lab: Lab, options: Options, *, alias: bool) -> dict[str, Any]:
        """Values of its chart; ``alias``: it answers to the courses' short name too."""
        values = self.own_values(getattr(lab.spec.wish, self.field), lab, options)
        return values | ({"aliasService": self.alias if alias else ""} if self.alias else {})

    def missing_image(self, options: Options) -> str:
        """The key of an image that cannot be had here, or ``""``."""
        return next((i for i in self.images if options.images.get(i) == NO_IMAGE), "")

    def address(self, host: str) -> str:
        """What a client in the namespace writes, ``host`` being its Service's name."""
        there = f"{host}:{self.port}{self.path}"
        return f"{self.scheme}://{there}" if self.scheme else there


def sized(size: Size, wish: ResourceSpec | None) -> Mapping[str, Any]:
    """The resources of a pod: the usual ones, or what the student asked for."""
    return size.resources(*common.wishes(wish))


def credential(key: str) -> dict[str, str]:
    """One key of the lab's credentials, as charts take it."""
    return {"name": names.credentials(common.LAB), "key": key}


def storage(wish: Any, *, retain: bool) -> dict[str, Any]:
    """The disk of a service, as charts take it."""
    return {
        "size": wish.storage,
        "className": wish.storage_class_name or "",
        "retain": retain,
    }


def url(component: str, port: int, scheme: str = "http") -> str:
    """The address of another component of the lab."""
    return f"{scheme}://{names.release(common.LAB, component)}:{port}"


def registry_url(lab: Lab) -> str:
    """The schema registry's Confluent API, or ``""`` in a lab without one."""
    there = url("schema-registry", 8081) + "/apis/ccompat/v7"
    return if_wanted(lab, "schema_registry", there)


def if_wanted(lab: Lab, field: str, text: str) -> str:
    """``text`` if the lab has another service, else ``""``."""
    return text if getattr(lab.spec.wish, field) is not None else ""
