"""The lines for /etc/hosts that course 004 prints name the pages of its lab, with its settings."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from streaminglab_operator.names import LabKey
from streaminglab_operator.plan import access
from tests.labs import lab
from tests.unit.courses.test_printed import entries
from tools.shell.paths import ROOT

PRINTED = [entry.printed for entry in entries() if entry.course == "004"]
LINES = [line.split() for line in PRINTED if line.startswith("127.0.0.1 ")]
SETTINGS = dict(line.split("=") for line in PRINTED if re.match(r"(HOST|WORKGROUP_ID)=", line))
LONG = next(line.split(" = ")[1] for line in PRINTED if line.startswith("WORKGROUP_ID = "))
PAGES = {"liveconnect": "kafka-ui", "liveconnect-batch": "jupyter"}


def hosts(group: str) -> dict[str, str]:
    """Host by component, of the course's example with the domain of the printed `.env`."""
    documents = yaml.safe_load_all((ROOT / "examples/liveconnect.yaml").read_text("utf-8"))
    (spec,) = (one["spec"] for one in documents if one["kind"] == "StreamingLab")
    ingress: dict[str, Any] = spec["access"]["ingress"]
    ingress |= {"domain": SETTINGS["HOST"], "workGroup": group}
    of = lab(spec, LabKey("user-alice", "liveconnect"))
    return {page.component: page.real_host for page in access.exposed(of.key, of.spec)}


@pytest.mark.parametrize(("address", "name"), LINES)
def test_a_printed_line_names_a_page_of_the_lab(address: str, name: str) -> None:
    assert address == "127.0.0.1", "the reader's own machine, as with `domain: localhost`"
    assert SETTINGS == {"HOST": "demo2.logpickr.cloud", "WORKGROUP_ID": "wk1"}
    group = LONG if LONG in name else SETTINGS["WORKGROUP_ID"]
    page = PAGES[name.partition(f"-{group}.")[0]]
    assert hosts(group)[page] == name


def test_there_are_three_such_lines() -> None:
    assert len(LINES) == 3
