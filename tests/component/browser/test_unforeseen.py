"""A narrow phone, no mouse, and labs that have next to nothing, rest, or lost their brokers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect

from tests.component.browser.hostile import ORDERS
from tests.component.browser.screens import SCREENS, Screen, asked
from tests.component.browser.served import Lab, inside, opened, served
from tests.unit.page.kafka.mock import Mock
from tests.unit.page.labs import lab
from tests.unit.page.test_parts import Servers

NARROW = ViewportSize(width=320, height=640)
TABS = 400
WIDER = """(width) => [...document.querySelectorAll("body *")]
    .filter((one) => !one.closest(".scroll > *, pre, svg, [hidden], .skip, .unseen, .offstage"))
    .filter((one) => one.getBoundingClientRect().right > width + 1)
    .map((one) => `${one.tagName}.${one.className} ${one.textContent.slice(0, 40)}`)"""
LINES = """(all) => all.map((one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return range.getClientRects().length;
})"""
FOCUSED = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const style = getComputedStyle(one);
    const box = one.getBoundingClientRect();
    return {
        words: one.textContent.trim() || one.name || one.id,
        seen: box.width > 0 && box.height > 0,
        marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
    };
}"""
BARE: dict[str, Any] = {"connect": "", "influxdb": "", "metrics_bucket": "", "exercises": ""}
NOWHERE = "127.0.0.1:1"
PLACES = ("kafka", "messages/x", "connect", "influxdb", "alerts", "nonsense", "%E0%A4%A")


@pytest.mark.parametrize("screen", SCREENS, ids=[one.name for one in SCREENS])
def test_no_screen_is_wider_than_a_narrow_phone(page: Page, address: str, screen: Screen) -> None:
    page.set_viewport_size(NARROW)
    screen.show(page, address)
    assert page.evaluate(WIDER, NARROW["width"])[:5] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_no_number_is_broken_on_a_narrow_phone(page: Page, address: str) -> None:
    page.set_viewport_size(NARROW)
    SCREENS[0].show(page, address)
    numbers = page.locator(".counts strong")
    expect(numbers.first).to_be_visible()
    assert set(numbers.evaluate_all(LINES)) == {1}


@pytest.mark.parametrize("screen", SCREENS, ids=[one.name for one in SCREENS])
def test_everything_is_reached_and_marked_without_a_mouse(
    page: Page, address: str, screen: Screen
) -> None:
    screen.show(page, address)
    # The next Tab goes on from what was clicked last, wherever the focus is.
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    reached = []
    for _ in range(TABS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            break
        assert focused["marked"], focused
        assert focused["seen"], focused
        reached.append(focused["words"])
    else:
        # A long list: nothing keeps the focus for itself.
        assert len(set(reached[-10:])) > 1
    assert len(reached) > 10


def test_messages_are_asked_for_and_followed_by_the_keyboard_alone(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/#messages")
    page.locator("body[data-tone]").wait_for()
    page.focus("#messages-form [name=topic]")
    page.keyboard.type(ORDERS)
    page.keyboard.press("Enter")
    asked(page)
    expect(page.locator("#messages-list .record")).to_have_count(11)
    page.focus("#messages-form [name=follow]")
    page.keyboard.press("Space")
    expect(page.locator("#messages-said")).to_contain_text("Following")
    page.keyboard.press("Space")
    expect(page.locator("#messages-form [name=follow]")).to_have_attribute("aria-pressed", "false")


def test_whoever_clicks_as_soon_as_the_page_is_there_is_heard(page: Page, address: str) -> None:
    def slow(route: Route) -> None:
        page.wait_for_timeout(1000)
        route.continue_()

    page.route("**/static/*en.j*", slow)
    page.goto(f"{address}/#messages")
    page.fill("#messages-form [name=topic]", ORDERS)
    page.click("#messages-form [name=follow]")
    expect(page.locator("#messages-said")).to_contain_text("Following")


def test_keys_from_right_to_left_and_in_pictures_are_shown_as_they_are(
    page: Page, address: str, mock: Mock
) -> None:
    keys = (
        "\u0645\u0641\u062a\u0627\u062d",
        "\u05de\u05e4\u05ea\u05d7",
        "\U0001f511\U0001f469\u200d\U0001f467",
        "e\u0301" * 20,
        "a" * 249,
    )
    for key in keys:
        mock.put("weather", [key.encode()], key.encode(), partition=1)
    page.goto(f"{address}/#messages/weather")
    asked(page)
    rows = page.locator("#messages-list .record")
    expect(rows.first).to_be_visible()
    for key in keys:
        expect(rows.filter(has_text=key).first.locator(".key pre")).to_have_text(key)
    page.fill("#messages-form [name=key]", keys[2])
    page.click("#messages-form button.main")
    expect(page.locator("#messages-said")).to_contain_text("1 found")
    expect(rows).to_have_count(1)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A lab of which there is nothing but its page."""
    empty = Lab(lab(components=[], endpoints=[], conditions=[]), "", Servers())
    with served(empty, tmp_path_factory.mktemp("bare"), **BARE) as found:
        yield found


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_lab_without_parts_shows_what_it_has(browser: Browser, bare: str, language: str) -> None:
    with inside(browser, bare, language) as reader, opened(reader) as page:
        page.goto(bare)
        page.locator("body[data-tone]").wait_for()
        expect(page.locator("nav.views a:visible")).to_have_count(2)
        for place in PLACES:
            page.goto(f"{bare}/#{place}")
            expect(page.locator(".view:not([hidden])")).to_have_count(1)
            expect(page.locator(".view:not([hidden])")).not_to_be_empty()
        page.goto(f"{bare}/#ways")
        expect(page.locator("[data-view=ways]")).to_be_visible()


def test_a_lab_that_rests_says_so_and_one_without_brokers_says_who_is_away(
    browser: Browser, tmp_path: Path
) -> None:
    found = lab(phase="Suspended")
    found["spec"] |= {"suspend": True}
    with (
        served(Lab(found, NOWHERE, Servers()), tmp_path, **BARE) as address,
        inside(browser, address) as reader,
        opened(reader) as page,
    ):
        page.goto(address)
        expect(page.locator("#headline")).to_contain_text("suspended")
        page.goto(f"{address}/#kafka")
        expect(page.locator("#kafka-trouble .banner")).to_be_visible()
        page.goto(f"{address}/#messages/weather")
        said = page.locator("#messages-said")
        expect(said).not_to_contain_text("Loading")
        expect(said).not_to_be_empty()
