"""`open`: which Service a part is behind, and what is said where it cannot be opened."""

from __future__ import annotations

import pytest

from streaminglab_cli.errors import NotReady, NotThere
from streaminglab_cli.ways import Way, way
from tests.unit.cli.labs import lab, part


def test_a_part_is_forwarded_by_its_own_service() -> None:
    assert way(lab(), "page") == Way("page", "meteo-page", 8080, "")
    assert way(lab(), "influxdb") == Way("influxdb", "meteo-influxdb", 8086, "")


def test_a_part_with_a_host_name_is_opened_by_it() -> None:
    found = lab(urls=[{"name": "page", "url": "https://meteo.example.org/"}])
    assert way(found, "page").url == "https://meteo.example.org/"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "https://"])
def test_nothing_but_a_page_is_ever_opened(url: str) -> None:
    assert way(lab(urls=[{"name": "page", "url": url}]), "page").url == ""


def test_what_the_lab_has_not_is_named_with_what_it_has() -> None:
    with pytest.raises(NotThere, match="has no jupyter: what can be opened now: influxdb, page"):
        way(lab(), "jupyter")


def test_what_is_no_page_is_told_apart() -> None:
    with pytest.raises(NotThere, match="postgresql is nothing for a browser"):
        way(lab(), "postgresql")


def test_a_part_that_is_not_up_says_why() -> None:
    away = part("page", "0/1", reason="Starting", message="pod meteo-page-1 is starting")
    with pytest.raises(NotReady, match="meteo-page-1 is starting"):
        way(lab(endpoints=[], components=[away]), "page")
