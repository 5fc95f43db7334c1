"""Fixtures: Chromium, and the page of a hostile lab."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from streaminglab_page.kafka.cluster import Cluster
from streaminglab_page.kafka.groups import Groups
from tests.chromium import chromium
from tests.component.browser import hostile
from tests.component.browser.served import Lab, inside, opened, served
from tests.unit.page.kafka.mock import Mock, wide_kafka


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium or Chrome. Not for longer than a module: as long as Playwright is there a loop runs
    in this thread, beside which no asynchronous test has its own."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    """A Kafka of three brokers with hostile topics. Not for longer than a module: its tests write
    into it."""
    with wide_kafka(hostile.PARTITIONS) as found:
        hostile.put(found)
        yield found


@pytest.fixture(scope="module")
def address(mock: Mock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the page of the hostile lab is. As long as it is there, every page of this process is
    told so of groups, settings and disks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Groups, "read", hostile.groups)
        patch.setattr(Cluster, "settings", hostile.settings)
        patch.setattr(Cluster, "disk", hostile.disk)
        lab = Lab(hostile.told(), mock.servers, hostile.HostileServers())
        with served(lab, tmp_path_factory.mktemp("page")) as found:
            yield found


@pytest.fixture(scope="module")
def english(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """Somebody who reads English and has logged in."""
    with inside(browser, address) as found:
        yield found


@pytest.fixture
def page(english: BrowserContext) -> Iterator[Page]:
    """A tab of his."""
    with opened(english) as found:
        yield found
