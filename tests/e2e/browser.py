"""A lab's page in a real browser, at a port that kubectl forwards."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.chromium import somebody
from tests.e2e.cluster import LabHandle
from tools.cluster import kubectl as tool

SMALLEST_PICTURE = 10_000


@contextmanager
def forwarded(lab: LabHandle, service: str, port: int) -> Iterator[str]:
    """`kubectl port-forward service/... :PORT`; the address for a browser."""
    command = [tool.program(), f"--kubeconfig={lab.kubectl.kubeconfig}", "-n", lab.namespace]
    with subprocess.Popen(
        [*command, "port-forward", f"service/{service}", f":{port}"],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            yield f"http://127.0.0.1:{line.split('127.0.0.1:')[1].split()[0]}"
        finally:
            process.terminate()


def password(lab: LabHandle, key: str) -> str:
    """One of the lab's credentials."""
    data = lab.get("secret", f"{lab.name}-credentials")["data"]
    return base64.b64decode(data[key]).decode()


@contextmanager
def visited(lab: LabHandle, browser: Browser, address: str, language: str) -> Iterator[Page]:
    """A browser of somebody who has logged in to the lab's page; no script of it may fail."""
    faults: list[str] = []
    with somebody(browser, language) as context:
        found = context.new_page()
        found.on("pageerror", lambda error: faults.append(str(error)))
        found.goto(f"{address}/login")
        found.fill("#password", password(lab, "page-password"))
        found.click("button.main")
        found.wait_for_selector("nav.views")
        yield found
    assert faults == []


def picture(page: Page, name: str, language: str, top: str = "body") -> None:
    """A picture for the documents, in the folder that PICTURES names; without one it is taken too,
    and thrown away. ``top``: what is at its upper edge."""
    page.set_viewport_size({"width": 1080, "height": 760})
    page.locator(top).first.evaluate("(one) => { one.scrollIntoView(); scrollBy(0, -16); }")
    page.wait_for_timeout(1000)  # Lines of the drawings are drawn when something comes.
    taken = page.screenshot(animations="disabled")
    assert len(taken) > SMALLEST_PICTURE, "there is nothing in it"
    if folder := os.environ.get("PICTURES"):
        Path(folder, f"page-{name}.{language}.png").write_bytes(taken)
