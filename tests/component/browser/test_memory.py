"""What the page's processes hold at most, as the kernel counts it, and their pod's limit."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml
from aiohttp import ClientSession, ClientTimeout, CookieJar

from tests.component.browser.hostile import CROWD_OF, MEBI
from tests.patience import PATIENCE
from tests.unit.page.kafka import packed
from tests.unit.page.kafka.mock import Mock, wide_kafka
from tests.unit.page.kube_server import KubeServer, kube_server
from tests.unit.page.labs import lab
from tests.unit.page.page_lab import Browser, settings
from tools.machine.ports import free_port
from tools.shell.paths import ROOT

LIMITS = yaml.safe_load((ROOT / "charts/page/values.yaml").read_text())["resources"]["limits"]
LIMIT = int(LIMITS["memory"].removesuffix("Mi")) * MEBI
FILES = 8 * MEBI
"""Left for what is mapped and for the kernel."""
MILLION = 1_000_000
PARTITIONS = {"million": 50, "mixed": 32, "huge": 5000, "packed": 3}
SMALL, LARGE = 1000, 4
"""Of each partition of the topic ``mixed``: first small messages, then some of nearly 1 MB."""
NEEDLE = b"needle"
SHOWN = 50


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    """A Kafka with a million messages, among them one that is looked for."""
    with wide_kafka(PARTITIONS) as found:
        producer, places = found.producer, PARTITIONS["million"]
        for number in range(MILLION):
            value = NEEDLE if number == MILLION // 2 else b"a value of no use %d" % number
            _produce(found, "million", value, number % places)
        for partition in range(PARTITIONS["mixed"]):
            for _ in range(SMALL):
                _produce(found, "mixed", b"small", partition)
            for _ in range(LARGE):
                _produce(found, "mixed", os.urandom(900_000), partition)
        _produce(found, "mixed", NEEDLE, 31)
        assert producer.flush(60) == 0
        packed.put(found, "packed", packed.batch(packed.gzip_bomb(256 * MEBI), packed.GZIP), 0)
        crowd = packed.batch(packed.crowd(CROWD_OF), packed.GZIP, CROWD_OF)
        packed.put(found, "packed", crowd, 1)
        found.put("packed", [NEEDLE], partition=1)
        packed.put_packed(found, "packed", [bytes(60 * MEBI)], "lz4", 2)
        yield found


def _produce(mock: Mock, topic: str, value: bytes, partition: int) -> None:
    while True:
        try:
            mock.producer.produce(topic, value, partition=partition)
            return
        except BufferError:
            mock.producer.poll(0.1)


@asynccontextmanager
async def page(folder: Path, kube: KubeServer, servers: str) -> AsyncIterator[tuple[Process, str]]:
    """The page as its container runs it; its address."""
    chosen = settings(folder, kube.url)
    # Chosen here: of any port, IPv4 and IPv6 would each have their own.
    port = free_port()
    environment = {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PAGE_LAB": chosen.lab,
        "PAGE_NAMESPACE": chosen.namespace,
        "PAGE_PASSWORD_FILE": str(chosen.password_file),
        "PAGE_CREDENTIALS": str(chosen.credentials),
        "PAGE_ACCOUNT": str(chosen.account),
        "PAGE_API_SERVER": kube.url,
        "PAGE_PORT": str(port),
        "PAGE_KAFKA": servers,
        "MALLOC_ARENA_MAX": "2",  # As in its chart.
    }
    words = ("-m", "streaminglab_page")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, env=environment, stdout=PIPE, stderr=asyncio.subprocess.STDOUT
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            while b"is on port" not in await process.stdout.readline():
                assert process.returncode is None
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.communicate()
    assert process.returncode == 0, "it has not ended by what it read"


@asynccontextmanager
async def looking(browser: Browser, query: Mapping[str, Any]) -> AsyncIterator[None]:
    """Somebody has a view open meanwhile."""

    async def listen() -> None:
        timeout = ClientTimeout(total=None)
        address = f"{browser.url}/events?{urlencode(query)}"
        async with browser.session.get(address, timeout=timeout) as answer:
            async for _ in answer.content.iter_chunked(2**16):
                pass

    task = asyncio.create_task(listen())
    yield
    task.cancel()


async def searched(browser: Browser, topic: str) -> tuple[int, int]:
    """How many messages were looked at, and how many of them found."""
    read, found, goes_on = 0, 0, ""
    while True:
        asked = {"text": NEEDLE.decode(), **({"goes_on": goes_on} if goes_on else {})}
        raw = (await browser.get(f"/kafka/topics/{topic}/messages?{urlencode(asked)}")).text
        answer = json.loads(raw)
        read, found = read + answer["read"], found + len(answer["messages"])
        if not answer["left"]:
            return read, found
        goes_on = json.dumps(answer["goes_on"])


async def newest(browser: Browser, topic: str) -> list[Any]:
    """Asked for again where fewer could be read at once than are shown, as on a busy machine."""
    while True:
        answer = json.loads((await browser.get(f"/kafka/topics/{topic}/messages")).text)
        if not answer["left"] or len(answer["messages"]) == SHOWN:
            return list(answer["messages"])


class Peak:
    """Bytes that the page and its processes apart have held at most at one time (``RssAnon``).

    Of mapped files, some 19 MiB that all of them share, the kernel takes back what it needs. A
    process that is being begun has its parent's memory until it runs its own program (vfork), for
    long on a busy machine: what is held once is not counted twice.
    """

    def __init__(self, process: Process) -> None:
        self._pid, self.bytes, self.apart = process.pid, 0, 0

    async def watch(self) -> None:
        """Until it is cancelled."""
        path = Path(f"/proc/{self._pid}/task/{self._pid}/children")
        own = _command(self._pid)
        while True:
            held = 0
            for child in path.read_text().split():  # noqa: ASYNC240 (a file of the kernel)
                with suppress(OSError, AssertionError):
                    # In this order: who runs another program by now has memory of his own.
                    held += _told(int(child), "RssAnon") if _command(int(child)) != own else 0
            self.apart = max(self.apart, held)
            self.bytes = max(self.bytes, held + _told(self._pid, "RssAnon"))
            await asyncio.sleep(0.01)


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _told(pid: int, word: str) -> int:
    found = re.search(rf"{word}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


@pytest.mark.long
async def test_a_million_messages_are_searched_within_the_pods_memory(
    mock: Mock, tmp_path: Path
) -> None:
    """And with them messages of 1 MB behind small ones, and a topic of thousands of partitions, by
    two at a time, while two others look on."""
    async with (
        kube_server() as kube,
        page(tmp_path, _with_lab(kube), mock.servers) as (process, url),
        ClientSession(cookie_jar=CookieJar(unsafe=True)) as session,
    ):
        browser = Browser(session, url)
        assert (await browser.log_in()).status == 303
        peak = Peak(process)
        watching = asyncio.create_task(peak.watch())
        async with (
            looking(browser, {"kafka": 1, "topic": "huge", "page": 3}),
            looking(browser, {"kafka": 1, "follow": "mixed"}),
        ):
            million, mixed, unpacked = await asyncio.gather(
                *(searched(browser, topic) for topic in ("million", "mixed", "packed"))
            )
        shown = await newest(browser, "mixed")
        assert million == (MILLION, 1)
        assert mixed == (PARTITIONS["mixed"] * (SMALL + LARGE) + 1, 1)
        assert len(shown) == SHOWN
        assert unpacked == (1, 1)
        held, apart = peak.bytes, peak.apart
        watching.cancel()
    print(f"{held / MEBI:.0f} MiB of {LIMIT / MEBI:.0f}, {apart / MEBI:.0f} of them apart")
    assert held < LIMIT - FILES, f"{held / MEBI:.0f} MiB"


def _with_lab(kube: KubeServer) -> KubeServer:
    kube.put(lab())
    return kube
