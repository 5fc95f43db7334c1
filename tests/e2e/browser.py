"""A real browser: Debian's Chromium, driven by Playwright, at a port that kubectl forwards."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.cluster import LabHandle
from tools.cluster import kubectl as tool

GRAVE = ("serious", "critical")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium without a window (`apt-get install chromium`). It fails where there is none."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.fail("there is no chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        # In a container Chromium has no user namespaces to build its sandbox of.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


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


def grave_faults(page: Page) -> list[str]:
    """What axe finds that keeps somebody out (WCAG): rule, and where."""
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {[node['target'] for node in fault['nodes']][:3]}"
        for fault in found
        if fault["impact"] in GRAVE
    ]
