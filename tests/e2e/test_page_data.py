"""The lab's page on a lab with the weather, a schema registry and Kafka Connect, in a browser."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from streaminglab_page.metrics import PLOTS
from streaminglab_page.words import words
from tests.chromium import Rules, grave_faults
from tests.e2e.browser import password, picture, visited
from tests.e2e.conftest import Reader
from tests.e2e.courses import Course

POINTS, STATIONS = 600, 3
TEMPERATURE = """\
from(bucket: "weather")
  |> range(start: -1h)
  |> filter(fn: (r) => r._field == "temperature")
  |> keep(columns: ["_time", "_value", "station"])"""
LAB: dict[str, Any] = {
    "profile": "nano",
    "kafka": {"topics": [{"name": "orders", "partitions": 1}]},
    "inject": {"stations": STATIONS, "rate": "50/s", "points": POINTS},
    "influxdb": {
        "alerts": [{"name": "warm", "field": "temperature", "above": -90, "every": "10s"}]
    },
    "connect": {"plugins": [{"name": "file", "bundled": "file"}]},
    "schemaRegistry": {},
    "toolbox": {},
    "metrics": {},
    "page": {},
    "exercises": {"set": "000"},
}
TOOLBOX = "deploy/meteo-toolbox"
# Standard input: a list of {topic, subject, schema, type, data}, the data in base64.
WRITE = """
import base64, json, os, struct, sys, urllib.request
from confluent_kafka import Producer
producer = Producer({"bootstrap.servers": "meteo-kafka:9092"})
for one in json.load(sys.stdin):
    body = json.dumps({"schema": one["schema"], "schemaType": one["type"]}).encode()
    url = f"{os.environ['SCHEMA_REGISTRY_URL']}/subjects/{one['subject']}/versions"
    headers = {"Content-Type": "application/vnd.schemaregistry.v1+json"}
    asked = urllib.request.Request(url, body, headers)
    number = json.load(urllib.request.urlopen(asked, timeout=60))["id"]
    value = b"\\0" + struct.pack(">I", number) + base64.b64decode(one["data"])
    producer.produce(one["topic"], value, one["subject"])
