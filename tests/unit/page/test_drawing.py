"""The drawing of the data's way: every part once, data from left to right."""

from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.services import TABLE
from streaminglab_page.declared import declared
from streaminglab_page.drawing import drawing
from streaminglab_page.view import Arrow
from tools.generate.page_words import ways_of_data

WAYS = declared().ways_of_data


def columns(parts: list[str]) -> list[list[str]]:
    found: dict[int, list[str]] = {}
    for place in drawing(parts, WAYS).places:
        found.setdefault(place.column, []).append(place.name)
    return [found[column] for column in sorted(found)]


def test_the_weather_goes_from_the_database_to_kafka() -> None:
    weather = ["kafka", "influxdb", "telegraf", "producer", "inject"]
    assert columns(weather) == [["inject"], ["influxdb"], ["telegraf", "producer"], ["kafka"]]


def test_what_data_goes_to_and_comes_back_from_has_two_heads() -> None:
    found = drawing(["kafka", "connect", "sftp", "postgresql", "schema-registry"], WAYS)
    assert columns(["kafka", "connect", "sftp", "postgresql", "schema-registry"]) == [
        ["kafka", "sftp"],
        ["connect"],
        ["postgresql"],
    ]
    assert found.arrows == (
        Arrow("kafka", "connect", both=True),
        Arrow("connect", "postgresql", both=True),
        Arrow("sftp", "connect"),
    )
    assert found.beside == ("schema-registry",)


def test_every_way_of_data_goes_where_the_network_lets_it() -> None:
    """A way that no declaration opens to the network would be a way that no data takes."""
    open_ways = {
        frozenset(pair)
        for entry in TABLE
        for pair in (
            *((entry.component, edge.to) for edge in entry.reaches),
            *((entry.component, other) for other in getattr(entry, "reached_by", ())),
        )
    }
    assert {frozenset(way) for way in ways_of_data(TABLE)} <= open_ways


NAMES = st.sampled_from("abcdefgh")


@given(st.lists(NAMES), st.lists(st.tuples(NAMES, NAMES)))
def test_whatever_the_ways_each_part_has_one_place(
    parts: list[str], ways: list[tuple[str, str]]
) -> None:
    found = drawing(parts, ways)
    names = [place.name for place in found.places]
    assert sorted([*names, *found.beside]) == sorted(set(parts))
    assert len({(place.column, place.row) for place in found.places}) == len(names)
    column = {place.name: place.column for place in found.places}
    for arrow in found.arrows:
        assert column[arrow.start] < column[arrow.end]
    linked = {frozenset((arrow.start, arrow.end)) for arrow in found.arrows}
    for start, end in ways:
        if start in parts and end in parts and start != end:
            # Every way is drawn, or leads back over others.
            assert frozenset((start, end)) in linked or column[end] <= column[start]
