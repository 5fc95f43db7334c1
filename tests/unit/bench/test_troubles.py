"""Trouble is made in the labs that are to be in trouble, as long as it lasts, and in no other."""

import asyncio
import json
import math
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bench import bystanders, labs, troubles
from bench.client import Json
from bench.errors import BenchError
from bench.stage import Stage


class Server:
    """Remembers what was patched: path and body."""

    def __init__(self, pods: list[Json] | None = None, refused: str = "") -> None:
        self.pods = pods or []
        self.refused = refused
        self.patched: list[tuple[str, Any]] = []
        self.often = asyncio.Event()

    async def get(self, _: str) -> Json:
        return {"items": self.pods}

    async def text(self, _: str, path: str, *, body: str, headers: object) -> str:
        assert headers
        self.patched.append((path, json.loads(body)))
        if len(self.patched) == 4:
            self.often.set()
        if self.refused:
            raise BenchError(self.refused)
        return ""

    async def several(self) -> list[tuple[str, Any]]:
        """Until each lab had some rounds."""
        await self.often.wait()
        return self.patched[:4]


def stage(server: Server) -> Stage:
    return cast("Stage", SimpleNamespace(cluster=SimpleNamespace(admin=server)))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(troubles, "PERIOD_SECONDS", 0.0)


def pod(name: str, phase: str) -> Json:
    return {"metadata": {"name": name}, "status": {"phase": phase}}


async def test_running_pods_are_ready_and_not_in_turn() -> None:
    server = Server([pod("kafka-0", "Running"), pod("init-x", "Succeeded")])
    async with troubles.trouble(stage(server), "flapping", ["lab-1"]):
        seen = await server.several()
    assert {path for path, _ in seen} == {"/api/v1/namespaces/lab-1/pods/kafka-0/status"}
    said = [body["status"]["conditions"][0] for _, body in seen]
    assert [(c["type"], c["status"]) for c in said] == [
        ("Ready", "False"), ("Ready", "True"), ("Ready", "False"), ("Ready", "True"),
    ]  # fmt: skip


async def test_no_two_edits_are_the_same() -> None:
    server = Server()
    async with troubles.trouble(stage(server), "edited", ["lab-1"]):
        seen = await server.several()
    assert len({json.dumps(body) for _, body in seen}) == 4


async def test_what_is_not_there_yet_is_no_fault() -> None:
    server = Server(refused="PATCH /x: 404 not found")
    async with troubles.trouble(stage(server), "edited", ["lab-1"]):
        assert await server.several()


async def test_trouble_that_cannot_be_made_fails_the_run() -> None:
    server = Server(refused="PATCH /x: 422 no such field")
    with pytest.raises(BenchError, match="422"):
        async with troubles.trouble(stage(server), "edited", ["lab-1"]):
            for _ in range(10):
                await asyncio.sleep(0)
    assert len(server.patched) == 1


async def test_silent_and_slow_servers_need_nobody_to_patch_anything() -> None:
    server = Server()
    async with troubles.trouble(stage(server), "stuck", ["lab-1"]):
        await asyncio.sleep(0)
    assert not server.patched


@pytest.mark.parametrize(("kind", "seconds"), [("stuck", math.inf), ("slow", 5.0), ("edited", 0.0)])
def test_the_influxdb_of_a_lab_in_trouble_answers_late_or_never(kind: str, seconds: float) -> None:
    assert troubles.delays(kind, ["lab-1"]) == {"lab-1/meteo": seconds}


def test_bystanders_have_nothing_that_the_operator_watches() -> None:
    labels = {"streaminglab.dev/lab": "meteo", "app.kubernetes.io/name": "kafka"}
    document = {"kind": "Service", "metadata": {"labels": labels}, "spec": {"selector": labels}}
    (copy,) = bystanders.copies([document, {"kind": "Job"}])
    assert labs.LAB_LABEL not in json.dumps(copy)
    assert copy["spec"]["selector"] == copy["metadata"]["labels"]
    assert copy["metadata"]["labels"]["app.kubernetes.io/name"] == "kafka"


async def test_trouble_of_bystanders_edits_no_lab() -> None:
    server = Server()
    async with troubles.trouble(stage(server), "edited", ["lab-7"], of_labs=False):
        seen = await server.several()
    assert {path for path, _ in seen} == {"/api/v1/namespaces/lab-7/configmaps/bystander"}
    assert len({json.dumps(body) for _, body in seen}) == 4
