"""Nobody is kept out: each screen in both languages, in light and in dark, by axe (WCAG).

All of axe's rules in the first language; of the others those about words, which alone they differ
in. The page of a real lab is looked at with all rules in each (tests/e2e/test_page_data.py).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from streaminglab_page.words import LANGUAGES
from tests.chromium import LOOKED_AT, Rules, grave_faults, somebody
from tests.component.browser.screens import SCREENS, Screen
from tests.component.browser.served import inside, opened
from tools.shell.paths import ROOT

TEMPLATE = ROOT / "images/page/src/streaminglab_page/templates/page.html"


@pytest.fixture(scope="module", params=LANGUAGES)
def reader(
    request: pytest.FixtureRequest, browser: Browser, address: str
) -> Iterator[BrowserContext]:
    """Somebody who reads one of the languages."""
    with inside(browser, address, request.param) as found:
        yield found


@pytest.mark.parametrize("screen", SCREENS, ids=[one.name for one in SCREENS])
def test_nobody_is_kept_out(reader: BrowserContext, address: str, screen: Screen) -> None:
    with opened(reader) as page:
        screen.show(page, address)
        language = page.locator("html").get_attribute("lang")
        assert language in LANGUAGES
        if language == LANGUAGES[0]:
            assert nobody_is_kept_out_of(page)
        else:
            assert grave_faults(page, Rules.WORDS) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_kept_out_of_the_way_in(browser: Browser, address: str, language: str) -> None:
    """Who is not logged in yet, and who has typed a wrong password."""
    with somebody(browser, language) as context, opened(context) as page:
        page.goto(f"{address}/login")
        assert page.locator("html").get_attribute("lang") == language
        assert nobody_is_kept_out_of(page)
        page.fill("#password", "wrong")
        page.click("button.main")
        page.wait_for_selector(".problem:not(:empty)")
        assert nobody_is_kept_out_of(page)


def nobody_is_kept_out_of(page: Page) -> bool:
    """In light and in dark, which differ in their colours alone."""
    page.emulate_media(color_scheme="light")
    assert grave_faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert grave_faults(page, Rules.COLOURS) == [], "in dark"
    return True


PALE = "<p style='color: #ddd; background: #fff'>pale</p>"
NAMELESS = "<button></button>"


def test_what_keeps_somebody_out_is_seen(browser: Browser) -> None:
    with somebody(browser, "en") as context, opened(context) as page:
        page.set_content(f"<html lang=en><title>x</title><main>{PALE}{NAMELESS}</main>")
        found = {rules: {one.split(":")[0] for one in grave_faults(page, rules)} for rules in Rules}
    assert found == {
        Rules.ALL: {"color-contrast", "button-name"},
        Rules.COLOURS: {"color-contrast"},
        Rules.WORDS: {"button-name"},
    }


@pytest.mark.parametrize("place", [1, LOOKED_AT])
def test_the_first_of_many_rows_tell_of_all(browser: Browser, place: int) -> None:
    rows = ["<li>row</li>"] * 100
    rows[place - 1] = f"<li>{NAMELESS}</li>"
    with somebody(browser, "en") as context, opened(context) as page:
        page.set_content(f"<html lang=en><title>x</title><main><ul>{''.join(rows)}</ul></main>")
        assert len(grave_faults(page)) == 1


def test_every_view_of_the_page_is_among_the_screens() -> None:
    views = TEMPLATE.read_text(encoding="utf-8").split('data-view="')[1:]
    assert {one.split('"')[0] for one in views} == {one.name.split("/")[0] for one in SCREENS}
