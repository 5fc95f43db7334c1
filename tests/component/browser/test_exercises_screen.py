"""The exercises in a browser: a set that comes along, in the reader's language, and checked."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, expect

from tests.component.browser.served import inside, opened
from tools.shell.paths import ROOT

SET = ROOT / "images/page/src/streaminglab_page/exercises/sets/000.yaml"
LINK = {"en": "Exercises", "fr": "Exercices"}
STATES = {
    "en": {"passed": "passed", "todo": "to do", "unchecked": "on paper"},
    "fr": {"passed": "réussi", "todo": "à faire", "unchecked": "sur papier"},
}
PROGRESS = {"en": "of {checked} exercises", "fr": "sur {checked}."}
STATE = "(one) => [one.dataset.state, one.querySelector('.state').textContent]"
HINT = {"en": "Hint {}", "fr": "Indice {}"}


@pytest.fixture(scope="module")
def sheet() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(SET.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_exercise_is_there_with_its_state_and_its_hints_one_by_one(
    browser: Browser, address: str, sheet: dict[str, Any], language: str
) -> None:
    with inside(browser, address, language) as reader, opened(reader) as page:
        page.goto(address)
        page.click(f"nav.views >> text={LINK[language]}")
        exercises = sheet["exercises"]
        cards = page.locator("#exercises-list article")
        expect(cards).to_have_count(len(exercises))
        head = page.locator("#exercises-head")
        expect(head.locator("h2")).to_have_text(sheet["title"][language])
        checked = sum(bool(one["checks"]) for one in exercises)
        expect(head).to_contain_text(PROGRESS[language].format(checked=checked))
        # The topic is there and the bucket has points: seen while somebody looks.
        first = cards.first
        expect(first).to_have_attribute("data-state", "passed")
        expect(first.locator(".state")).to_contain_text(STATES[language]["passed"])
        for card, one in zip(cards.all(), exercises, strict=True):
            expect(card.locator("h3")).to_contain_text(one["title"][language].split(". ")[-1])
            expect(card.locator(".told").first).to_contain_text(one["text"][language].split(".")[0])
            state, said = card.evaluate(STATE)  # At one time: it changes while somebody looks.
            assert state == "unchecked" if not one["checks"] else state in ("passed", "todo")
            assert STATES[language][state] in said
        hints = [hint[language] for hint in exercises[0]["hints"]]
        folded = first.locator("details")
        expect(folded).to_have_count(len(hints))
        for number, hint in enumerate(hints):
            told = folded.nth(number).locator("p")
            expect(told).to_be_hidden()
            summary = folded.nth(number).locator("summary")
            expect(summary).to_have_text(HINT[language].format(number + 1))
            summary.focus()
            page.keyboard.press("Enter")
            expect(told).to_have_text(hint)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_left_to_do_says_what_was_seen(
    browser: Browser, address: str, sheet: dict[str, Any], language: str
) -> None:
    """A hint that fits is shown at once, in the same language."""
    fitting = {
        check["hint"][language].strip()
        for one in sheet["exercises"]
        for check in one["checks"]
        if "hint" in check
    }
    with inside(browser, address, language) as reader, opened(reader) as page:
        page.goto(f"{address}/#exercises")
        seen = page.locator("#exercises-list [data-state=todo] > .told:has(strong)")
        expect(seen.first).to_be_visible()
        for text in seen.all_inner_texts():
            assert text.split(":", 1)[1].strip() in fitting, text
