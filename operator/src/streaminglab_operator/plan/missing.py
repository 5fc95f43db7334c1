"""Images that a lab asks for and this installation has not: who lacks them, and what to set. Pure.

Nothing is left out in silence: a part without its image keeps the lab from being Ready, unless the
administrator has said that it is not offered.
"""

from typing import Any

from streaminglab_operator import __version__
from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.observed import Culprit
from streaminglab_operator.plan.lab import Options
from streaminglab_operator.services import Service
from streaminglab_operator.services.images import NO_IMAGE


def of_service(service: Service[Any], part: Any, options: Options) -> Culprit | None:
    """Why a service cannot be made here. ``part``: its part of the spec."""
    name = service.component
    if service.optional and name in options.not_offered:
        return Culprit(
            Reason.NOT_OFFERED,
            f"this installation does not offer {name}; the lab is Ready without it",
        )
    key = next((k for k in service.images_for(part) if not _had(k, options)), "")
    if not key:
        return None
    return Culprit(Reason.IMAGE_NOT_AVAILABLE, f"{name} {_lacks(key)}{_without(service, key)}")


def of_jobs(key: str, options: Options) -> Culprit | None:
    """Why a program that runs to its end cannot run here; said after its name."""
    if _had(key, options):
        return None
    return Culprit(Reason.IMAGE_NOT_AVAILABLE, _lacks(key))


def of_chart(options: Options) -> Culprit | None:
    """Why rights, CRD and program of the operator may not fit each other."""
    chart = options.chart_version
    if chart in ("", __version__):
        return None
    return Culprit(
        Reason.OTHER_CHART_VERSION,
        f"the operator is {__version__} and was installed by the chart of {chart}: what labs may "
        "ask for, and what the operator may do, belong to the other version. Ask the administrator "
        f"to install the chart of {__version__}, or to leave image.tag and image.digest to it",
    )


def _had(key: str, options: Options) -> bool:
    return options.images.get(key) != NO_IMAGE and key not in options.unset_images


def _without(service: Service[Any], key: str) -> str:
    """What a student can do himself."""
    if not service.optional:
        return ""
    if key not in service.images:
        return f", or take what needs it out of spec.{service.part.key}"
    return f", or {service.part.without}"


def _lacks(key: str) -> str:
    return (
        f"has no image {key} in this installation: ask the administrator to set images.{key} in "
        "the operator's values"
    )
