"""One reader for all browsers: what it asks Kafka does not grow with them."""

import asyncio
from contextlib import ExitStack

import pytest

from streaminglab_page.bell import Bell
from streaminglab_page.kafka import reader as module
from streaminglab_page.kafka.clients import CannotAsk
from streaminglab_page.kafka.rates import Rates
from streaminglab_page.kafka.reader import MOST_PLACES, Reader
from streaminglab_page.kafka.view import Look
from tests.patience import PATIENCE
from tests.unit.page.kafka.layouts import FakeKafka, group, layout, partition, topic


@pytest.fixture
def kafka() -> FakeKafka:
    return FakeKafka()


@pytest.fixture
def reader(kafka: FakeKafka) -> Reader:
    return Reader(kafka, Bell(), lambda: 1000.0)


async def test_alone_it_asks_for_the_layout_and_nothing_else(
    reader: Reader, kafka: FakeKafka
) -> None:
    await reader.read()
    assert kafka.asked == ["layout"]


async def test_thirty_browsers_cost_what_one_costs(reader: Reader, kafka: FakeKafka) -> None:
    with ExitStack() as looks:
        for _ in range(30):
            looks.enter_context(reader.looked_at(Look()))
        await reader.read()
    assert sorted(kafka.asked) == ["controller", "disk", "end", "first", "groups", "layout"]
    await reader.read()
    assert kafka.asked[6:] == ["layout"], "nobody looks any more"


async def test_who_looks_sees_it_and_hears_what_changes(reader: Reader, kafka: FakeKafka) -> None:
    look = Look(topic="weather")
    with reader.looked_at(look):
        await reader.read()
        version = reader.version
        await reader.read()
        assert reader.version == version, "nothing is new"
        kafka.end = 11
        await reader.read()
    assert reader.version == version + 1
    news = reader.news(look)
    assert [row["end"] for row in news["topic"]["rows"]] == [11, 11, 11]
    assert [broker["controller"] for broker in news["brokers"]] == [False, False, True]
    assert news["groups"][0]["lag"] == 6


async def test_groups_that_are_not_told_of_hide_no_broker(reader: Reader, kafka: FakeKafka) -> None:
    """A coordinator that has just come back answers nothing for some seconds: just when the brokers
    are looked at."""
    with reader.looked_at(Look()):
        await reader.read()
        kafka.faults = {"groups": "the coordinator is loading"}
        kafka.told = layout(brokers=(0, 2))
        await reader.read()
        news = reader.news(Look())
        assert (news["trouble"], news["unread"]) == (None, {"groups": "the coordinator is loading"})
        assert [broker["here"] for broker in news["brokers"]] == [True, False, True]
        assert [group["name"] for group in news["groups"]] == ["course"]
        kafka.faults = {}
        await reader.read()
    assert reader.news(Look())["unread"] == {}


QUESTIONS = ("controller", "groups", "end", "first", "disk")


@pytest.mark.parametrize("what", QUESTIONS)
async def test_one_question_that_fails_costs_its_own_column(
    reader: Reader, kafka: FakeKafka, what: str
) -> None:
    kafka.faults = {what: "just not now"}
    look = Look(topic="weather", group="course")
    with reader.looked_at(look):
        await reader.read()
    news = reader.news(look)
    assert (news["trouble"], news["seen"]) == (None, True)
    assert [broker["id"] for broker in news["brokers"]] == [0, 1, 2]
    assert len(news["topic"]["rows"]) == 3
    (shown,), groups = news["topics"], [group["name"] for group in news["groups"]]
    lost = {
        "the controller": not any(broker["controller"] for broker in news["brokers"]),
        "groups": groups == [],
        "messages": shown["messages"] is None,
        "sizes": shown["size"] is None,
    }
    own = {"controller": "the controller", "end": "messages", "first": "messages", "disk": "sizes"}
    assert [column for column, is_lost in lost.items() if is_lost] == [own.get(what, what)]
    told = {"groups": "groups", "end": "offsets", "first": "offsets", "disk": "sizes"}
    assert news["unread"] == ({told[what]: "just not now"} if what in told else {})


async def test_all_of_them_may_fail_and_the_layout_is_shown(
    reader: Reader, kafka: FakeKafka
) -> None:
    kafka.faults = dict.fromkeys(QUESTIONS, "not now")
    with reader.looked_at(Look()):
        await reader.read()
    news = reader.news(Look())
    assert news["trouble"] is None
    assert [one["name"] for one in news["topics"]] == ["weather"]
    assert sorted(news["unread"]) == ["groups", "offsets", "sizes"]