sys.exit(f"{left} not written" if (left := producer.flush(60)) else 0)
"""
AVRO = {"type": "record", "name": "Order", "fields": [{"name": "town", "type": "string"}]}
PROTOBUF = 'syntax = "proto3"; message Order { string town = 1; int64 eggs = 2; }'
JSON_SCHEMA = '{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}'
NULLS = '{"type": "array", "items": "null"}'
LYON = b"\x08Lyon"
SINK = {
    "connector.class": "org.apache.kafka.connect.file.FileStreamSinkConnector",
    "topics": "weather",
    "key.converter": "org.apache.kafka.connect.storage.StringConverter",
}
VIEWS = (
    "now",
    "exercises",
    "messages/orders",
    "connect",
    "influxdb",
    "metrics",
    "alerts",
    "ways",
)


def written(subject: str, schema: str, kind: str, data: bytes) -> dict[str, str]:
    return {
        "topic": "orders",
        "subject": subject,
        "schema": schema,
        "type": kind,
        "data": base64.b64encode(data).decode(),
    }


def tried_until(lab: Course, press: Callable[[], None], seen: Callable[[], bool]) -> None:
    """Press a button as a person does: again when nothing has come of it."""

    def look() -> bool:
        if not seen():
            press()
            time.sleep(6)
        return seen()

    lab.until(look, "what a button asks for", 240)


@pytest.fixture(scope="module")
def lab(kubectl: Any, course_namespace: str) -> Course:
    made = Course(kubectl, course_namespace, "meteo")
    made.apply(LAB)
    made.wait("Ready", seconds=420)
    return made


@pytest.fixture(scope="module")
def orders(lab: Course) -> str:
    """A topic whose messages were written by schemas of the registry."""
    messages = [
        written("avro", json.dumps(AVRO), "AVRO", LYON),
        written("proto", PROTOBUF, "PROTOBUF", b"\x00\x0a\x04Lyon\x10\x0c"),
        written("json", JSON_SCHEMA, "JSON", b'{"town": "<b>Lyon</b>"}'),
        written("null", NULLS, "AVRO", b"\x80\x80\x80\x80\x80\x40\x00"),
    ]  # fmt: skip
    lab.run(TOOLBOX, "python3", "-c", WRITE, stdin=json.dumps(messages))
    return "orders"


def test_the_datas_way_is_drawn_with_every_part_and_its_counts(page: Page) -> None:
    drawing = page.locator("#data svg")
    for part in ("inject", "influxdb", "telegraf", "producer", "kafka", "connect", "page"):
        expect(drawing).to_contain_text(part)
    expect(drawing.locator("text.count").first).to_have_text(str(POINTS))
    expect(page.locator("#data .quiet").first).to_contain_text("schema-registry")
    expect(page.locator("#causes")).to_be_empty()


def test_what_the_operator_says_of_each_part_is_unfolded(page: Page) -> None:
    page.click("#conditions summary")
    for kind in ("KafkaReady", "InfluxDBReady", "TelegrafReady", "ProducerReady", "TopicsReady"):
        expect(page.locator("#conditions li.ready", has_text=kind)).to_be_visible()
    parts = page.locator("#parts li.ready")
    for part in ("init", "inject"):
        expect(parts.filter(has_text=f"{part} is done")).to_be_visible()
    expect(parts.filter(has_text="influxdb: 1 of 1 ready")).to_be_visible()


def test_messages_are_decoded_by_the_labs_registry(page: Page, orders: str) -> None:
    page.click("text=Messages")
    page.fill("[name=topic]", orders)
    page.click("#messages-form button.main")
    avro = page.locator("#messages-list li", has_text="bytes of Avro")
    expect(avro.locator("pre").last).to_have_text('{\n  "town": "Lyon"\n}')
    proto = page.locator("#messages-list li", has_text="bytes of Protobuf")
    expect(proto.locator("pre").last).to_have_text('{\n  "town": "Lyon",\n  "eggs": "12"\n}')
    told = page.locator("#messages-list li", has_text="bytes of JSON Schema")
    expect(told.locator("pre").last).to_have_text('{\n  "town": "<b>Lyon</b>"\n}')
    bomb = page.locator("#messages-list li", has_text="more time or memory than it may")
    expect(bomb).to_have_count(1)


def test_a_hostile_message_has_ended_no_page(lab: Course, page: Page, orders: str) -> None:
    page.goto(f"{page.url.partition('#')[0]}#messages/{orders}")
    expect(page.locator("#messages-list li")).to_have_count(4)
    # The same from a bookmark.
    page.reload()
    expect(page.locator("#messages-list li")).to_have_count(4)
    (pod,) = lab.items("pods", "app.kubernetes.io/component=page")
    assert pod["status"]["containerStatuses"][0]["restartCount"] == 0


def test_a_flux_query_gives_a_table_and_a_plot(lab: Course, reader: Reader) -> None:
    page = reader.page
    reader.view("data_influxdb")
    expect(page.locator("[name=flux]")).to_have_value(re.compile('from\\(bucket: "weather"\\)'))
    # The page waits for no part of the lab: some seconds may pass until its token is there.
    rows = page.locator("#influxdb-rows tbody tr")
    tried_until(lab, lambda: page.click("[name=last]"), lambda: rows.count() > 0)
    page.fill(
        "[name=flux]",
        'from(bucket: "weather") |> range(start: -1h) |> filter(fn: (r) => r._field == "wind")',
    )
    page.click("#influxdb-form button.main")
    rows_said = reader.words["influxdb_count"].partition("{count}")[2].rstrip(".")
    expect(page.locator("#influxdb-said")).to_contain_text(rows_said)
    expect(page.locator("#influxdb-plot svg")).to_be_visible()
    page.fill("[name=flux]", "from(")
    page.click("#influxdb-form button.main")
    refused = reader.words["refused"].partition("{detail}")[0]
    expect(page.locator("#influxdb-said")).to_contain_text(refused.strip())


def test_a_connector_is_made_and_its_failed_task_restarted(lab: Course, reader: Reader) -> None:
    page, words = reader.page, reader.words
    name = f"late-{page.locator('html').get_attribute('lang')}"
    folder = f"/tmp/{name}"
    reader.view("view_connect")
    page.click("#connect-make summary")
    page.fill("#connect-make [name=name]", name)
    config = {**SINK, "file": f"{folder}/lines.txt"}
    page.fill("#connect-make [name=config]", json.dumps(config))
    page.click("#connect-make button.main")
    late = page.locator("#connect-list article", has_text=name)
    expect(late.locator(".task")).to_contain_text("FAILED")
    late.locator(".task summary").click()
    expect(late.locator(".task pre")).to_contain_text("lines.txt")
    lab.shell("meteo-connect-0", f"mkdir -p {folder}")
    runs = late.locator(".task .state", has_text="RUNNING")
    restart = late.locator(f"text={reader.says('connect_restart_task', task=0)}")
    tried_until(lab, restart.click, lambda: runs.count() > 0)
    late.locator(f"text={words['connect_pause']}").click()
    expect(late.locator(".top")).to_contain_text("PAUSED")
    late.locator(f"text={words['connect_resume']}").click()
    expect(late.locator(".top")).to_contain_text("RUNNING")
    expect(page.locator("#connect-plugins")).to_contain_text("FileStreamSink")


def test_the_topics_of_connects_workers_are_found_by_a_part_of_their_name(page: Page) -> None:
    page.click("nav.views >> text=Kafka")
    for name in ("configs", "offsets", "status"):
        page.fill("#kafka-search input", name)
        expect(page.locator("#kafka-topics tbody tr")).to_have_count(1)
        expect(page.locator("#kafka-topics tbody tr")).to_contain_text(f"-{name}")


def test_a_connector_that_connect_refuses_is_told_in_its_words(page: Page) -> None:
    page.click("nav.views >> text=Connect")
    page.click("#connect-make summary")
    page.fill("#connect-make [name=name]", "wrong")
    page.fill("#connect-make [name=config]", '{"connector.class": "no.Such"}')
    page.click("#connect-make button.main")
    expect(page.locator("#connect-make [role=status]")).to_contain_text("no.Such")


def test_alerts_are_shown_with_their_level_and_what_was_sent(page: Page) -> None:
    page.click("nav.views >> text=Alerts")
    row = page.locator("#alerts-checks tbody tr", has_text="warm")
    expect(row).to_contain_text("crit")
    expect(row).to_contain_text("10s")
    # It was never on another level.
    expect(page.locator("#alerts-changes")).to_contain_text("Nothing in the last")
    sent = page.locator("#alerts-sent tbody tr", has_text="warm").first
    expect(sent.locator("td").last).to_have_text("sent")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_metrics_are_plotted_in_the_readers_language(
    lab: Course, browser: Browser, address: str, language: str
) -> None:
    said = words(language)
    with visited(lab, browser, address, language) as page:
        page.click(f"nav.views >> text={said['view_metrics']}")
        titles = page.locator("#metrics-plots h2")
        expect(titles).to_have_text([said[f"plot_{plot.name}"] for plot in PLOTS])
        # What brokers count all the time: leaders, and the messages that came in.
        for name in ("leaders", "messages"):
            shown = page.locator(f'h2:text-is("{said[f"plot_{name}"]}") + figure.plot svg')
            expect(shown.first).to_be_visible()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_exercises_are_shown_in_the_readers_language(
    lab: Course, browser: Browser, address: str, language: str
) -> None:
    said = words(language)
    with visited(lab, browser, address, language) as page:
        page.click(f"nav.views >> text={said['view_exercises']}")
        first = page.locator("#exercises-list article").first
        expect(first.locator(".state")).to_contain_text(said["state_passed"])
        expect(first.locator("summary").first).to_have_text(said["exercises_hint"].format(number=1))


def test_every_way_in_has_its_address_and_shows_its_password(lab: Course, page: Page) -> None:
    page.click("text=Ways in")
    ways = page.locator("#ways article")
    expect(ways.filter(has_text="kafka:9092").first).to_be_visible()
    database = ways.filter(has_text="influxdb:8086").first
    secret = password(lab, "influxdb-password")
    assert secret not in page.content()
    database.get_by_label("Show key influxdb-password").click()
    expect(database).to_contain_text(secret)


def test_what_is_in_the_way_is_told_with_a_line_to_copy(
    lab: Course, browser: Browser, address: str, page: Page
) -> None:
    lab.apply({**LAB, "producer": {"resources": {"memory": "900Gi"}}})
    cause = page.locator("#causes li", has_text="producer").first
    expect(cause).to_contain_text("Unschedulable")
    expect(cause).to_contain_text("What to do: Free some CPU or memory")
    expect(cause.locator("pre").last).to_contain_text("app.kubernetes.io/component=producer")
    expect(page.locator("#data svg g.trouble, #data svg g.waiting").first).to_be_visible()
    picture(page, "causes", "en")
    with visited(lab, browser, address, "fr") as french:
        expect(french.locator("#causes li", has_text="producer").first).to_contain_text("Que faire")
        picture(french, "causes", "fr")
    lab.apply(LAB)
    lab.wait("Ready")
    expect(page.locator("#causes")).to_be_empty()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nobody_is_kept_out_of_any_view_in_either_language(
    lab: Course, browser: Browser, address: str, language: str, orders: str
) -> None:
    with visited(lab, browser, address, language) as page:
        for place in VIEWS:
            page.goto(f"{address}/#{place}")
            page.wait_for_timeout(4000)
            assert grave_faults(page) == [], place
            page.emulate_media(color_scheme="dark")
            assert grave_faults(page, Rules.COLOURS) == [], f"{place} in dark"
            page.emulate_media(color_scheme="light")
            if place == "influxdb":
                page.fill("[name=flux]", TEMPERATURE)
                page.click("#influxdb-form button.main")
                expect(page.locator("#influxdb-plot svg polyline")).to_have_count(STATIONS)
                assert grave_faults(page) == [], "the plot"
            picture(page, place.partition("/")[0], language)
    assert orders
