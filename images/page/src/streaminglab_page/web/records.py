"""Messages of topics, and what a person may do to Kafka: write one, make a topic."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from streaminglab_page.bounded import mapping, number, text
from streaminglab_page.kafka.clients import CannotAsk
from streaminglab_page.kafka.message import as_json
from streaminglab_page.kafka.records import Question, beside_messages
from streaminglab_page.kafka.writing import ANY, Draft
from streaminglab_page.own import Own
from streaminglab_page.web.asked import filter_of, whole
from streaminglab_page.web.guard import CSRF, logged_in, meant
from streaminglab_page.web.kafka import kafka, refused
from streaminglab_page.web.site import Kafka

LARGEST = 256 * 1024
"""Bytes of what somebody sends to be written."""
STARTS = ("newest", "first", "offset", "time")
TOPIC = re.compile(r"[a-zA-Z0-9._-]{1,249}")
MOST_PARTITIONS, MOST_REPLICAS = 1000, 16
HEADERS = 20


async def read(request: web.Request) -> web.Response:
    """Messages of one topic."""
    asked = kafka(request)
    question = _question(request)
    try:
        partitions = await _partitions(asked, question.topic)
        answer = await asked.records.read(question, partitions)
    except CannotAsk as error:
        return refused(error)
    messages = [as_json(message) for message in answer.found.messages]
    return web.json_response({**beside_messages(answer), "messages": messages})


async def write(request: web.Request) -> web.Response:
    """One message into a topic."""
    asked, wanted = kafka(request), await sent(request)
    draft = _draft(text(request.match_info["topic"]), wanted)
    try:
        partition, offset = await asked.records.write(draft)
    except CannotAsk as error:
        return refused(error)
    return web.json_response({"partition": partition, "offset": offset})


async def create(request: web.Request) -> web.Response:
    """A topic."""
    asked, wanted = kafka(request), await sent(request)
    name = text(wanted.get("name"))
    if not TOPIC.fullmatch(name) or name in (".", ".."):
        return refused(CannotAsk(Own.TOPIC_NAME))
    partitions = min(number(wanted.get("partitions")) or 1, MOST_PARTITIONS)
    replicas = min(number(wanted.get("replicas")) or 1, MOST_REPLICAS)
    try:
        await asked.cluster.create(name, partitions, replicas)
    except CannotAsk as error:
        return refused(error)
    return web.json_response({"name": name})


async def elect(request: web.Request) -> web.Response:
    """Give every partition back to the broker that is the first of its replicas."""
    asked = kafka(request)
    await sent(request)
    try:
        return web.json_response({"partitions": await asked.cluster.elect()})
    except CannotAsk as error:
        return refused(error)


def _question(request: web.Request) -> Question:
    asked = request.query
    start = asked.get("start", "")
    return Question(
        topic=text(request.match_info["topic"]),
        partition=whole(asked.get("partition", ""), -1),
        start=start if start in STARTS else "newest",
        at=whole(asked.get("at", ""), 0),
        wanted=filter_of(asked),
        goes_on=_goes_on(asked.get("goes_on", "")),
    )


def _goes_on(told: str) -> Mapping[int, int] | None:
    try:
        found = mapping(json.loads(told))
    except (ValueError, RecursionError):
        return None
    return {
        whole(partition, 0): offset
        for partition, offset in found.items()
        if number(offset) is not None
    }


def _draft(topic: str, sent: Mapping[str, Any]) -> Draft:
    key, value, partition = sent.get("key"), sent.get("value"), number(sent.get("partition"))
    headers = mapping(sent.get("headers"))
    return Draft(
        topic,
        key if isinstance(key, str) else None,
        value if isinstance(value, str) else None,
        ANY if partition is None else min(partition, 2**31 - 1),
        tuple((text(name), text(one)) for name, one in list(headers.items())[:HEADERS]),
    )


async def sent(request: web.Request) -> Mapping[str, Any]:
    """The JSON of a question with effects. Raises 403, 413 and 400."""
    meant(logged_in(request), request.headers.get(CSRF, ""))
    body = bytearray()
    async for chunk in request.content.iter_chunked(2**16):
        body += chunk
        if len(body) > LARGEST:
            raise web.HTTPRequestEntityTooLarge(LARGEST, len(body), text=Own.TOO_MUCH)
    try:
        return mapping(json.loads(body))
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest(text=Own.NO_JSON) from None


async def _partitions(asked: Kafka, topic: str) -> int:
    found = await asked.reader.topic(topic)
    if found is None:
        raise web.HTTPNotFound(text=Own.NO_SUCH_TOPIC)
    return len(found.partitions)
