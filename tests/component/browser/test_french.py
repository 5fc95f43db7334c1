"""The French page is French: each screen, with trouble on it, and what is refused on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from playwright.sync_api import Browser, BrowserContext, Page, expect

from streaminglab_page import words
from tests.chromium import somebody
from tests.component.browser import foreign
from tests.component.browser.served import Lab, inside, opened, served
from tests.unit.page.kafka.mock import mock_kafka
from tests.unit.page.labs import CHANGED, component, condition, endpoint, lab
from tests.unit.page.test_parts import Servers

Table = Callable[[str], Mapping[str, str]]
TOPIC = "orders"
MISSING = "the page has no such word: it is English"
PLACES = (
    "now",
    "exercises",
    "kafka",
    f"kafka/topic/{TOPIC}",
    "kafka/topic/nowhere",
    "kafka/group/nobody",
    f"messages/{TOPIC}",
    "connect",
    "influxdb",
    "metrics",
    "alerts",
    "ways",
)


class Answers(Servers):
    """Kafka Connect and InfluxDB: a check that fails, and alerts that cannot be read."""

    async def answer(self, request: web.Request) -> web.Response:
        if request.path == "/api/v2/checks":
            check = {"id": "1", "name": "heat", "every": "10s", "lastRunStatus": "failed"}
            return web.json_response({"checks": [{**check, "lastRunError": MISSING}]})
        if request.path == "/api/v2/query" and "_level" in (await request.json())["query"]:
            return web.json_response({"message": MISSING}, status=400)
        return await super().answer(request)


def troubled() -> dict[str, Any]:
    """A lab of which the operator says all sorts of things."""
    found = lab(
        phase="Degraded",
        conditions=[
            condition("Ready", "False", "Unschedulable", f"producer: {MISSING}"),
            condition("Stalled", "False", "Progressing", MISSING),
            condition("ConnectorsReady", "False", "TaskFailed", f"csv: {MISSING}"),
            condition("VolumesReady", "False", "VolumeWithoutClass", f"kafka: {MISSING}"),
            condition("TopicsReady", "False", "WaitingForTopics", MISSING),
        ],
        components=[
            component("kafka", "1/1", "Ready", f"kafka: {MISSING}"),
            component("producer", "0/1", "Unschedulable", f"producer: {MISSING}"),
            component("telegraf", "0/1", "Paused", f"telegraf: {MISSING}"),
            component("influxdb", "0/1", "Starting", f"influxdb: {MISSING}"),
        ],
        endpoints=[
            endpoint("kafka", "kafka:9092", "no login"),
            endpoint("influxdb", "http://influxdb:8086", MISSING),
        ],
        connectors=[
            {"name": "csv", "state": "FAILED", "tasks": "0/1", "reason": "TaskFailed"}
            | {"managed": True, "message": MISSING},
            {"name": "other", "state": "RUNNING", "tasks": "1/1"},
        ],
        kafka={"brokers": [{"id": 1, "state": "Stopped"}, {"id": 2, "state": "Starting"}]},
        lastError=MISSING,
    )
    found["metadata"]["uid"] = "uid-meteo"
    found["spec"] |= {"exercises": {"set": "000"}, "kafka": {"stoppedBrokers": [1]}}
    return found


def instead(known: Table, wide: Mapping[str, str]) -> Table:
    """What is known in each language, but for French."""
    return lambda language: wide if language == "fr" else known(language)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the page is, with its French in letters of its own."""
    french = {
        "words": foreign.wide(words.words("fr")),
        "sentences": foreign.wide(words.sentences("fr")),
    }
    with mock_kafka() as kafka, pytest.MonkeyPatch.context() as patch:
        kafka.put(TOPIC, [b'{"town": "Lyon"}', None, b"\xff\x00"], b"lyon")
        for name, wide in french.items():
            patch.setattr(words, name, instead(getattr(words, name), wide))
        found = Lab(troubled(), kafka.servers, Answers())
        with served(found, tmp_path_factory.mktemp("french")) as where:
            yield where


@pytest.fixture(scope="module")
def reader(browser: Browser, address: str) -> Iterator[BrowserContext]:
    with inside(browser, address, "fr") as found:
        found.add_init_script(f"({foreign.LISTEN})()")
        yield found


@pytest.fixture
def page(reader: BrowserContext) -> Iterator[Page]:
    with opened(reader) as found:
        yield found


def unfolded(page: Page) -> None:
    folded = page.locator(".view:not([hidden]) details")
    folded.evaluate_all("all => all.forEach((one) => { one.open = true; })")


