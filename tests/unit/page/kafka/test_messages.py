"""Messages in a browser: read from anywhere, searched for, written, followed."""

import asyncio
import gc
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from streaminglab_page.web.records import LARGEST
from tests.patience import PATIENCE
from tests.unit.page import patient
from tests.unit.page.kafka.mock import Mock
from tests.unit.page.kafka.test_stream import told
from tests.unit.page.page_lab import Answer, Browser

PATH = "/kafka/topics/weather/messages"


async def messages(browser: Browser, **asked: Any) -> dict[str, Any]:
    """What a question gives, once the page knows the topic."""
    await told(browser, "kafka=1")
    return await asked_again(browser, **asked)


async def asked_again(browser: Browser, **asked: Any) -> dict[str, Any]:
    """The same of a page that knows the topic: each stream counts until it has noticed its end."""
    answer = await browser.get(f"{PATH}?{urlencode(asked)}")
    assert answer.status == 200, answer.text
    found: dict[str, Any] = json.loads(answer.text)
    return found


async def send(browser: Browser, path: str, body: Any, **headers: str) -> Answer:
    csrf = (await browser.get("/")).csrf
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await browser.post(path, data=raw, headers={"X-CSRF-Token": csrf, **headers})


def texts(found: dict[str, Any]) -> list[str]:
    return [message["value"]["text"] for message in found["messages"]]


async def test_a_message_has_its_place_its_key_and_its_value(kafka: Browser) -> None:
    (message,) = (await messages(kafka))["messages"]
    assert (message["partition"], message["offset"]) == (0, 0)
    assert message["key"]["text"] == "a key"
    assert message["value"]["text"] == "a value"
    assert message["time"] > 0


async def test_the_newest_are_shown_in_the_order_of_time(kafka: Browser, mock: Mock) -> None:
    mock.put("weather", [f"first {n}".encode() for n in range(80)])
    mock.put("weather", [f"second {n}".encode() for n in range(30)], partition=2)
    found = await messages(kafka)
    assert texts(found) == [f"first {n}" for n in range(60, 80)] + [
        f"second {n}" for n in range(30)
    ]
    assert (found["partitions"], found["left"]) == (2, 0)


async def test_it_is_read_from_an_offset_and_from_the_beginning(kafka: Browser, mock: Mock) -> None:
    mock.put("weather", [str(n).encode() for n in range(1, 100)])
    found = await messages(kafka, start="offset", at=40, partition=0)
    assert texts(found) == [str(n) for n in range(40, 90)]
    assert texts(await messages(kafka, start="first"))[:2] == ["a value", "1"]


