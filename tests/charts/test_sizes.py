"""Every container of a lab can be sized by the lab, and by one field of the spec alone.

What bounds a container and what bounds a pod is one for the operator (`services.bounds`), so that
all containers of a pod must have the same size, and no two of them may run side by side.
"""

from typing import Any

import pytest
import yaml

from streaminglab_operator.observed.evictions import FOR_PEOPLE
from streaminglab_operator.plan import Lab
from streaminglab_operator.services import OPTIONAL, TABLE
from tests.charts.lab_charts import lab_of, releases
from tests.charts.support import (
    LABS,
    WITH_PODS,
    Case,
    Manifest,
    cases,
    containers,
    manifests,
    pod_templates,
    render,
    rendered,
)

SIZES = {
    "requests": {"cpu": "123m", "memory": "777Mi"},
    "limits": {"cpu": "1234m", "memory": "777Mi"},
}
PARTS = tuple(chart for chart in WITH_PODS if chart in LABS)
EVERY_OPTION = [case for case in cases(PARTS) if case.values]
EVERYTHING: dict[str, Any] = {
    "profile": "resilience",
    "influxdb": {"alerts": [{"name": "heat", "field": "temperature", "above": 35}]},
    "access": {"kafka": {"localhost": {}}},
    **{service.part.key: {} for service in OPTIONAL},
    "connect": {
        "plugins": [
            {"name": "a", "maven": "org.example:a:1.0"},
            {"name": "b", "image": "registry.example/b:1"},
            {"name": "c", "bundled": "csv"},
        ]
    },
}


def one_size(container: Manifest) -> tuple[str, ...]:
    """Requests and limits of CPU and memory."""
    found = container["resources"]
    return tuple(str(found[k][r]) for k in ("requests", "limits") for r in ("cpu", "memory"))


@pytest.mark.parametrize("of", EVERY_OPTION, ids=str)
def test_every_container_of_a_chart_has_the_size_of_its_values(of: Case) -> None:
    assert of.values
    values = yaml.safe_load(of.values.read_text())
    found = containers(render(of.chart, {**values, "resources": SIZES}))
    assert found, f"{of} has pods"
    assert {c["name"]: c["resources"] for c in found} == {c["name"]: SIZES for c in found}


@pytest.mark.parametrize("of", cases(PARTS), ids=str)
def test_no_two_containers_of_a_pod_run_side_by_side(of: Case) -> None:
    for _, template in pod_templates(manifests(rendered(of))):
        assert len(template["spec"]["containers"]) == 1
        assert not [c for c in template["spec"].get("initContainers", ()) if "restartPolicy" in c]


def _sizes(lab: Lab) -> dict[str, set[tuple[str, ...]]]:
    made = releases(lab)
    return {
        component: {one_size(c) for c in containers(render(chart, values))}
        for component, (chart, values) in made.items()
    }


def test_every_part_of_a_lab_with_everything_is_sized_by_its_own_field() -> None:
    """Nothing but that field: the size of each part is another one, and found in all of it."""
    asked = {
        entry.component: {
            "cpu": f"{201 + i}m",
            "cpuLimit": f"{2201 + i}m",
            "memory": f"{801 + i}Mi",
        }
        for i, entry in enumerate(TABLE)
    }
    spec = dict(EVERYTHING)
    for entry in TABLE:
        key = entry.part.key
        spec[key] = {**EVERYTHING.get(key, {}), "resources": asked[entry.component]}
    expected = {c: {(r["cpu"], r["memory"], r["cpuLimit"], r["memory"])} for c, r in asked.items()}
    assert {c: sizes for c, sizes in _sizes(lab_of(spec)).items() if sizes} == expected


def test_volumes_that_people_keep_files_on_are_named_as_the_operator_names_them() -> None:
    """By these names it says where large files go, where an emptyDir was full."""
    made = releases(lab_of({**EVERYTHING, "sftp": {}}))
    mounted = {
        mount["name"]
        for chart, values in made.values()
        for found in containers(render(chart, values))
        for mount in found["volumeMounts"]
    }
    assert mounted.issuperset(FOR_PEOPLE)
