"""The lab's page in a real browser, on a real lab of three brokers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import Rules, grave_faults
from tests.e2e.browser import picture, visited
from tests.e2e.conftest import Reader
from tests.e2e.courses import Course

LAB = {
    "weather": False,
    "page": {},
    "kafka": {
        "brokers": 3,
        "topics": [{"name": "orders", "partitions": 6, "config": {"min.insync.replicas": "2"}}],
    },
}
KAFKA = "/opt/kafka/bin"
SERVERS = "--bootstrap-server meteo-kafka:9092"
HOSTILE = '<script>document.title="taken"</script>'
PLACES = (
    "#now",
    "#kafka",
    "#kafka/topic/orders",
    "#kafka/group/course",
    "#messages/orders",
    "#ways",
)
END = "99999"
HUGE = 2000
"""Partitions of a topic: one broker of a small lab can hold them."""


@pytest.fixture(scope="module")
def lab(kubectl: Any, course_namespace: str) -> Course:
    """Three brokers and the page."""
    made = Course(kubectl, course_namespace, "meteo")
    made.apply(LAB)
    made.wait("Ready")
    return made


def test_the_brokers_are_shown_and_one_of_them_is_the_controller(page: Page) -> None:
    page.click("text=Kafka")
    rows = page.locator("#kafka-brokers tbody tr")
    expect(rows).to_have_count(3)
    expect(page.locator("#kafka-brokers .tag")).to_have_text(["controller"])
    rows.first.locator("summary").click()
    expect(rows.first.locator("dl")).to_contain_text("node.id")
    expect(rows.first.locator("dl")).to_contain_text("CONTROLLER://")


def test_a_topic_shows_its_partitions_and_the_settings_that_differ(page: Page) -> None:
    page.click("text=Kafka")
    page.click("#kafka-topics >> text=orders")
    expect(page.locator("#kafka-topic tbody tr")).to_have_count(6)
    # Its brokers have told how much of it is on disk.
    expect(page.locator("#kafka-topic tbody tr").first.locator("td").last).to_contain_text("byte")
    page.click("#kafka-topic summary")
    expect(page.locator("#kafka-topic dl")).to_contain_text("min.insync.replicas")


def test_a_topic_is_made_and_a_refusal_is_told_in_kafkas_words(page: Page) -> None:
    page.click("text=Kafka")
    page.click("#kafka-make summary")
    page.fill("#kafka-make [name=name]", "notes")
    page.fill("#kafka-make [name=replicas]", "9")
    page.click("#kafka-make button")
    said = page.locator("#kafka-make [role=status]")
    expect(said).to_contain_text("eplication")
    page.fill("#kafka-make [name=replicas]", "3")
    page.click("#kafka-make button")
    expect(said).to_contain_text("notes")
    expect(page.locator("#kafka-topics")).to_contain_text("notes")


def test_a_message_is_written_and_followed(lab: Course, reader: Reader) -> None:
    page, said = reader.page, reader.page.locator("#messages-said")
    reader.view("view_messages")
    page.fill("[name=topic]", "orders")
    page.click("[name=follow]")
    expect(said).to_have_text(reader.counted("messages_following"))
    page.wait_for_timeout(3000)  # Nobody hears when a follower has found its place.
    page.click("#messages-write summary")
    page.fill("#messages-write [name=key]", "lyon")
    page.fill("#messages-write [name=partition]", "4")
    page.fill("#messages-write [name=value]", json.dumps({"text": HOSTILE, "list": [1, 2]}))
    page.click("#messages-write button.main")
    message = page.locator("#messages-list li").first
    place = reader.says("message_place", partition=4, offset=END)
    expect(message).to_contain_text(re.compile(place.replace(END, r"\d+")))
    expect(message).to_contain_text("lyon")
    # Unfolded, and text.
    expect(message.locator("pre").last).to_contain_text('"list": [\n    1,\n    2\n  ]')
    assert page.title() != "taken"


def test_two_messages_with_keys_into_their_partitions_and_read_from_the_beginning(
    page: Page,
) -> None:
    page.click("text=Kafka")
    page.click("#kafka-make summary")
    page.fill("#kafka-make [name=name]", "test")
    page.fill("#kafka-make [name=partitions]", "2")
    page.click("#kafka-make button")
    expect(page.locator("#kafka-make [role=status]")).to_contain_text("test")
    page.click("text=Messages")
    page.fill("[name=topic]", "test")
    page.click("#messages-write summary")
    said = page.locator("#messages-write [role=status]")
    for partition, key in enumerate(("test1", "test2")):
        page.fill("#messages-write [name=key]", key)
        page.fill("#messages-write [name=partition]", str(partition))
        page.fill("#messages-write [name=value]", "1")
        page.click("#messages-write button.main")
        expect(said).to_have_text(f"Written to partition {partition}, offset 0.")
    # By the key: all three go to one partition.
    page.fill("#messages-write [name=partition]", "")
    page.fill("#messages-write [name=key]", "202200000001")
    for offset in range(1, 4):
        page.fill("#messages-write [name=value]", "4")
        page.click("#messages-write button.main")
        expect(said).to_have_text(re.compile(rf"Written to partition [01], offset {offset}\."))
    page.select_option("[name=start]", "first")
    page.click("#messages-form button.main")
    rows = page.locator("#messages-list li", has_text="202200000001")
    expect(rows).to_have_count(3)
    partitions = {text.split(",")[0] for text in rows.locator(".where span").all_inner_texts()}
    assert len(partitions) == 1


def test_a_group_shows_its_lag_as_it_moves(lab: Course, page: Page) -> None:
    write = f"seq 1 100 | {KAFKA}/kafka-console-producer.sh {SERVERS} --topic orders"
    read = (
        f"{KAFKA}/kafka-console-consumer.sh {SERVERS} --topic orders --group course "
        "--from-beginning --timeout-ms 8000 >/dev/null || true"
    )
    lab.shell("meteo-kafka-0-0", write)
    lab.shell("meteo-kafka-0-0", read)
    page.click("text=Kafka")
    row = page.locator("#kafka-groups tr", has_text="course")
    expect(row.locator("td").last).to_have_text("0")
    lab.shell("meteo-kafka-0-0", write)
    expect(row.locator("td").last).to_have_text("100")
    row.locator("a").click()
    expect(page.locator("#kafka-group")).to_contain_text("orders")


def test_a_broker_is_stopped_by_a_button_and_the_timeline_tells_it(
    lab: Course, reader: Reader
) -> None:
    page, timeline = reader.page, reader.page.locator("#kafka-timeline")
    gone, back = reader.says("timeline_broker_gone", before=1), "timeline_broker_back"
    others = reader.counted("timeline_leaders")
    reader.view("view_kafka")
    expect(page.locator("#kafka-brokers tbody tr")).to_have_count(3)
    before = timeline.get_by_text(gone).count()
    page.click(f"text={reader.says('kafka_stop', broker=1)}")
    expect(timeline.get_by_text(gone)).to_have_count(before + 1)
    expect(timeline).to_contain_text(others)
    assert lab.get()["spec"]["kafka"]["stoppedBrokers"] == [1]
    expect(page.locator("#kafka-brokers tr.trouble")).to_have_count(1)
    # Of three replicas two are in sync, which is what the topic asks for.
    reader.view("view_messages")
    page.fill("[name=topic]", "orders")
    page.click("#messages-write summary")
    page.fill("#messages-write [name=value]", "still")
    page.click("#messages-write button.main")
    written = reader.words["write_done"].partition("{partition}")[0]
    expect(page.locator("#messages-write [role=status]")).to_contain_text(written)
    reader.view("view_kafka")
    page.click(f"text={reader.says('kafka_start', broker=1)}")
    expect(timeline.get_by_text(reader.says(back, after=1))).to_have_count(before + 1)
    expect(page.locator("#kafka-brokers tr.trouble")).to_have_count(0)
    page.click(f"text={reader.words['kafka_elect']}")
    expect(page.locator("#said")).to_contain_text(reader.counted("kafka_elected"))
    expect(page.locator("#said")).to_be_empty()  # What it said is over the picture.
    timeline.locator("summary").first.click()
    picture(page, "timeline", page.locator("html").get_attribute("lang") or "", "#kafka-timeline")


def test_a_key_is_followed_alone(lab: Course, page: Page) -> None:
    page.click("text=Messages")
    page.fill("#messages-form [name=topic]", "orders")
    page.fill("#messages-form [name=key]", "needle")
    page.click("[name=follow]")
    said, rows = page.locator("#messages-said"), page.locator("#messages-list .record")
    expect(said).to_contain_text("with this key or text")
    produce = f"{KAFKA}/kafka-console-producer.sh {SERVERS} --topic orders"
    keyed = "--property parse.key=true --property key.separator=:"
    page.wait_for_timeout(3000)  # Nobody hears when a follower has found its place.
    line = f"(seq 1 500 | sed s/^/hay:/; echo needle:found) | {produce} {keyed}"
    lab.shell("meteo-kafka-0-0", line)
    expect(rows).to_have_count(1)
    expect(rows.locator("pre").last).to_have_text("found")
    expect(said).to_contain_text("501 messages so far, 1 of them")


@pytest.fixture
def hostile(lab: Course) -> Iterator[str]:
    """A topic of thousands of partitions with hostile messages, and a hostile group; it goes."""
    topics = f"{KAFKA}/kafka-topics.sh {SERVERS} --topic huge"
    lab.shell("meteo-kafka-0-0", f"{topics} --create --partitions {HUGE} --replication-factor 1")
    # By itself it gives up after three tries within half a second, while a broker still learns
    # which of thousands of partitions it leads.
    produce = (
        f"{KAFKA}/kafka-console-producer.sh {SERVERS} --topic huge --sync "
        "--request-timeout-ms 30000 --message-send-max-retries 100 --retry-backoff-ms 500"
    )
    values = (
        f"printf '%s\\n' '{HOSTILE}'",
        "printf '\\000\\001\\377\\n'",
        "head -c 900000 /dev/zero | tr '\\0' x; echo",
        # The tool writes text: each byte that is none becomes three.
        "head -c 300000 /dev/urandom | tr -d '\\n\\r'; echo",
        "head -c 16000 /dev/zero | tr '\\0' '['; echo",
    )
    lab.shell("meteo-kafka-0-0", f"{{ {'; '.join(values)}; }} | {produce}")
    read = (
        f"{KAFKA}/kafka-console-consumer.sh {SERVERS} --topic orders --group '{HOSTILE}' "
        "--timeout-ms 8000 >/dev/null || true"
    )
    lab.shell("meteo-kafka-0-0", read)
    yield "huge"
    lab.shell("meteo-kafka-0-0", f"{topics} --delete")


def test_a_hostile_topic_neither_breaks_nor_slows_the_page(
    lab: Course, page: Page, hostile: str
) -> None:
    page.click("text=Kafka")
    expect(page.locator("#kafka-groups tbody a", has_text=HOSTILE)).to_have_count(1)
    page.click(f"#kafka-topics >> text={hostile}")
    rows = page.locator("#kafka-topic tbody tr")
    expect(rows).to_have_count(100)
    expect(page.locator("#kafka-topic .pages")).to_contain_text(f"{HUGE:,}")
    page.click("nav.views >> text=Messages")
    page.fill("[name=topic]", hostile)
    page.fill("#messages-form [name=text]", HOSTILE)
    page.click("#messages-form button.main")
    found = page.locator("#messages-list li")
    expect(found).to_have_count(1)
    expect(found.locator("pre").last).to_have_text(HOSTILE)
    page.fill("#messages-form [name=text]", "")
    page.click("#messages-form button.main")
    expect(found).to_have_count(5)
    expect(found.filter(has_text="xxxx")).to_contain_text("900,000")
    assert page.title() != "taken"
    assert page.locator("main :is(script, img, iframe)").count() == 0
    (pod,) = lab.items("pods", "app.kubernetes.io/component=page")
    assert pod["status"]["containerStatuses"][0]["restartCount"] == 0


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nobody_is_kept_out_in_either_language(
    lab: Course, browser: Browser, address: str, language: str
) -> None:
    with visited(lab, browser, address, language) as page:
        page.goto(f"{address}/#kafka")
        expect(page.locator("#kafka-brokers tbody tr")).to_have_count(3)
        page.wait_for_timeout(5000)  # Messages a second are known after two looks.
        picture(page, "kafka", language)
        for place in PLACES:
            page.goto(f"{address}/{place}")
            page.wait_for_timeout(3000)
            assert grave_faults(page) == [], place
            page.emulate_media(color_scheme="dark")
            assert grave_faults(page, Rules.COLOURS) == [], f"{place} in dark"
            page.emulate_media(color_scheme="light")
