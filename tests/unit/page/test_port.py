"""Links to the lab's pages where the ingress controller has a port of its own, in a real engine."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from tools.shell.paths import ROOT

SOURCE = ROOT / "images/page/src/streaminglab_page/static/port.js"
PAGE, UI = "https://alice-page.lab.example.org/", "https://alice-kafka-ui.lab.example.org/"


def reached(folder: Path, url: str, at: str) -> str:
    """Where a click on a link leads, in a browser that has come by the address ``at``."""
    (folder / "port.mjs").write_text(SOURCE.read_text())
    program = (
        f"import {{ reached }} from './port.mjs';"
        f"console.log(reached({json.dumps(url)}, {json.dumps(['', PAGE, UI])},"
        f" new URL({json.dumps(at)})));"
    )
    (folder / "main.mjs").write_text(program)
    node = str(compute_driver_executable()[0])
    done = subprocess.run(
        [node, "main.mjs"], cwd=folder, capture_output=True, text=True, check=True, timeout=30
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("url", "at", "leads"),
    [
        (UI, "https://alice-page.lab.example.org:8443/", UI.replace("org/", "org:8443/")),
        (UI, PAGE, UI),
        (UI, "http://localhost:8080/", UI),
        (UI, "http://alice-page.lab.example.org:8080/", UI),
        (UI.replace("org/", "org:1/"), f"{PAGE[:-1]}:8443/", UI.replace("org/", "org:1/")),
        ("", f"{PAGE[:-1]}:8443/", ""),
    ],
    ids=["by its port", "without", "forwarded", "by http", "has one of its own", "none"],
)
def test_a_link_has_the_port_by_which_the_browser_came(
    tmp_path: Path, url: str, at: str, leads: str
) -> None:
    assert reached(tmp_path, url, at) == leads
