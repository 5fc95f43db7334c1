"""Each screen of the page: where it is, what shows that it is there, and what is done on it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

from streaminglab_page.words import LANGUAGES, words
from tests.component.browser.hostile import CROWD, HUGE, ORDERS, PACKED
from tests.patience import PATIENCE

SAID = "#messages-said"
LOADING, CUT = (
    re.compile("|".join(re.escape(words(language)[word]) for language in LANGUAGES))
    for word in ("loading", "messages_cut")
)


def until(page: Page, sought: Locator, again: Callable[[], None]) -> None:
    """Do it until it is seen: nobody hears when a consumer has found its place."""
    end = time.monotonic() + PATIENCE
    while not sought.count() and time.monotonic() < end:
        again()
        page.wait_for_timeout(500)
    expect(sought.first).to_be_visible()


def asked(page: Page) -> None:
    """Wait for the answer to a question about messages, and ask again as long as it is that there
    was more than could be read at once: what a machine reads in two seconds, is no test."""
    said, end = page.locator(SAID), time.monotonic() + PATIENCE
    while True:
        expect(said).not_to_be_empty()
        expect(said).not_to_contain_text(LOADING)
        if not CUT.search(said.inner_text()) or time.monotonic() > end:
            return
        page.click("#messages-form button.main")


@dataclass(frozen=True)
class Screen:
    """``there``: an element that is there when it is filled; ``pressed``: a button before that."""

    name: str
    there: str
    pressed: str = ""

    def show(self, page: Page, address: str) -> None:
        """Go there, wait until it is filled, and unfold all that is folded."""
        page.goto(f"{address}/#{self.name}")
        page.locator("body[data-tone]").wait_for()  # Its scripts run: they have heard of the lab.
        if self.pressed:
            page.click(self.pressed)
        if self.name.startswith("messages/"):
            asked(page)
        expect(page.locator(self.there).first).to_be_visible()
        folded = page.locator(".view:not([hidden]) details")
        folded.evaluate_all("all => all.forEach((one) => { one.open = true; })")
        expect(page.locator(".view:not([hidden])")).not_to_contain_text(LOADING)


SCREENS = (
    Screen("now", "#data svg"),
    Screen("exercises", "#exercises-list article"),
    Screen("kafka", "#kafka-topics tbody tr"),
    Screen(f"kafka/topic/{HUGE}", "#kafka-topic tbody tr"),
    Screen(f"kafka/topic/{HUGE}/49", "#kafka-topic tbody tr"),
    Screen(f"kafka/group/{quote(CROWD, safe='')}", "#kafka-group tbody tr"),
    Screen(f"messages/{ORDERS}", "#messages-list li"),
    Screen(f"messages/{PACKED}", "#messages-list .unread li"),
    Screen("connect", "#connect-list article"),
    Screen("influxdb", "#influxdb-rows tbody tr", "[name=plot]"),
    Screen("metrics", "#metrics-plots svg"),
    Screen("alerts", "#alerts-checks tbody tr"),
    Screen("ways", "#ways article"),
)
