"""Hostile names, messages and answers neither break nor slow the page: in a real browser."""

from __future__ import annotations

import json
import re
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from tests.component.browser.hostile import (
    CROWD,
    FOLLOWED,
    HUGE,
    MEBI,
    ORDERS,
    PACKED,
    PARTITIONS,
    PLAIN,
    SCRIPT,
    TAKEN,
    bomb,
)
from tests.component.browser.screens import SCREENS, Screen, asked, until
from tests.unit.page.kafka import packed
from tests.unit.page.kafka.mock import Mock

ELEMENTS = 6_000
"""Of one screen."""
LETTERS = 1_500_000
EVENT = 300_000
"""Letters of one event of the stream: what is told every two seconds."""
MADE = "main :is(script, img, iframe, object, embed, style, link)"


@pytest.mark.parametrize("screen", SCREENS, ids=[one.name for one in SCREENS])
def test_no_screen_takes_a_text_for_more_than_text(
    page: Page, address: str, screen: Screen
) -> None:
    screen.show(page, address)
    view = page.locator(".view:not([hidden])")
    assert page.locator(MADE).count() == 0, "an element that a text has made"
    assert TAKEN not in page.title().replace(SCRIPT, "")
    links = page.locator("main a").evaluate_all("all => all.map((one) => one.protocol)")
    assert set(links) <= {"http:", "https:"}
    elements = view.locator("*").count()
    assert 0 < elements < ELEMENTS
    said = view.inner_text()
    assert len(said) < LETTERS
    assert not re.search(r"\bundefined\b|\[object |\bfunction\b", said)
    assert page.locator('main svg :is([points*="NaN"], [points*="Inf"], [d*="NaN"])').count() == 0


def test_a_script_is_shown_as_it_was_written(page: Page, address: str) -> None:
    page.goto(f"{address}/#messages/{ORDERS}")
    asked(page)
    rows = page.locator("#messages-list li")
    expect(rows).to_have_count(11)
    written = rows.filter(has_text="\"'><script>").last
    expect(written.locator("pre").first).to_have_text(SCRIPT)
    expect(written.locator("b").first).to_have_text(SCRIPT)


def test_large_and_binary_values_are_cut_and_say_so(page: Page, address: str) -> None:
    page.goto(f"{address}/#messages/{ORDERS}")
    asked(page)
    rows = page.locator("#messages-list li")
    expect(rows).to_have_count(11)
    size = f"{MEBI:,}"
    expect(rows.filter(has_text="xxxxxxxx")).to_contain_text(size)
    expect(rows.filter(has_text="large binary")).to_contain_text(size)
    expect(rows.filter(has_text="a large key")).to_contain_text(size)
    longest = rows.locator("pre").evaluate_all("all => all.map((one) => one.textContent.length)")
    assert max(longest) <= 4000
    # Of JSON that is nested nine hundred deep the beginning; of one that is too deep its text.
    values = rows.locator("> .shown pre").all_inner_texts()
    assert [text[:3] for text in values].count("[[[") == 1
    assert [text[:3] for text in values].count("[\n ") == 1
    # A message from the year 2854000 has no time, and hides no other.
    odd = rows.filter(has_text="of no time")
    expect(odd).to_have_count(1)
    expect(odd.locator("time")).to_have_count(0)


def test_letters_that_turn_the_writing_are_shown_as_such(page: Page, address: str) -> None:
    page.goto(f"{address}/#messages/{ORDERS}")
    asked(page)
    expect(page.locator("#messages-list li")).to_have_count(11)
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", page.content())


def test_a_topic_of_thousands_of_partitions_is_shown_by_pages(page: Page, address: str) -> None:
    page.goto(f"{address}/#kafka/topic/{HUGE}")
    rows = page.locator("#kafka-topic tbody tr")
    expect(rows).to_have_count(100)
    expect(page.locator("#kafka-topic .pages")).to_contain_text(f"{PARTITIONS[HUGE]:,}")
    page.click("#kafka-topic .pages a")
    expect(rows.first.locator("td").first).to_have_text("100")
    page.goto(f"{address}/#kafka/topic/{HUGE}/49")
    expect(rows.last.locator("td").first).to_have_text("4999")
    # One that is looked at knows its offsets, however many there are before it.
    page.goto(f"{address}/#messages/{HUGE}")
    asked(page)
    expect(page.locator("#messages-list li")).to_have_count(2)
    expect(page.locator("#messages-said")).to_contain_text("3,000 more partitions were not read")
    page.fill("#messages-form [name=partition]", "4999")
    page.click("#messages-form button.main")
    expect(page.locator("#messages-list li")).to_contain_text(["at 4999"])


def test_a_hostile_message_stops_no_follower(page: Page, address: str, mock: Mock) -> None:
    page.goto(f"{address}/#messages")
    page.fill("#messages-form [name=topic]", PLAIN)
    page.click("#messages-form [name=follow]")
    said = page.locator("#messages-said")
    expect(said).to_contain_text("Following")
    rows = page.locator("#messages-list li")
    values = (b"[" * 16_000, b"[" * 900 + b"1," * 9000 + b"1" + b"]" * 900, b"the last")
    for place, value in enumerate(values):
        key = f"{SCRIPT} {place}"
        until(page, rows.filter(has_text=key), partial(mock.put, PLAIN, [value], key.encode()))
    assert page.locator(MADE).count() == 0


