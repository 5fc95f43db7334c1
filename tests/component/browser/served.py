"""The real server of the page, in a thread: a browser is driven from outside of its loop."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from streaminglab_page.__main__ import running
from tests.chromium import somebody
from tests.patience import PATIENCE
from tests.unit.page.kube_server import kube_server
from tests.unit.page.page_lab import PASSWORD, settings
from tests.unit.page.patient import patient
from tests.unit.page.test_parts import Servers, listening

STORES: dict[str, Any] = {
    "org": "my org",
    "bucket": "weather",
    "metrics_bucket": "kafka_metrics",
    "exercises": "000",
}


@dataclass(frozen=True)
class Lab:
    """What a page is shown of: its ``object``, the servers of ``kafka``, and the other parts."""

    object: dict[str, Any]
    kafka: str
    servers: Servers


@contextmanager
def served(lab: Lab, folder: Path, **changes: Any) -> Iterator[str]:
    """The address of a lab's page, until the end. ``changes``: of its settings."""
    told: queue.Queue[str | BaseException] = queue.Queue()
    loop, stop = asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with kube_server() as kube, listening(lab.servers) as url:
            kube.put(lab.object)
            parts = {"kafka": lab.kafka, "connect": url, "influxdb": url, **STORES, **changes}
            async with running(settings(folder, kube.url, **parts)) as page:
                told.put(f"http://127.0.0.1:{page.port}")
                await stop.wait()
                if page.watching.done():
                    page.watching.result()

    def run() -> None:
        try:
            loop.run_until_complete(serve())
        except BaseException as error:
            told.put(error)

    thread = threading.Thread(target=run, name="page")
    with patient():
        thread.start()
        found = told.get(timeout=PATIENCE)
        if isinstance(found, BaseException):
            raise found
        try:
            yield found
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join(PATIENCE)
            if not told.empty():
                # With its traceback: what ended the page is nowhere else.
                raise told.get()  # type: ignore[misc]


@contextmanager
def inside(browser: Browser, address: str, language: str = "en") -> Iterator[BrowserContext]:
    """A browser of somebody who has logged in."""
    with somebody(browser, language) as context:
        first = context.new_page()
        first.goto(f"{address}/login")
        first.fill("#password", PASSWORD)
        first.click("button.main")
        first.wait_for_selector("nav.views")
        first.close()
        yield context


@contextmanager
def opened(context: BrowserContext) -> Iterator[Page]:
    """A tab of it; no script of the page may fail."""
    found, faults = context.new_page(), list[str]()
    found.on("pageerror", lambda error: faults.append(str(error)))
    found.on("dialog", lambda dialog: faults.append(f"a dialog: {dialog.message}"))
    yield found
    found.close()
    assert faults == []