async def test_sizes_that_are_not_told_say_so_until_they_are_asked_for_again(
    kafka: FakeKafka,
) -> None:
    now = [1000.0]
    reader = Reader(kafka, Bell(), lambda: now[0])
    kafka.faults = {"disk": "no disk answers"}
    with reader.looked_at(Look()):
        for moment in (1000.0, 1004.0):
            now[0] = moment
            await reader.read()
            assert reader.news(Look())["unread"] == {"sizes": "no disk answers"}
        kafka.faults, now[0] = {}, 1011.0
        await reader.read()
    assert reader.news(Look())["unread"] == {}
    assert reader.news(Look())["topics"][0]["size"] == 3000


async def test_a_topic_that_was_just_made_is_asked_for_once_by_all_who_want_it(
    reader: Reader, kafka: FakeKafka
) -> None:
    await reader.read()
    kafka.told = layout(topic(), topic("fresh", partition(0, 0)))
    assert await reader.topic("weather") == topic()
    assert kafka.asked == ["layout"], "it is known"
    found = await asyncio.gather(*(reader.topic("fresh") for _ in range(3)))
    assert [len(one.partitions) if one else 0 for one in found] == [1, 1, 1]
    assert await reader.topic("nothing") is None
    kafka.fault = "Kafka is away"
    with pytest.raises(CannotAsk):
        await reader.topic("nothing")


async def test_disks_are_asked_for_more_seldom(kafka: FakeKafka) -> None:
    now = [0.0]
    reader = Reader(kafka, Bell(), lambda: now[0])
    with reader.looked_at(Look()):
        for moment in (1000.0, 1002.0, 1009.0, 1010.0):
            now[0] = moment
            await reader.read()
            assert reader.news(Look())["topics"][0]["size"] == 3000
    assert kafka.asked.count("disk") == 2


async def test_what_happened_while_nobody_looked_is_in_the_timeline(
    reader: Reader, kafka: FakeKafka
) -> None:
    await reader.read()
    kafka.told = layout(brokers=(0, 2))
    await reader.read()
    with reader.looked_at(Look()):
        await reader.read()
    assert [change["what"] for change in reader.news(Look())["timeline"]] == ["broker_gone"]


async def test_a_kafka_that_is_away_is_told_and_what_was_seen_stays(
    reader: Reader, kafka: FakeKafka
) -> None:
    kafka.fault = "no broker answers"
    await reader.read()
    assert reader.news(Look())["seen"] is False
    kafka.fault = ""
    await reader.read()
    assert reader.news(Look())["trouble"] is None
    kafka.fault = "no broker answers"
    await reader.read()
    news = reader.news(Look())
    assert (news["trouble"], news["seen"]) == ("no broker answers", True)
    assert [t["name"] for t in news["topics"]] == ["weather"]


async def test_of_thousands_of_partitions_those_come_first_that_are_looked_at(
    reader: Reader, kafka: FakeKafka
) -> None:
    huge = topic("huge", *(partition(n, n % 3) for n in range(4000)))
    kafka.told = layout(huge, topic("small"), topic("weather"))
    kafka.found = [group()]
    with reader.looked_at(Look(topic="small")), reader.looked_at(Look()):
        await reader.read()
    (asked, _) = kafka.places
    assert asked[:4] == [("small", 0), ("small", 1), ("small", 2), ("weather", 0)]
    assert len(asked) == len(set(asked)) == MOST_PLACES


async def test_a_partition_without_a_leader_is_not_asked_about(
    reader: Reader, kafka: FakeKafka
) -> None:
    kafka.told = layout(topic("weather", partition(0, -1, ()), partition(1, 1)))
    with reader.looked_at(Look()):
        await reader.read()
    assert kafka.places[0] == [("weather", 1)]


async def test_who_comes_is_answered_at_once(
    reader: Reader, kafka: FakeKafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ALONE_SECONDS", 3600.0)
    running = asyncio.create_task(reader.run())
    bell = reader._bell
    async with asyncio.timeout(PATIENCE):
        await bell.heard(0, PATIENCE)
        with reader.looked_at(Look()):
            await kafka.until("end")
    running.cancel()


async def test_many_looks_are_not_all_kept(reader: Reader) -> None:
    await reader.read()
    for n in range(200):
        reader.text(Look(search=f"x{n}"))
    assert len(reader._texts) <= module.LOOKS


def test_a_rate_is_a_mean_and_begins_anew_after_a_pause() -> None:
    rates = Rates()
    assert rates.see({("a", 0): 0, ("a", 1): 0}, 0) == {}
    assert rates.see({("a", 0): 10, ("a", 1): 10}, 2) == {"a": 10.0}
    assert rates.see({("a", 0): 10, ("a", 1): 10}, 4) == {"a": 5.0}
    # A topic that was made anew counts from the start, and never backwards.
    assert rates.see({("a", 0): 0, ("b", 0): 7}, 5) == {"a": 0.0}
    assert rates.see({("a", 0): 1000}, 500) == {}