@pytest.mark.parametrize("place", PLACES)
def test_each_screen_is_french(page: Page, address: str, place: str) -> None:
    page.goto(f"{address}/#{place}")
    page.locator("body[data-tone]").wait_for()
    expect(page.locator(".view:not([hidden]) > :not(:empty):visible").first).to_be_visible()
    page.wait_for_timeout(2000)  # Each part has been asked.
    if place == "influxdb":
        page.click("[name=plot]")
    unfolded(page)
    page.wait_for_timeout(500)
    assert foreign.untranslated(page, place.rpartition("/")[2]) == set()


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (timedelta(0), "depuis 0 seconde"),
        (timedelta(seconds=1), "depuis 1 seconde"),
        (timedelta(minutes=2), "depuis 2 minutes"),
        (timedelta(hours=1), "depuis 1 heure"),
        (timedelta(days=1), "depuis 1 jour"),
        (timedelta(days=2), "depuis 2 jours"),
        (timedelta(days=4000), "depuis 4 000 jours"),
    ],
)
def test_times_of_any_age_are_french(page: Page, address: str, age: timedelta, told: str) -> None:
    # The browser has words of its own for some, such as that for the day before yesterday.
    page.clock.set_fixed_time(datetime.fromisoformat(CHANGED).astimezone(UTC) + age)
    page.goto(f"{address}/#now")
    page.locator("body[data-tone]").wait_for()
    unfolded(page)
    side = page.locator("[data-key=conditions] .side").first
    expect(side).to_be_visible()
    assert foreign.plain(side.inner_text()) == told
    assert foreign.untranslated(page, "now") == set()


def test_the_words_of_the_operator_are_marked_as_english_and_follow_what_they_mean(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/#now")
    first = page.locator("#causes li").first
    expect(first).to_contain_text("producer")
    expect(first.locator("[lang=en]")).to_have_text(f"producer: {MISSING}")
    known = words.sentences("fr")
    no_room = "No node has room for the pod, or no volume can be had for it."
    expect(first.locator("p").first).to_have_text(known[no_room])
    paused = page.locator("#causes li", has_text="telegraf")
    expect(paused.locator("pre").first).to_contain_text("kubectl annotate slab meteo ")
    expect(page.locator("#headline .phase")).to_have_text(known["Degraded"])


def test_what_is_refused_is_french_but_for_the_words_of_who_refuses(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/#connect")
    page.locator("body[data-tone]").wait_for()
    page.click("#connect-make summary")
    page.fill("#connect-make [name=name]", "csv")
    said = page.locator("#connect-make [role=status]")
    page.fill("#connect-make [name=config]", "{")
    page.click("#connect-make button.main")
    expect(said.locator("[lang=en]")).to_be_visible()
    page.fill("#connect-make [name=config]", "[]")
    page.click("#connect-make button.main")
    own = "a connector has a name, and a configuration that is an object"
    expect(said).to_contain_text(words.sentences("fr")[own])
    expect(said.locator("[lang=en]")).to_have_count(0)
    page.goto(f"{address}/#kafka")
    page.click("#kafka-make summary")
    page.fill("#kafka-make [name=name]", "notes")
    page.click("#kafka-make button.main")
    refused = page.locator("#kafka-make [role=status].problem")
    expect(refused).to_be_visible()
    page.goto(f"{address}/#messages/{TOPIC}")
    page.click("#messages-write summary")
    page.fill("#messages-write [name=headers]", "x")
    page.click("#messages-write button.main")
    expect(page.locator("#messages-write .problem")).to_be_visible()
    page.fill("#messages-write [name=headers]", "")
    page.fill("#messages-write [name=partition]", "99")
    page.click("#messages-write button.main")
    expect(page.locator("#messages-write .problem [lang=en]")).to_be_visible()
    page.fill("#messages-form [name=key]", "lyon")
    page.click("#messages-form button.main")
    expect(page.locator("#messages-list .record")).to_have_count(3)
    page.click("#messages-form [name=follow]")
    page.wait_for_timeout(1500)
    assert foreign.untranslated(page) == set()


def test_the_way_in_is_french(browser: Browser, address: str) -> None:
    with somebody(browser, "fr") as context:
        context.add_init_script(f"({foreign.LISTEN})()")
        page = context.new_page()
        page.goto(f"{address}/login")
        page.fill("#password", "wrong")
        page.click("button.main")
        page.wait_for_selector(".problem:not(:empty)")
        assert foreign.untranslated(page, "meteo") == set()
