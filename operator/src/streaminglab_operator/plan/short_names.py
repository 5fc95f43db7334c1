"""The courses' short names of a lab's services: `kafka` besides `meteo-kafka`. Pure."""

from typing import Any

from streaminglab_operator import names
from streaminglab_operator.observed import LabView
from streaminglab_operator.plan.lab import Lab
from streaminglab_operator.services import BY_COMPONENT, Service


def alias_of(lab: Lab, view: LabView, service: Service[Any]) -> str:
    """The Service that a service of this lab gets besides its own, or ``""``."""
    if not lab.spec.access.short_names or service.alias in view.taken_names:
        return ""
    return service.alias if is_alias(lab.key.name, service.component, service.alias) else ""


def is_alias(lab: str, component: str, name: str) -> bool:
    """True if a Service has a short name. One of a lab `kafka` is `kafka-connect` by itself."""
    service = BY_COMPONENT.get(component)
    own = names.release(lab, component)
    return service is not None and name == service.alias != own


def host_of(lab: Lab, view: LabView, service: Service[Any]) -> str:
    """What a client in the namespace connects to: the short name where it leads to this lab."""
    alias = alias_of(lab, view, service)
    if alias and alias not in view.name_problems:
        return alias
    return names.release(lab.key.name, service.component)
