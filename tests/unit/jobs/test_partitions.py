"""The layout of a cluster: what is missing, what is told, and how long it is waited for."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_base.errors import JobError
from streaminglab_base.outcome import LIMIT_BYTES, encode
from streaminglab_base.retry import Patience
from streaminglab_base.stopping import Stopping
from streaminglab_jobs import config
from streaminglab_jobs.config import PartitionsConfig
from streaminglab_jobs.partitions.layout import NOBODY, Layout, Partition, shortcomings
from streaminglab_jobs.partitions.report import build
from streaminglab_jobs.partitions.run import EXIT_NOT_IN_SYNC, Watch, run, tell
from tests.unit.jobs.fake_clock import FakeClock

ALL = frozenset({0, 1, 2})
Topics = dict[str, list[tuple[int, list[int], list[int]]]]
"""By topic, of each partition: leader, replicas, in sync."""


class FakeAdmin:
    """Answers with one cluster after the other, and with the last one for ever."""

    def __init__(self, *answers: tuple[frozenset[int], Topics] | KafkaException) -> None:
        self.answers = list(answers)

    def list_topics(self, timeout: float) -> Any:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, KafkaException):
            raise answer
        brokers, topics = answer
        return SimpleNamespace(
            brokers=dict.fromkeys(brokers),
            topics={
                name: SimpleNamespace(
                    partitions={
                        number: SimpleNamespace(leader=leader, replicas=replicas, isrs=in_sync)
                        for number, (leader, replicas, in_sync) in enumerate(partitions)
                    }
                )
                for name, partitions in topics.items()
            },
        )


HEALTHY: tuple[frozenset[int], Topics] = (
    ALL,
    {"weather": [(0, [0, 1, 2], [0, 1, 2]), (1, [1, 2, 0], [2, 0, 1])],
     "__consumer_offsets": [(2, [2, 0, 1], [0, 1, 2])]},
)  # fmt: skip
ONE_STOPPED: tuple[frozenset[int], Topics] = (
    frozenset({0, 2}),
    {"weather": [(0, [0, 1, 2], [0, 2]), (2, [1, 2, 0], [2, 0])],
     "__consumer_offsets": [(2, [2, 0, 1], [0, 2])]},
)  # fmt: skip


def watch(*answers: tuple[frozenset[int], Topics] | KafkaException, stopped: Any = ()) -> Watch:
    settings = PartitionsConfig.model_validate(
        {"kafka": {"bootstrapServers": "kafka:9092"}, "topics": ["weather"], "brokers": 3,
         "stopped": list(stopped)}
    )  # fmt: skip
    return Watch(FakeAdmin(*answers), settings)


@pytest.fixture
def reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the termination message goes."""
    path = tmp_path / "termination-log"
    monkeypatch.setenv("STREAMINGLAB_TERMINATION_LOG", str(path))
    return path


def test_a_healthy_cluster_is_told_at_once(reported: Path) -> None:
    assert tell(watch(HEALTHY), Patience(Stopping(FakeClock()), 60)) == 0
    report = json.loads(reported.read_text())
    assert report["settled"] is True
    assert report["brokers"] == [0, 1, 2]
    assert report["leaders"] == {"0": 1, "1": 1, "2": 1}
    assert (report["total"], report["underReplicated"], report["offline"]) == (3, 0, 0)
    assert report["partitions"] == [
        ["weather", 0, 0, [0, 1, 2], [0, 1, 2]],
        ["weather", 1, 1, [1, 2, 0], [2, 0, 1]],
        ["__consumer_offsets", 0, 2, [2, 0, 1], [0, 1, 2]],
    ]
    assert report["leftOut"] == 0


def test_a_replica_that_catches_up_is_waited_for(reported: Path) -> None:
    behind = (ALL, {"weather": [(0, [0, 1, 2], [0, 2])]})
    away = KafkaException(KafkaError(KafkaError._TRANSPORT))
    assert tell(watch(away, behind, behind, HEALTHY), Patience(Stopping(FakeClock()), 60)) == 0
    assert json.loads(reported.read_text())["underReplicated"] == 0