def test_who_follows_a_key_or_a_text_is_shown_that_alone(
    page: Page, address: str, mock: Mock
) -> None:
    page.goto(f"{address}/#messages")
    page.fill("#messages-form [name=topic]", PLAIN)
    page.fill("#messages-form [name=key]", "sought")
    page.click("#messages-form [name=follow]")
    rows, said = page.locator("#messages-list .record"), page.locator("#messages-said")
    expect(said).to_contain_text("with this key or text")

    def write() -> None:
        mock.put(PLAIN, [b"of nobody", b"of another"], b"other")
        mock.put(PLAIN, [b"found by its key"], b"sought")

    until(page, rows, write)
    assert set(rows.locator("> .shown pre").all_inner_texts()) == {"found by its key"}
    # Another filter holds as soon as the field is left, and what was shown is gone.
    page.fill("#messages-form [name=key]", "")
    page.fill("#messages-form [name=text]", "nobody")
    page.press("#messages-form [name=text]", "Tab")
    expect(page.locator("#messages-form [name=follow]")).to_have_attribute("aria-pressed", "true")
    until(page, rows.filter(has_text="of nobody"), write)
    assert set(rows.locator("> .shown pre").all_inner_texts()) == {"of nobody"}
    page.click("#messages-form [name=follow]")
    expect(page.locator("#messages-form [name=follow]")).to_have_attribute("aria-pressed", "false")


def test_what_cannot_be_unpacked_is_named_with_its_offsets(page: Page, address: str) -> None:
    page.goto(f"{address}/#messages/{PACKED}")
    asked(page)
    rows = page.locator("#messages-list .record")
    expect(rows).to_have_count(4)
    notes = page.locator("#messages-list .unread li")
    expect(notes).to_have_count(2)
    named = notes.filter(has_text="gzip")
    expect(named).to_contain_text("Partition 0, offset 2 cannot be read")
    expect(named).to_contain_text("more than this page may hold")
    expect(notes.filter(has_text="Partition 1, offset 0 cannot be read")).to_have_count(1)
    page.select_option("#messages-form [name=start]", "first")
    page.click("#messages-form button.main")
    asked(page)
    expect(rows.filter(has_text="before the bomb")).to_have_count(1)
    expect(notes).to_have_count(2)


def test_who_follows_is_told_what_cannot_be_unpacked_and_follows_on(
    page: Page, address: str, mock: Mock
) -> None:
    page.goto(f"{address}/#messages")
    page.fill("#messages-form [name=topic]", FOLLOWED)
    page.click("#messages-form [name=follow]")
    rows = page.locator("#messages-list .record")
    until(page, rows, partial(mock.put, FOLLOWED, [b"it is followed"]))
    packed.put(mock, FOLLOWED, bomb())
    mock.put(FOLLOWED, [b"followed on"])
    # Two readers end by it, each after it has unpacked 32 MiB, beside whatever else runs here.
    expect(rows.filter(has_text="followed on")).to_have_count(1)
    expect(page.locator("#messages-list .unread li")).to_contain_text(["Partition 0, offset"])


def test_a_search_through_hostile_messages_ends(page: Page, address: str) -> None:
    page.goto(f"{address}/#messages")
    page.fill("#messages-form [name=topic]", ORDERS)
    page.fill("#messages-form [name=text]", "of no time")
    page.click("#messages-form button.main")
    expect(page.locator("#messages-said")).to_contain_text("1 found.")


def test_a_group_of_thousands_is_shown_by_pages_and_one_without_a_name_is_listed(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/#kafka")
    names = page.locator("#kafka-groups tbody a")
    expect(names.filter(has_text=SCRIPT)).to_have_count(1)
    expect(page.locator("#kafka-groups")).to_contain_text("3,000")
    names.filter(has_text=CROWD).click()
    group = page.locator("#kafka-group")
    expect(group.locator("table").last.locator("tbody tr")).to_have_count(100)
    expect(group).to_contain_text("1,951 more")
    page.goto(f"{address}/#kafka/group/")
    expect(page.locator("#kafka-topics tbody tr").first).to_be_visible()


def test_what_a_stream_tells_is_bounded(page: Page, address: str) -> None:
    page.goto(f"{address}/#ways")
    sizes = page.evaluate(
        """(group) => new Promise((done) => {
            const asked = `kafka=1&topic=huge&group=${encodeURIComponent(group)}`;
            const all = "connect=1&alerts=1&metrics=1&exercises=1";
            const source = new EventSource(`/events?${asked}&${all}`);
            const sizes = {};
            for (const name of ["lab", "kafka", "connect", "alerts", "metrics", "exercises"]) {
                source.addEventListener(name, (event) => {
                    sizes[name] = Math.max(sizes[name] ?? 0, event.data.length);
                    if (Object.keys(sizes).length === 6 && sizes.kafka > 20000) done(sizes);
                });
            }
        })""",
        CROWD,
    )
    large = {name: size for name, size in sizes.items() if size > EVENT}
    assert set(large) <= {"connect", "metrics"}, json.dumps(sizes)
    assert all(size < 3 * LETTERS for size in large.values())
