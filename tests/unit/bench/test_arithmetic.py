"""Quantiles, nodes for pods, order of objects, readiness."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from bench.client import Client
from bench.errors import BenchError, WatchEnded
from bench.fakecluster.furniture import nodes_for
from bench.floor import ordered
from bench.labs import is_ready, lab, ready_condition
from bench.operator_process import images
from bench.quantiles import quantile
from bench.waiting import Tracker, pod_done, tracking
from streaminglab_operator.services import TABLE
from streaminglab_operator.services.images import unset


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 50.0), (0.99, 99.0), (1.0, 100.0), (0.001, 1.0)]
)
def test_a_quantile_is_one_of_the_values(share: float, expected: float) -> None:
    assert quantile([float(n) for n in range(1, 101)], share) == expected


def test_a_single_value_is_every_quantile() -> None:
    assert quantile([7.0], 0.5) == quantile([7.0], 0.99) == 7.0


@pytest.mark.parametrize(("pods", "nodes"), [(1, 2), (200, 2), (201, 3), (9000, 90)])
def test_there_is_a_node_for_every_hundred_pods(pods: int, nodes: int) -> None:
    assert nodes_for(pods) == nodes


def test_configuration_comes_before_workloads() -> None:
    kinds = ["Job", "Service", "StatefulSet", "Secret", "Deployment", "ConfigMap"]
    assert [d["kind"] for d in ordered([{"kind": k} for k in kinds])] == [
        "Service", "Secret", "ConfigMap", "Job", "StatefulSet", "Deployment",
    ]  # fmt: skip


def test_labs_differ_only_when_they_are_given_seeds() -> None:
    assert lab("a")["spec"] == lab("b")["spec"]
    assert lab("a", seed=1)["spec"] != lab("b", seed=2)["spec"]
    assert lab("a")["metadata"]["namespace"] == "a"


def test_a_lab_without_a_status_is_not_ready() -> None:
    assert ready_condition({}) == ("Unknown", "no status yet")
    conditions = [{"type": "Ready", "status": "True", "message": "data flows"}]
    assert ready_condition({"status": {"conditions": conditions}}) == ("True", "data flows")


def test_a_lab_that_has_no_image_is_not_waited_for() -> None:
    async def scenario() -> None:
        tracker = Tracker(is_ready)
        for reason in ("Progressing", "ImageNotAvailable"):
            ready = {"type": "Ready", "status": "False", "reason": reason, "message": "no image"}
            metadata = {"namespace": "ns", "name": "meteo"}
            tracker.saw("MODIFIED", {"metadata": metadata, "status": {"conditions": [ready]}})
        await tracker.until(1, 60.0)

    with pytest.raises(BenchError, match="never be Ready: no image"):
        asyncio.run(scenario())


class Server:
    """Lists one after the other, and a watch that ends after each; then nothing answers."""

    def __init__(self, *lists: list[Any]) -> None:
        self.lists = [[], *lists]

    async def get(self, _: str) -> dict[str, Any]:
        if not self.lists:
            raise BenchError("no answer")
        return {"metadata": {"resourceVersion": "1"}, "items": self.lists.pop(0)}

    async def watch(self, path: str, *_: str) -> AsyncIterator[dict[str, str]]:
        none: tuple[dict[str, str], ...] = ()
        for event in none:
            yield event
        raise WatchEnded(f"the watch of {path} ended")


async def test_a_watch_that_ends_is_begun_anew() -> None:
    there = [pod("a", "Succeeded"), pod("b", "Succeeded")]
    server = cast("Client", Server([pod("gone", "Succeeded")], there))
    async with tracking(server, "/pods", pod_done) as tracker:
        await tracker.until(2, 60.0)
        assert tracker.now == {("ns", "a"): True, ("ns", "b"): True}


async def test_who_waits_for_a_server_that_answers_no_more_is_told() -> None:
    async with tracking(cast("Client", Server()), "/pods", pod_done) as tracker:
        with pytest.raises(BenchError, match=r"the watch of /pods broke: .*no answer"):
            await tracker.until(1, 60.0)


def test_the_operator_of_a_benchmark_knows_each_of_our_images() -> None:
    assert not unset(TABLE, images())


def test_a_pod_is_done_when_it_is_ready_or_ended_well() -> None:
    assert pod_done({"status": {"conditions": [{"type": "Ready", "status": "True"}]}})
    assert pod_done({"status": {"phase": "Succeeded"}})
    assert not pod_done({"status": {"phase": "Failed"}})
    assert not pod_done({})


def pod(name: str, phase: str) -> dict[str, dict[str, str]]:
    return {"metadata": {"namespace": "ns", "name": name}, "status": {"phase": phase}}


async def test_waiting_ends_when_enough_are_done_at_the_same_moment() -> None:
    tracker = Tracker(pod_done)
    tracker.saw("ADDED", pod("a", "Succeeded"))
    tracker.saw("DELETED", pod("a", "Succeeded"))
    waiting = asyncio.create_task(tracker.until(2, 5))
    await asyncio.sleep(0)
    tracker.saw("ADDED", pod("b", "Succeeded"))
    await asyncio.sleep(0)
    assert not waiting.done()
    tracker.saw("MODIFIED", pod("c", "Succeeded"))
    await waiting
    assert tracker.count == 2


async def test_waiting_too_long_says_how_far_it_came() -> None:
    tracker = Tracker(pod_done)
    tracker.saw("ADDED", pod("a", "Succeeded"))
    with pytest.raises(BenchError, match="1 of 2"):
        await tracker.until(2, 0.01)