def test_a_replica_that_never_catches_up_is_named_and_the_layout_told(reported: Path) -> None:
    behind = (ALL, {"weather": [(0, [0, 1, 2], [0, 2]), (0, [0, 1, 2], [0, 2])]})
    assert tell(watch(behind), Patience(Stopping(FakeClock()), 60)) == EXIT_NOT_IN_SYNC
    report = json.loads(reported.read_text())
    assert report["settled"] is False
    assert report["underReplicated"] == 2
    assert "broker 1 is not in sync for partition weather-0, and 1 more" in report["message"]


def test_a_kafka_that_never_answers_is_said(reported: Path) -> None:
    away = KafkaException(KafkaError(KafkaError._TRANSPORT))
    with pytest.raises(JobError, match="gave up"):
        tell(watch(away), Patience(Stopping(FakeClock()), 60))


def test_stopped_brokers_may_be_missing_and_are_counted(reported: Path) -> None:
    assert tell(watch(ONE_STOPPED, stopped=[1]), Patience(Stopping(FakeClock()), 60)) == 0
    report = json.loads(reported.read_text())
    assert report["settled"] is True
    assert (report["underReplicated"], report["leaders"]) == (3, {"0": 1, "2": 2})
    assert "lack the replicas of stopped brokers" in report["message"]


def test_the_same_without_the_stop_is_a_shortcoming() -> None:
    layout = Layout(frozenset({0, 2}), (Partition("weather", 0, 0, (0, 1, 2), (0, 2)),))
    assert shortcomings(layout, 3, [1]) == []
    assert shortcomings(layout, 3, []) == [
        "broker 1 has not joined",
        "broker 1 is not in sync for partition weather-0",
    ]


def test_a_stopped_broker_must_have_left_and_lead_nothing() -> None:
    """One that was killed leads its partitions until its session ends."""
    layout = Layout(ALL, (Partition("weather", 0, 1, (1, 2, 0), (1, 2, 0)),))
    assert shortcomings(layout, 3, [1]) == [
        "broker 1 has not left",
        "partition weather-0 has no leader",
    ]


def test_a_partition_whose_every_replica_is_stopped_is_offline_and_not_waited_for() -> None:
    layout = Layout(frozenset({0, 2}), (Partition("lonely", 0, NOBODY, (1,), (1,)),))
    assert shortcomings(layout, 3, [1]) == []
    assert build(layout, [], [])["offline"] == 1


def test_the_job_reads_its_configuration(
    reported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(
        {"kafka": {"bootstrapServers": "kafka:9092"}, "topics": ["weather"], "brokers": 3,
         "stopped": [1], "timeoutSeconds": 5}
    ))  # fmt: skip
    monkeypatch.setenv("STREAMINGLAB_CONFIG", str(path))
    asked = []

    def admin(servers: str) -> FakeAdmin:
        asked.append(servers)
        return FakeAdmin(ONE_STOPPED)

    monkeypatch.setattr("streaminglab_jobs.kafka.clients.admin", admin)
    assert run(Stopping()) == 0
    assert asked == ["kafka:9092"]
    assert config.load(PartitionsConfig).timeout_seconds == 5


partitions = st.builds(
    Partition,
    st.text("abc-_.", min_size=1, max_size=249),
    st.integers(0, 10_000),
    st.integers(-1, 2),
    st.lists(st.integers(0, 2), unique=True, min_size=1).map(tuple),
    st.lists(st.integers(0, 2), unique=True).map(tuple),
)


@given(st.lists(partitions, max_size=300), st.lists(st.text(max_size=2000), max_size=3))
def test_the_report_always_fits_and_counts_everything(
    found: list[Partition], missing: list[str]
) -> None:
    report = build(Layout(ALL, tuple(found)), ["a"], missing)
    assert len(encode(report)) <= LIMIT_BYTES
    assert len(report["partitions"]) + report["leftOut"] == report["total"] == len(found)
    assert report["offline"] == sum(p.leader == NOBODY for p in found)


@given(st.lists(partitions, max_size=50))
def test_the_labs_own_topics_come_first(found: list[Partition]) -> None:
    report = build(Layout(ALL, tuple(found)), ["b", "a"], [])
    shown = [entry[0] for entry in report["partitions"]]
    ranks = [["b", "a"].index(t) if t in ("a", "b") else 2 for t in shown]
    assert ranks == sorted(ranks)
