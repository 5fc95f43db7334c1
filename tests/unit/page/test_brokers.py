"""Stopping and starting a broker: one field of the lab's spec, and only when a person meant it."""

import json
from typing import Any

import pytest

from tests.unit.page.kube_server import KubeServer
from tests.unit.page.labs import lab
from tests.unit.page.page_lab import Answer, Browser

BROKERS = [{"id": n, "pod": f"meteo-kafka-{n}-0", "state": "Running"} for n in range(3)]


def three(stopped: Any = None) -> dict[str, Any]:
    """A lab of three brokers."""
    found = lab(kafka={"brokers": BROKERS})
    found["spec"]["kafka"] = {"brokers": 3} | ({"stoppedBrokers": stopped} if stopped else {})
    return found


async def press(browser: Browser, path: str, **headers: str) -> Answer:
    csrf = (await browser.get("/")).csrf
    return await browser.post(path, headers={"X-CSRF-Token": csrf, **headers})


async def seen(browser: Browser, kube: KubeServer, found: dict[str, Any]) -> dict[str, Any]:
    """Put a lab there, and wait until the page has seen it."""
    await kube.until(lambda: kube.watches > 0)
    kube.put(found)
    state = await browser.state(lambda state: bool(state["lab"] and state["lab"]["brokers"]))
    shown: dict[str, Any] = state["lab"]
    return shown


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        (None, "/brokers/1/stop", [1]),
        ([0], "/brokers/2/stop", [0, 2]),
        ([1], "/brokers/1/stop", [1]),
        ([0, 1], "/brokers/0/start", [1]),
        ([1], "/brokers/1/start", []),
    ],
)
async def test_one_field_is_written(
    reader: Browser, kube: KubeServer, before: Any, path: str, after: list[int]
) -> None:
    shown = await seen(reader, kube, three(before))
    assert shown["stopped"] == (before or [])
    answer = await press(reader, path)
    assert (answer.status, json.loads(answer.text)) == (200, {"stopped": after})
    ((kind, (unchanged, edit)),) = kube.edits
    assert (kind, unchanged["op"]) == ("application/json-patch+json", "test")
    assert edit == {"op": "add", "path": "/spec/kafka/stoppedBrokers", "value": after}
    assert kube.requests[-1].headers["Authorization"] == "Bearer account-token-1234"


async def test_what_somebody_else_stopped_in_the_same_moment_is_not_started_again(
    reader: Browser, kube: KubeServer
) -> None:
    await seen(reader, kube, three())
    assert kube.lab is not None
    kube.lab["metadata"]["generation"] += 1  # and the page has not heard of it yet
    answer = await press(reader, "/brokers/1/stop")
    assert answer.status == 422
    assert "was changed in the same moment" in json.loads(answer.text)["refused"]


async def test_a_refusal_is_told_in_the_api_servers_words(
    reader: Browser, kube: KubeServer
) -> None:
    await seen(reader, kube, three())
    kube.refusal = (422, "spec.kafka.stoppedBrokers: at most 2")
    answer = await press(reader, "/brokers/1/stop")
    assert (answer.status, json.loads(answer.text)) == (422, {"refused": kube.refusal[1]})


@pytest.mark.parametrize("path", ["/brokers/7/stop", "/brokers/x/stop", "/brokers/1/delete"])
async def test_what_is_no_broker_is_not_stopped(
    reader: Browser, kube: KubeServer, path: str
) -> None:
    await seen(reader, kube, three())
    assert (await press(reader, path)).status == 404
    assert kube.edits == []


async def test_nobody_elses_page_stops_a_broker(reader: Browser, kube: KubeServer) -> None:
    await seen(reader, kube, three())
    assert (await reader.post("/brokers/1/stop")).status == 403
    answer = await press(reader, "/brokers/1/stop", **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 403
    reader.session.cookie_jar.clear()
    assert (await reader.post("/brokers/1/stop")).status == 401
    assert kube.edits == []


@pytest.mark.parametrize("stopped", ["1", [True], [-1], ["1"], {"0": 1}])
async def test_a_list_that_is_none_breaks_nothing(
    reader: Browser, kube: KubeServer, stopped: Any
) -> None:
    assert (await seen(reader, kube, three(stopped)))["stopped"] == []
