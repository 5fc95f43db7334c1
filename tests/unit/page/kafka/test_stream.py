"""Kafka in the stream of events: told to who asks for it, each in his own way."""

import asyncio
import json
from typing import Any

import pytest

from tests.patience import PATIENCE
from tests.unit.page.page_lab import Browser


async def told(browser: Browser, query: str) -> dict[str, Any]:
    """The first that the stream tells of Kafka once it has been looked at closely."""
    async with (
        asyncio.timeout(PATIENCE),
        browser.session.get(f"{browser.url}/events?{query}") as answer,
    ):
        event = b""
        async for line in answer.content:
            if line.startswith(b"event: "):
                event = line
            elif event == b"event: kafka\n" and line.startswith(b"data: "):
                found: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                if any(topic["messages"] is not None for topic in found["topics"]):
                    return found
    raise AssertionError("the stream ended")


async def test_who_asks_is_told(kafka: Browser) -> None:
    found = await told(kafka, "kafka=1&topic=weather")
    assert found["trouble"] is None
    assert [broker["id"] for broker in found["brokers"]] == [1, 2, 3]
    assert found["topics"][0]["messages"] == 1
    assert found["topic"]["rows"][0]["end"] == 1


async def test_who_does_not_ask_is_not(kafka: Browser) -> None:
    await told(kafka, "kafka=1")
    await kafka.state(lambda state: state["lab"] is not None)
    assert "event: kafka" not in "".join(kafka.reported)


@pytest.mark.parametrize("page", ["", "x", "-1", "²", "9" * 5000])
async def test_a_page_that_is_no_number_breaks_nothing(kafka: Browser, page: str) -> None:
    found = await told(kafka, f"kafka=1&topic=weather&page={page[:100]}")
    assert found["topic"]["all"] == 4


async def test_a_page_that_was_told_of_no_kafka_says_nothing_of_it(reader: Browser) -> None:
    assert (await reader.get("/kafka/topics/weather/settings")).status == 404
    await reader.state(lambda state: state["lab"] is not None)


async def test_settings_are_shown_to_nobody_who_is_not_logged_in(visitor: Browser) -> None:
    assert (await visitor.get("/kafka/topics/weather/settings")).status == 401
    assert (await visitor.get("/kafka/brokers/0/settings")).status == 401
