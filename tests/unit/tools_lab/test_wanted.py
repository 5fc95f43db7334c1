"""What `make lab` builds first: the images of the lab that was asked for, and no others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from streaminglab_operator.services import OPTIONAL, Service
from tools import images
from tools.lab import stage, summary
from tools.lab.wanted import images_of
from tools.shell.errors import ToolError
from tools.shell.paths import ROOT

WEATHER = {"jobs", "kafka", "influxdb", "telegraf", "page"}


def file_of(folder: Path, *specs: dict[str, Any]) -> Path:
    labs = [
        {"kind": "StreamingLab", "metadata": {"name": f"lab{n}"}, "spec": spec}
        for n, spec in enumerate(specs)
    ]
    path = folder / "labs.yaml"
    path.write_text(yaml.safe_dump_all([{"kind": "ConfigMap"}, *labs]))
    return path


def test_the_main_example_wants_the_weather_and_the_page() -> None:
    assert images_of(ROOT / "examples" / "lab.yaml") == WEATHER


@pytest.mark.parametrize("service", OPTIONAL, ids=lambda service: service.component)
def test_an_optional_service_is_wanted_only_where_it_is_asked_for(
    service: Service[Any], tmp_path: Path
) -> None:
    (minimal,) = [
        document["spec"]
        for document in yaml.safe_load_all((ROOT / "examples" / "lab.yaml").read_text())
        if document["kind"] == "StreamingLab"
    ]
    whole: dict[str, Any] = {
        key: {} for key in ("page", "connect", "postgresql", "schemaRegistry", "sftp")
    }
    asked = minimal | whole | {service.part.key: {}}
    assert set(service.images) <= images_of(file_of(tmp_path, asked))
    others = {key for key in service.images if key not in WEATHER}
    assert not others & images_of(ROOT / "examples" / "lab.yaml")


@pytest.mark.parametrize(
    "example", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda p: p.stem
)
def test_every_image_that_an_example_wants_is_in_the_catalog(example: Path) -> None:
    assert images_of(example) <= set(images.components())


def test_another_image_for_an_option_is_wanted_with_it(tmp_path: Path) -> None:
    spark = {"jupyter": {"spark": True, "resources": {"memory": "2Gi"}}}
    assert "jupyter-spark" in images_of(file_of(tmp_path, spark))
    assert "jupyter-spark" not in images_of(file_of(tmp_path, {"jupyter": {}}))


def test_several_labs_want_what_each_of_them_wants(tmp_path: Path) -> None:
    file = file_of(tmp_path, {"jupyter": {}}, {"toolbox": {}})
    assert {"jupyter", "toolbox"} <= images_of(file)


def test_a_spec_that_is_refused_is_told_before_anything_is_built(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"spec\.kafka\.brokers"):
        images_of(file_of(tmp_path, {"kafka": {"brokers": 2}}))


def test_what_is_built_already_stays_in_the_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "is_built", lambda name: name == "jupyter")
    wanted = frozenset({"kafka"})
    due = [n for n in ("kafka", "operator", "jupyter", "dbt") if stage.is_due(n, wanted)]
    assert due == ["kafka", "operator", "jupyter"]
    assert stage.is_due("dbt", None)
    left = stage.left_out()
    assert "dbt" in left
    assert "jupyter" not in left
    assert "kafka-ui" not in left, "no image of it can be built here"


def test_the_last_screen_says_what_was_not_built_and_how_to_have_it() -> None:
    lab = {"metadata": {"name": "meteo"}, "status": {"conditions": []}}
    assert "make images" not in summary.text(lab, "student", 1.0)
    shown = summary.text(lab, "student", 1.0, ["dbt", "jupyter"])
    assert "  dbt, jupyter\n  make images " in shown
