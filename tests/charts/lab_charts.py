"""All the objects of one lab, from a spec as a student writes it, by the operator's own values."""

from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api import EffectiveSpec, effective, parse_spec
from streaminglab_operator.names import LabKey
from streaminglab_operator.plan import Lab, Options
from streaminglab_operator.render import PLACEHOLDER
from streaminglab_operator.services import OPTIONAL
from tests.charts.support import Manifest, manifests, template
from tests.labs import every_release


def lab_of(raw: dict[str, Any]) -> Lab:
    """The lab of a spec, as the planner sees it."""
    spec: EffectiveSpec = effective(parse_spec(raw))
    return Lab(key=LabKey("user-alice", PLACEHOLDER.lab), uid="uid", generation=1, spec=spec)


def releases(lab: Lab) -> dict[str, tuple[str, dict[str, Any]]]:
    """Component -> (chart, values), every one that a lab ever has."""
    return {r.component: (r.chart, dict(r.values)) for r in every_release(lab)}


def lab_text(raw: dict[str, Any]) -> str:
    """The rendered manifests of all components of a lab."""
    return "\n---\n".join(
        template(chart, values, release=names.release(PLACEHOLDER.lab, component))
        for component, (chart, values) in releases(lab_of(raw)).items()
    )


def lab_objects(raw: dict[str, Any]) -> list[Manifest]:
    """The same as objects."""
    return manifests(lab_text(raw))


EVERYTHING: dict[str, Any] = {
    **{service.part.key: {} for service in OPTIONAL},
    "connect": {"plugins": [{"name": "csv", "bundled": "csv"}]},
}
"""A spec with every service that there is, and every kind of container."""


def lab_with(options: Options, spec: dict[str, Any] = EVERYTHING) -> list[Manifest]:
    """All objects of a lab with everything, by an administrator's choices."""
    text = "\n---\n".join(
        template(r.chart, dict(r.values), release=names.release(PLACEHOLDER.lab, r.component))
        for r in every_release(lab_of(spec), options)
    )
    return manifests(text)
