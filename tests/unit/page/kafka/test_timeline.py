"""What happened, seen by comparing one layout with the one before."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streaminglab_page.kafka.timeline import AT_ONCE, KEPT, Change, Timeline, changes
from streaminglab_page.kafka.view import Layout, Partition, Topic
from tests.unit.page.kafka.layouts import layout, partition, topic


def seen(*layouts: Layout) -> Timeline:
    timeline = Timeline()
    for at, one in enumerate(layouts, 100):
        timeline.see(one, at)
    return timeline


def test_a_broker_that_goes_takes_its_leaders_and_its_place_in_the_isr() -> None:
    without = topic(
        "weather", partition(0, 1, (1, 2)), partition(1, 1, (1, 2)), partition(2, 2, (1, 2))
    )
    timeline = seen(layout(), layout(without, brokers=(1, 2)))
    assert timeline.since == 100
    assert timeline.newest(10) == [
        Change(101, "isr", "weather", 2, (0, 1, 2), (1, 2)),
        Change(101, "isr", "weather", 1, (0, 1, 2), (1, 2)),
        Change(101, "isr", "weather", 0, (0, 1, 2), (1, 2)),
        Change(101, "leader", "weather", 0, (0,), (1,)),
        Change(101, "broker_gone", before=(0,)),
    ]


def test_a_broker_that_comes_back_is_seen() -> None:
    timeline = seen(layout(brokers=(0, 2)), layout())
    assert timeline.newest(10) == [Change(101, "broker_back", after=(1,))]


def test_topics_come_and_go_and_grow() -> None:
    small = topic("shop", partition(0, 0))
    large = topic("shop", partition(0, 0), partition(1, 1))
    timeline = seen(layout(topic()), layout(small), layout(large))
    assert timeline.newest(10) == [
        Change(102, "partitions", "shop", before=(1,), after=(2,)),
        Change(101, "topic_gone", "weather"),
        Change(101, "topic_made", "shop"),
    ]


def test_kafkas_own_topics_are_left_out() -> None:
    own = topic("__consumer_offsets", partition(0, 0))
    moved = topic("__consumer_offsets", partition(0, 1))
    assert list(changes(layout(own), layout(moved), 1)) == []


def test_another_order_of_the_isr_is_no_news() -> None:
    turned = topic("weather", partition(0, 0, (2, 1, 0)))
    assert list(changes(layout(topic("weather", partition(0, 0))), layout(turned), 1)) == []


def test_of_thousands_of_changes_some_are_kept_and_the_rest_is_counted() -> None:
    def huge(leader: int) -> Layout:
        return layout(topic("huge", *(partition(n, leader) for n in range(3000))))

    timeline = seen(huge(0), huge(1), huge(2), huge(0), huge(1))
    newest = timeline.newest(10_000)
    assert newest[0] == Change(104, "more", after=(3000 - AT_ONCE,))
    assert len(newest) == KEPT


def test_of_one_topic_the_brokers_are_told_too() -> None:
    timeline = seen(layout(topic(), topic("shop")), layout(topic(), brokers=(1, 2)))
    assert [c.what for c in timeline.newest(9, "weather")] == ["broker_gone"]
    assert [c.what for c in timeline.newest(9, "shop")] == ["topic_gone", "broker_gone"]
    assert [c.what for c in timeline.newest(1)] == ["topic_gone"]


BROKERS = st.sets(st.integers(0, 3), min_size=1)
PARTITIONS = st.builds(
    lambda n, leader, isr: Partition(n, leader, (0, 1, 2), tuple(sorted(isr))),
    st.integers(0, 3),
    st.integers(-1, 3),
    BROKERS,
)
TOPICS: Any = st.builds(
    lambda name, parts: Topic(name, tuple({p.number: p for p in parts}.values())),
    st.sampled_from(["a", "b"]),
    st.lists(PARTITIONS, max_size=4),
)
LAYOUTS = st.builds(
    lambda brokers, topics: Layout(
        dict.fromkeys(brokers, "x"), tuple({t.name: t for t in topics}.values())
    ),
    BROKERS,
    st.lists(TOPICS, max_size=3),
)


@given(LAYOUTS, LAYOUTS)
def test_what_is_the_same_is_no_news_and_what_is_not_is(one: Layout, two: Layout) -> None:
    assert list(changes(one, one, 1)) == []
    there = list(changes(one, two, 1))
    back = list(changes(two, one, 1))
    assert bool(there) == bool(back)
    assert {c.topic for c in there} == {c.topic for c in back}
