"""Each screen of the page: where it is, what shows that it is there, and what is done on it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from playwright.sync_api import Page, expect

from tests.component.browser.hostile import CROWD, HUGE, ORDERS, PACKED


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
        expect(page.locator(self.there).first).to_be_visible()
        folded = page.locator(".view:not([hidden]) details")
        folded.evaluate_all("all => all.forEach((one) => { one.open = true; })")
        expect(page.locator(".view:not([hidden])")).not_to_contain_text("Loading")


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
