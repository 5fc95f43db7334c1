"""All the objects of one lab, from a spec as a student writes it, by the operator's own values."""

from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api import EffectiveSpec, effective, parse_spec
from streaminglab_operator.names import LabKey
from streaminglab_operator.plan import Lab, Options
from streaminglab_operator.plan.values import influxdb, jobs, kafka, telegraf
from streaminglab_operator.render import PLACEHOLDER
from tests.charts.support import Manifest, manifests, template

OPTIONS = Options()


def lab_of(raw: dict[str, Any]) -> Lab:
    """The lab of a spec, as the planner sees it."""
    spec: EffectiveSpec = effective(parse_spec(raw))
    return Lab(key=LabKey("user-alice", PLACEHOLDER.lab), uid="uid", generation=1, spec=spec)


def releases(lab: Lab) -> dict[str, tuple[str, dict[str, Any]]]:
    """Component -> (chart, values), every one that a lab ever has."""
    configs = {
        "init": jobs.init_config(lab),
        "inject": jobs.inject_config(lab) | jobs.run_of(),
        "producer": jobs.producer_config(lab),
        "verify": jobs.verify_config(lab),
    }
    found = {
        "kafka": ("kafka", kafka.values(lab, OPTIONS, alias=True)),
        "influxdb": ("influxdb", influxdb.values(lab, OPTIONS, alias=True)),
        "telegraf": ("telegraf", telegraf.values(lab, OPTIONS)),
    }
    for component, config in configs.items():
        found[component] = ("lab-job", jobs.values(lab, OPTIONS, component, config))
    return found


def lab_text(raw: dict[str, Any]) -> str:
    """The rendered manifests of all components of a lab."""
    return "\n---\n".join(
        template(chart, values, release=names.release(PLACEHOLDER.lab, component))
        for component, (chart, values) in releases(lab_of(raw)).items()
    )


def lab_objects(raw: dict[str, Any]) -> list[Manifest]:
    """The same as objects."""
    return manifests(lab_text(raw))
