"""A link for each course fills the form so that the lab is that of the course's example."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from streaminglab_operator.api import LAB, parse_spec
from streaminglab_operator.api.effective import effective
from tests.charts import onyxia
from tests.charts.support import CHARTS, TILE, only, run_helm
from tests.charts.test_tile import RELEASE, admitted, launched, objects
from tools.generate.tile_links import COURSES, link

ROOT = Path(__file__).resolve().parents[2]
OF_THE_TILE = ("access", "passwords_secret_name")
EXAMPLES = [example for _, example in COURSES.values()]


def documents(example: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((ROOT / "examples" / f"{example}.yaml").read_text()))


def worked_out(spec: dict[str, Any]) -> dict[str, Any]:
    """A spec with all defaults, but for what Onyxia and the tile add."""
    # The tile alone has the card of its catalog wait for the lab.
    page = {**spec.get("page", {}), "readyWithLab": False}
    found = effective(parse_spec({**spec, "page": page}))
    # Which the profile says as well as a number does.
    kafka = found.parts["kafka"].model_copy(update={"brokers": found.brokers})
    names = (entry.name for entry in fields(found) if entry.name not in OF_THE_TILE)
    return {name: getattr(found, name) for name in names} | {
        "parts": {**found.parts, "kafka": kafka}
    }


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_courses_link_gives_exactly_its_example(example: str) -> None:
    values = onyxia.follow(link(example), launched())
    made = objects(values)
    lab = only(made, "StreamingLab")
    admitted(lab)
    wanted = next(d["spec"] for d in documents(example) if d["kind"] == LAB.kind)
    brought = {
        d["metadata"]["name"]: d["data"] for d in documents(example) if d["kind"] == "ConfigMap"
    }
    spec = lab["spec"]
    for part in spec.values():
        for key in part if isinstance(part, dict) else ():
            if key.endswith("ConfigMapName") and part[key]:
                part[key] = part[key].removeprefix(f"{RELEASE}-")
    assert worked_out(spec) == worked_out(wanted)
    found = {o["metadata"]["name"]: o["data"] for o in made if o["kind"] == "ConfigMap"}
    assert found == {f"{RELEASE}-{name}": data for name, data in brought.items()}


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_link_fits_where_addresses_are_cut(example: str) -> None:
    """nginx takes a request line of 8 KiB (large_client_header_buffers)."""
    assert len(link(example)) < 8000


def test_a_value_that_a_link_cannot_say_is_an_error() -> None:
    with pytest.raises(onyxia.LauncherError):
        onyxia.follow("https://x/?lab.profile=nano", launched())


def test_what_is_not_a_text_in_a_config_map_is_refused() -> None:
    done = run_helm("template", "x", str(CHARTS / TILE), values={"configMaps": {"a": {"b": 1}}})
    assert done.returncode
