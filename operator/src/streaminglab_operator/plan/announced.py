"""What a lab tells the services of a catalog that are not its own. Pure.

By Onyxia's convention a Secret with the annotation ``onyxia/discovery``, in the form that Insee's
charts write and read (helm-charts-databases, ``discovery-secret.yaml``; helm-charts-interactive-
services, ``library-chart``).
"""

import base64
from collections.abc import Mapping
from typing import Any

from streaminglab_operator.plan.lab import Lab
from streaminglab_operator.services import SERVICES, Service
from streaminglab_operator.services.pieces import Announced

ANNOTATION = "onyxia/discovery"
ANNOUNCED = tuple((service, service.announced) for service in SERVICES if service.announced)


def wanted(lab: Lab, service: Service[Any]) -> bool:
    """Whether the lab has it, and says where it is."""
    spec = lab.spec
    return spec.access.discoverable and not spec.suspend and spec.has(service)


def values(
    lab: Lab, service: Service[Any], said: Announced, known: Mapping[str, str]
) -> dict[str, str]:
    """The Secret's values; ``known``: the lab's credentials."""
    part = lab.spec.parts[service.part.field]
    found = dict(said.values(part, lab.key.name, known))
    return found | {key: bare(found[key]) for key in said.bare}


def bare(text: str) -> str:
    """The value of which ``text`` is the base64: what Insee's charts write and read so for a port.

    As bytes that need be no text (:func:`os.fsdecode`).
    """
    return base64.b64decode(text).decode(errors="surrogateescape")
