"""Runs of dbt as a process, and the order of result and offset."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException

from streaminglab_base.errors import Stopped, Unavailable
from streaminglab_base.stopping import Stopping
from streaminglab_dbt import run as run_module
from streaminglab_dbt import topics
from streaminglab_dbt.broker import Broker
from streaminglab_dbt.run import Outcome, first_error, run
from streaminglab_dbt.service import Service
from tests.unit.jobs.fake_clock import FakeClock

from .dbt_lab import FakeKafka, FakeRecord, program, settings


def test_a_run_that_went_well_names_its_models(tmp_path: Path) -> None:
    outcome = run("orders", settings(tmp_path), Stopping(), program(tmp_path))
    assert (outcome.status, outcome.error) == ("success", None)
    assert outcome.models == [{"name": "orders", "status": "success", "seconds": 0.5, "rows": 3}]
    assert outcome.seconds > 0


def test_a_model_that_failed_says_why_in_one_line(tmp_path: Path) -> None:
    outcome = run("bad", settings(tmp_path), Stopping(), program(tmp_path))
    assert outcome.status == "error"
    assert outcome.error == "bad: Database Error no table"


def test_a_run_that_never_came_to_a_model_shows_dbts_line_without_the_password(
    tmp_path: Path,
) -> None:
    outcome = run("broken", settings(tmp_path), Stopping(), program(tmp_path))
    assert (outcome.status, outcome.models) == ("error", [])
    assert outcome.error == "error: *** did not fit"


def test_the_models_of_an_earlier_run_are_not_told_again(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    assert run("orders", chosen, Stopping(), program(tmp_path)).models
    assert run("broken", chosen, Stopping(), program(tmp_path)).models == []


def test_a_run_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    outcome = run("slow", settings(tmp_path, timeout=1), Stopping(), program(tmp_path))
    assert outcome.status == "timeout"


def test_an_hour_of_waiting_is_that_of_the_clock_it_was_given(tmp_path: Path) -> None:
    clock = FakeClock()
    began = clock.monotonic()
    outcome = run("slow", settings(tmp_path, timeout=3600), Stopping(clock), program(tmp_path))
    assert outcome.status == "timeout"
    assert outcome.seconds == pytest.approx(clock.monotonic() - began, abs=0.01)
    assert outcome.seconds > 3600


def test_sigterm_ends_dbt_and_gives_no_outcome(tmp_path: Path) -> None:
    stopping = Stopping()
    threading.Timer(0.3, stopping.stop).start()
    with pytest.raises(Stopped):
        run("slow", settings(tmp_path), stopping, program(tmp_path))


def test_packages_of_a_project_are_brought_once_and_again_when_others_are_named(
    tmp_path: Path,
) -> None:
    chosen = settings(tmp_path)
    chosen.given.mkdir()
    (chosen.given / "orders.sql").write_text("SELECT 1")
    named = chosen.given / "packages.yml"
    for text, times in (("packages: [a]", 1), ("packages: [a]", 1), ("packages: [b]", 2)):
        named.write_text(text)
        assert run("orders", chosen, Stopping(), program(tmp_path)).status == "success"
        assert (chosen.work / "brought").read_text().split() == ["deps"] * times
        assert (chosen.work / "project/dbt_packages/utils").is_dir()


def test_a_package_that_cannot_be_had_is_told_and_nothing_is_run(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    chosen.given.mkdir()
    (chosen.given / "packages.yml").write_text("packages: [gone]")
    for _ in range(2):
        outcome = run("orders", chosen, Stopping(), program(tmp_path))
        assert (outcome.status, outcome.error) == ("error", "Error: no such package")
        assert outcome.models == []


def test_without_packages_dbt_is_asked_for_none(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    run("orders", chosen, Stopping(), program(tmp_path))
    assert not (chosen.work / "brought").exists()


def test_the_selection_is_one_argument_of_its_own(tmp_path: Path) -> None:
    words = run_module.arguments("a b;c", tmp_path)
    assert words[words.index("--select") + 1] == "a b;c"


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("", "dbt ended without a word"),
        ("10:00:00  one\n10:00:01  two\n", "two"),
        ("Encountered an error:\nRuntime Error\n  Could not find profile: error\n",
         "Could not find profile: error"),
        ("\x1b[31mParsing Error: bad yaml\x1b[0m\nmore", "Parsing Error: bad yaml"),
    ],
)  # fmt: skip
def test_the_most_telling_line_is_chosen(said: str, line: str) -> None:
    assert first_error([], said) == line


def service(
    kafka: FakeKafka, tmp_path: Path, outcome: Any = None, stopping: Stopping | None = None
) -> Service:
    """The service between a broker in memory and a runner that gives one outcome."""

    def runner(select: str) -> Outcome:
        kafka.events.append(f"run {select}")
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome or Outcome(status="success")

    broker = Broker(settings(tmp_path), kafka, kafka)
    return Service(broker, runner, stopping or Stopping())


def test_the_offset_is_committed_only_after_the_result(tmp_path: Path) -> None:
    kafka = FakeKafka()
    service(kafka, tmp_path).carry_out(FakeRecord(4, b'{"select": "a", "id": "x"}'))
    assert kafka.events == ["subscribe dbt-run", "run a", "result", "commit 4"]
    assert kafka.results[0]["id"] == "x"


def test_a_result_says_when_it_was_finished(tmp_path: Path) -> None:
    kafka, clock = FakeKafka(), FakeClock()
    service(kafka, tmp_path, stopping=Stopping(clock)).carry_out(FakeRecord(4, b'{"select": "a"}'))
    finished = datetime.fromisoformat(kafka.results[0]["finished"])
    assert finished.timestamp() == clock.time_ns() // 1_000_000_000
    assert kafka.results[0]["finished"].endswith("+00:00")
    assert kafka.results[0]["command"] == {"topic": "dbt-run", "partition": 0, "offset": 4}


def test_what_is_no_command_is_answered_and_not_met_again(tmp_path: Path) -> None:
    kafka = FakeKafka()
    service(kafka, tmp_path).carry_out(FakeRecord(0, b"please"))
    assert kafka.results[0]["status"] == "refused"
    assert kafka.events[1:] == ["result", "commit 0"]


def test_stopped_meanwhile_it_writes_neither_result_nor_offset(tmp_path: Path) -> None:
    kafka = FakeKafka()
    with pytest.raises(Stopped):
        service(kafka, tmp_path, Stopped()).carry_out(FakeRecord(0, b'{"select": "a"}'))
    assert kafka.events[1:] == ["run a"]


def test_a_broker_that_is_away_is_waited_for_and_dbt_runs_once(tmp_path: Path) -> None:
    kafka = FakeKafka()
    kafka.produce_errors = [KafkaError(KafkaError._TRANSPORT)]
    kafka.commit_errors = [KafkaError(KafkaError._TIMED_OUT)]
    service(kafka, tmp_path).carry_out(FakeRecord(0, b'{"select": "a"}'))
    assert kafka.events[1:] == ["run a", "result", "commit 0"]


def test_a_command_that_another_member_took_over_is_let_go(tmp_path: Path) -> None:
    kafka = FakeKafka()
    kafka.commit_errors = [KafkaError(KafkaError.ILLEGAL_GENERATION)]
    service(kafka, tmp_path).carry_out(FakeRecord(0, b'{"select": "a"}'))
    assert kafka.events[1:] == ["run a", "result"]


def test_a_result_that_is_not_acknowledged_is_waited_for_until_sigterm(tmp_path: Path) -> None:
    kafka, stopping = FakeKafka(), Stopping()
    kafka.silent = True
    threading.Timer(0.1, stopping.stop).start()
    with pytest.raises(Stopped):
        service(kafka, tmp_path, stopping=stopping).carry_out(FakeRecord(0, b'{"select": "a"}'))
    assert "commit 0" not in kafka.events


def test_commands_are_served_in_order_through_an_outage(tmp_path: Path) -> None:
    stopping = Stopping()

    class UntilAllIsDone(FakeKafka):
        def commit(self, message: FakeRecord, asynchronous: bool) -> None:
            super().commit(message, asynchronous)
            if not self.records:
                stopping.stop()

    kafka = UntilAllIsDone(
        b'{"select": "a"}', KafkaError(KafkaError._ALL_BROKERS_DOWN), b'{"select": "b"}'
    )
    service(kafka, tmp_path, stopping=stopping).serve()
    assert kafka.events[1:] == [
        "run a", "result", "commit 0", "run b", "result", "commit 2",
    ]  # fmt: skip


class FakeAdmin:
    """An admin client that knows some topics."""

    def __init__(self, known: list[str], error: KafkaError | None = None) -> None:
        self.known, self.error, self.asked = known, error, [""]

    def list_topics(self, timeout: float) -> Any:
        if self.error:
            raise KafkaException(self.error)
        return type("Metadata", (), {"topics": dict.fromkeys(self.known)})

    def create_topics(self, asked: list[Any]) -> dict[str, Any]:
        self.asked = [one.topic for one in asked]

        def result(timeout: float) -> None:
            raise KafkaException(KafkaError(KafkaError.TOPIC_ALREADY_EXISTS))

        return {name: type("Future", (), {"result": staticmethod(result)}) for name in self.asked}


def test_topics_that_are_missing_are_made(tmp_path: Path) -> None:
    admin = FakeAdmin(["dbt-run"])
    topics.ensure(settings(tmp_path), admin)
    assert admin.asked == ["dbt-results"]


def test_kafka_being_away_at_the_start_is_worth_another_try(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        topics.ensure(settings(tmp_path), FakeAdmin([], KafkaError(KafkaError._TRANSPORT)))
