"""The whole way with a Kafka: what a student does is in the lab's status a moment later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from streaminglab_page.exercises import desk
from streaminglab_page.kafka import reader
from tests.unit.page.exercises.sets import exercise, raw, written
from tests.unit.page.kafka.mock import mock_kafka
from tests.unit.page.kube_server import KubeServer
from tests.unit.page.labs import lab
from tests.unit.page.page_lab import visited

SET = raw(
    exercise("before", {"topic": {"name": "other"}}),
    exercise("topic", {"topic": {"name": "orders"}}),
    exercise("key", {"message": {"topic": "orders", "key": "42", "value": "red", "count": 2}}),
    exercise("none", {"message": {"topic": "orders", "key": "43"}}),
)


async def test_a_topic_and_its_messages_are_seen(
    kube: KubeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in ((desk, "BUSY_SECONDS"), (desk, "GAP_SECONDS"), (reader, "ALONE_SECONDS")):
        monkeypatch.setattr(module, name, 0.05)
    (tmp_path / "exercises.yaml").write_bytes(written(SET))
    asking = lab()
    asking["metadata"]["uid"] = "uid-meteo"
    asking["spec"]["exercises"] = {"configMapName": "mine"}
    kube.put(asking)

    def states() -> dict[str, Any]:
        told = kube.lab["status"].get("exercises", {}) if kube.lab else {}
        return {item["name"]: item["state"] for item in told.get("items", [])}

    mine = {"exercises_config_map": "mine", "exercises_folder": tmp_path}
    with mock_kafka() as mock:
        async with visited(tmp_path, kube, kafka=mock.servers, **mine):
            # Kafka was looked at, and had no such topic: this double finds nothing by its time.
            mock.put("other", [b"x"], b"1")
            todo = dict.fromkeys(("topic", "key", "none"), "todo")
            await kube.until(lambda: states() == {"before": "passed", **todo})
            mock.put("orders", [b"dark red", b"blue", b"red"], b"42")
            mock.put("orders", [b"red"], b"41")
            done = {"before": "passed", "topic": "passed", "key": "passed", "none": "todo"}
            await kube.until(lambda: states() == done)