async def test_a_search_finds_keys_and_texts(kafka: Browser, mock: Mock) -> None:
    mock.put("weather", [str(n).encode() for n in range(30)], b"s1", partition=1)
    mock.put("weather", [b"needle"], b"s2", partition=1)
    assert texts(await messages(kafka, key="s2")) == ["needle"]
    assert texts(await messages(kafka, text="eedl")) == ["needle"]


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader answers with the first few messages that it has."""
    monkeypatch.setattr(patient, "PATIENT_READER", "tests.unit.page.kafka.hasty_child")


@pytest.mark.usefixtures("hasty")
async def test_a_search_goes_on_where_it_was(kafka: Browser, mock: Mock) -> None:
    for partition in (1, 2):
        mock.put("weather", [str(n).encode() for n in range(30)], partition=partition)
    mock.put("weather", [b"needle"], partition=2)
    found = await messages(kafka, text="needle")
    assert found["left"]
    looked, needles = found["read"], texts(found)
    while found["left"]:
        goes_on = json.dumps(found["goes_on"])
        found = await asked_again(kafka, text="needle", goes_on=goes_on)
        looked, needles = looked + found["read"], needles + texts(found)
    assert needles == ["needle"]
    assert looked == 62


async def test_large_values_are_cut_and_binary_ones_are_shown_as_such(
    kafka: Browser, mock: Mock
) -> None:
    mock.put("weather", [b"x" * 900_000, b"\x00\xff", None, b"<script>alert(1)</script>"])
    _, large, binary, nothing, script = (await messages(kafka))["messages"]
    assert (large["value"]["size"], large["value"]["cut"]) == (900_000, True)
    assert len(large["value"]["text"]) == 4000
    assert binary["value"]["kind"] == "binary"
    assert nothing["value"]["kind"] == "null"
    assert script["value"] == {
        "kind": "text",
        "text": "<script>alert(1)</script>",
        "size": 25,
        "cut": False,
        "schema": -1,
    }


@pytest.mark.parametrize(
    "asked",
    [
        {"goes_on": "x"},
        {"goes_on": "[" * 2000},
        {"goes_on": '{"0": -1}'},
        {"start": "never", "at": "x"},
        {"partition": "x"},
        {"text": "\udcff".encode("utf-8", "surrogatepass")},
    ],
)
async def test_a_question_that_makes_no_sense_breaks_nothing(
    kafka: Browser, asked: dict[str, Any]
) -> None:
    assert (await messages(kafka, **asked))["left"] == 0


async def test_kafkas_refusal_is_told(kafka: Browser) -> None:
    await told(kafka, "kafka=1")
    answer = await kafka.get(f"{PATH}?partition=99")
    assert answer.status == 422
    assert "no such partition" in json.loads(answer.text)["refused"]
    assert (await kafka.get("/kafka/topics/none/messages")).status == 404


async def test_a_message_is_written_where_it_shall_be(kafka: Browser) -> None:
    draft = {"key": "k", "value": "v", "partition": 3, "headers": {"h": "1"}}
    answer = await send(kafka, PATH, draft)
    assert (answer.status, json.loads(answer.text)) == (200, {"partition": 3, "offset": 0})
    answer = await send(kafka, PATH, {"key": "k", "value": None, "partition": 3})
    assert json.loads(answer.text) == {"partition": 3, "offset": 1}
    first, second = (await messages(kafka, partition=3))["messages"]
    assert [first["key"]["text"], first["value"]["text"]] == ["k", "v"]
    assert [(h["name"], h["value"]["text"]) for h in first["headers"]] == [("h", "1")]
    assert second["value"]["kind"] == "null"


async def test_a_partition_that_is_not_there_is_refused_in_kafkas_words(kafka: Browser) -> None:
    answer = await send(kafka, PATH, {"value": "v", "partition": 99})
    assert answer.status == 422
    assert "partition" in json.loads(answer.text)["refused"].lower()


@pytest.mark.parametrize("path", [PATH, "/kafka/topics"])
async def test_nothing_is_written_for_another_sites_page(kafka: Browser, path: str) -> None:
    body = {"name": "x", "value": "v"}
    assert (await kafka.post(path, json=body)).status == 403
    assert (await send(kafka, path, body, **{"Sec-Fetch-Site": "cross-site"})).status == 403
    assert len((await messages(kafka))["messages"]) == 1


async def test_who_is_not_logged_in_reads_and_writes_nothing(kafka: Browser) -> None:
    kafka.session.cookie_jar.clear()
    assert (await kafka.get(PATH)).status == 401
    assert (await kafka.post(PATH, json={})).status == 401
    assert (await kafka.post("/kafka/topics", json={})).status == 401


async def test_what_is_sent_is_bounded_and_is_json(kafka: Browser) -> None:
    assert (await send(kafka, PATH, b"x" * (LARGEST + 1))).status == 413
    assert (await send(kafka, PATH, b"{")).status == 400
    # What is collected as deep as that cannot be finalised, and this test would be blamed for it.
    gc.collect()
    assert (await send(kafka, PATH, b"[" * 90_000)).status == 400


@pytest.mark.parametrize("name", ["", ".", "..", "a b", "a/b", "x" * 250, None, 3])
async def test_a_name_that_is_none_makes_no_topic(kafka: Browser, name: Any) -> None:
    answer = await send(kafka, "/kafka/topics", {"name": name, "partitions": 1, "replicas": 1})
    assert answer.status == 422


async def followed(kafka: Browser, mock: Mock, **asked: Any) -> dict[str, Any]:
    """The first news with messages of who follows so, while two kinds of them are written."""
    await told(kafka, "kafka=1")
    address = f"{kafka.url}/events?{urlencode({'follow': 'weather', **asked})}"
    async with asyncio.timeout(PATIENCE), kafka.session.get(address) as answer:
        writing = asyncio.create_task(_write_on(mock))
        event = b""
        async for line in answer.content:
            if line.startswith(b"event: "):
                event = line
            elif event == b"event: messages\n" and line.startswith(b"data: "):
                news: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                if news["messages"]:
                    writing.cancel()
                    return news
    raise AssertionError("the stream ended")


async def test_who_follows_a_topic_is_told_what_comes(kafka: Browser, mock: Mock) -> None:
    news = await followed(kafka, mock)
    assert set(texts(news)) <= {"news", "rain"}, "what was there before is not told"


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ({"key": "lyon"}, {"rain"}),
        ({"text": "ew"}, {"news"}),
        ({"partition": "1"}, {"rain"}),
        ({"key": "lyon", "text": "ai", "partition": "1"}, {"rain"}),
    ],
)
async def test_who_follows_a_key_a_text_or_a_partition_is_told_of_that_alone(
    kafka: Browser, mock: Mock, asked: dict[str, str], seen: set[str]
) -> None:
    news = await followed(kafka, mock, **asked)
    assert set(texts(news)) == seen
    assert news["looked"] >= len(news["messages"])
    assert news["left_out"] == 0


async def _write_on(mock: Mock) -> None:
    """Until the follower is there, which nobody hears of."""
    while True:
        await asyncio.to_thread(mock.put, "weather", [b"news"])
        await asyncio.to_thread(mock.put, "weather", [b"rain"], b"lyon", 1)
        await asyncio.sleep(0.2)
