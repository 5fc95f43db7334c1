"""What a browser is shown of Kafka: all that it asked for, and never too much."""

import json
from dataclasses import replace

import pytest

from streaminglab_page.kafka.picture import Known, picture
from streaminglab_page.kafka.view import Disk, Group, Look
from tests.unit.page.kafka.layouts import group, layout, partition, topic

KNOWN = Known(
    replace(layout(topic(), topic("shop", partition(0, -1, ()))), controller=1),
    (group(),),
    0,
    first={("weather", n): n for n in range(3)} | {("shop", 0): 0},
    end={("weather", n): 10 for n in range(3)},
    rates={"weather": 1.5},
    disk=Disk({0: 5_000, 1: 400}, {("weather", n): 100 * n for n in range(3)}),
)


def test_each_broker_has_its_counts() -> None:
    zero = picture(KNOWN, Look())["brokers"][0]
    assert zero == {
        "id": 0,
        "host": "kafka-0",
        "here": True,
        "controller": False,
        "leads": 1,
        "holds": 4,
        "lacks": 1,
        "size": 5_000,
    }


def test_a_broker_that_is_away_is_still_shown() -> None:
    known = Known(layout(brokers=(0, 2)))
    assert [(b["id"], b["here"]) for b in picture(known, Look())["brokers"]] == [
        (0, True),
        (1, False),
        (2, True),
    ]


def test_a_topic_has_its_sums_and_says_what_it_lacks() -> None:
    weather, shop = picture(KNOWN, Look())["topics"]
    assert weather == {
        "name": "weather",
        "partitions": 3,
        "replicas": 3,
        "lacks": 0,
        "offline": 0,
        "messages": 27,
        "rate": 1.5,
        "size": 300,
    }
    assert (shop["lacks"], shop["offline"]) == (1, 1)
    # Of a partition without a leader nothing is known: a part would look like the whole.
    assert shop["messages"] is None
    assert shop["size"] is None


def test_one_topic_is_shown_with_each_partition() -> None:
    found = picture(KNOWN, Look(topic="weather"))["topic"]
    assert found["rows"][1] == {
        "number": 1,
        "leader": 1,
        "replicas": (0, 1, 2),
        "isr": (0, 1, 2),
        "lacks": False,
        "first": 1,
        "end": 10,
        "size": 100,
    }
    assert picture(KNOWN, Look(topic="no"))["topic"] is None


@pytest.mark.parametrize(
    ("search", "names"),
    [("", ["weather"]), ("EATH", ["weather"]), ("x", []), ("_con", ["__consumer_offsets"])],
)
def test_a_search_is_by_a_part_of_the_name(search: str, names: list[str]) -> None:
    known = Known(layout(topic("__consumer_offsets"), topic()))
    assert [t["name"] for t in picture(known, Look(search=search))["topics"]] == names


def test_a_group_is_shown_with_members_and_lag() -> None:
    found = picture(KNOWN, Look(group="course"))
    assert found["groups"] == [
        {"name": "course", "state": "Stable", "members": 1, "topics": ["weather"], "lag": 5}
    ]
    assert found["group"]["rows"] == [
        {
            "topic": "weather",
            "partition": 0,
            "committed": 5,
            "end": 10,
            "lag": 5,
            "member": "laptop",
        }
    ]


def test_a_group_that_has_committed_nothing_has_no_lag_to_show() -> None:
    empty = Group("new", "Stable", group().members)
    found = picture(replace(KNOWN, groups=(empty,)), Look(group="new"))
    assert found["groups"][0]["lag"] == 0
    assert found["group"]["rows"][0]["lag"] is None


def test_a_cluster_of_thousands_is_shown_in_part() -> None:
    huge = topic("huge", *(partition(n, n % 3) for n in range(5000)))
    topics = [topic(f"topic-{n:04}") for n in range(3000)]
    groups = tuple(group(f"group-{n:03}") for n in range(200))
    known = Known(layout(huge, *topics), groups, more_groups=7)
    found = picture(known, Look(topic="huge", page=49))
    assert (len(found["topics"]), found["more_topics"]) == (100, 2901)
    assert (len(found["groups"]), found["more_groups"]) == (50, 157)
    assert found["topic"]["all"] == 5000
    assert [row["number"] for row in found["topic"]["rows"]] == list(range(4900, 5000))
    assert picture(known, Look(topic="huge", page=50))["topic"]["rows"] == []
    assert len(json.dumps(found)) < 60_000
