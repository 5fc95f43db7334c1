"""The view of Kafka's own figures, and what a plot draws, in a browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from streaminglab_page.metrics import PLOTS
from streaminglab_page.words import words
from tests.component.browser.served import inside, opened

HEIGHT, EDGE = 220.0, 10.0
FLOOR, TOP, MIDDLE = HEIGHT - EDGE, EDGE, HEIGHT / 2
DRAW = """async ([values, floor]) => {
    const { plot } = await import("/static/plot.js");
    const rows = values.map((one, n) => ({ _time: new Date(1e12 + n * 1000).toISOString(), _value: one }));
    return plot({ columns: { _time: "dateTime:RFC3339", _value: "double" }, rows }, floor)
        .map((figure) => [figure.querySelector("polyline").getAttribute("points"),
            figure.querySelector("figcaption").firstChild.textContent]);
}"""  # noqa: E501


def heights(points: str) -> list[float]:
    return [float(one.partition(",")[2]) for one in points.split()]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_family_of_figures_has_its_plot_or_says_why_not(
    browser: Browser, address: str, language: str
) -> None:
    with inside(browser, address, language) as reader, opened(reader) as page:
        page.goto(address)
        page.click(f"nav.views >> text={words(language)['view_metrics']}")
        titles = page.locator("#metrics-plots h2")
        expect(titles).to_have_text([words(language)[f"plot_{plot.name}"] for plot in PLOTS])
        expect(page.locator("#metrics-plots")).to_contain_text("kafka_metrics")
        figures = page.locator("#metrics-plots figure.plot")
        expect(figures).to_have_count(len(PLOTS))
        for figure in figures.all():
            drawn = figure.locator("svg[role=img]")
            assert drawn.get_attribute("aria-label")
            assert not re.search("NaN|Inf", drawn.inner_html())


def test_a_lag_of_zero_lies_on_the_floor_of_its_box(page: Page, address: str) -> None:
    page.goto(f"{address}/#metrics")
    lag = page.locator("#metrics-plots figure.plot").last
    drawn = lag.locator("polyline").first.get_attribute("points") or ""
    assert set(heights(drawn)) == {FLOOR}
    expect(lag.locator("figcaption span").first).to_have_text("0 … 1")


@pytest.mark.parametrize(
    ("values", "floor", "expected"),
    [
        (["5", "5"], 0, ([TOP, TOP], "0 … 5")),
        (["-5", "-5"], 0, ([FLOOR, FLOOR], "-5 … 0")),
        (["7", "7", "7"], None, ([MIDDLE] * 3, "3.5 … 10.5")),
        (["7"], None, ([MIDDLE] * 2, "3.5 … 10.5")),
        (["0"], 0, ([FLOOR] * 2, "0 … 1")),
        (["1", "NaN", "+Inf", "", "3"], 0, ([FLOOR - 200 / 3, TOP], "0 … 3")),
        (["1.7e308", "-1.7e308"], None, ([TOP, FLOOR], "-1.7E308 … 1.7E308")),
        (["NaN", ""], 0, (None, "")),
        ([], 0, (None, "")),
    ],
)
def test_a_plot_draws_what_there_is(
    page: Page, address: str, values: list[str], floor: int | None, expected: tuple[Any, str]
) -> None:
    drawn, said = expected
    page.goto(f"{address}/#ways")
    page.locator("body[data-tone]").wait_for()
    found = page.evaluate(DRAW, [values, floor])
    if drawn is None:
        assert found == []
        return
    ((points, caption),) = found
    assert heights(points) == pytest.approx(drawn, abs=0.06)
    assert caption == said
