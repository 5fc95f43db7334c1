"""Tending connectors of a Connect in memory: they come, heal and go, and never by force."""

import asyncio
from collections.abc import Mapping

import pytest

from streaminglab_operator.errors import ConnectError
from streaminglab_operator.observed.connectors import ConnectorSeen
from streaminglab_operator.ports import CheckedConfig, Endpoint
from streaminglab_operator.reconcile import connector_calls
from streaminglab_operator.reconcile.connectors import ConnectorsMemory, forget, waiting
from tests.fakes.connect import SINK, SOURCE
from tests.unit.operator.connect_loop import KEY, Loop, connector

HERE = Endpoint("http://connect:8083", KEY)
CONFIG = {"connector.class": SOURCE, "tasks.max": "1", "topic": "t"}


@pytest.mark.parametrize("lag", [0, 1, 3])
async def test_declared_connectors_come_up_and_then_nothing_is_called(lag: int) -> None:
    loop = Loop(connector("a", tasksMax=2), connector("b"), lag=lag)
    await loop.settle()
    assert sorted(loop.calls) == ["put a", "put b"]
    assert (loop.one("a").state, loop.one("a").tasks) == ("RUNNING", "2/2")
    for _ in range(5):
        assert (await loop.look()).again_after == 10
    assert len(loop.calls) == 2
    assert loop.condition == ("True", "Running", "as declared: 2 run")


async def test_nothing_is_made_before_the_status_names_it() -> None:
    loop = Loop(connector())
    assert (await loop.look()).again_after < 1
    assert loop.calls == []
    await loop.look()
    assert loop.calls == ["put a"]


async def test_the_state_is_as_declared_from_the_first_moment_on() -> None:
    loop = Loop(connector("p", state="paused"), connector("s", state="stopped"), connector("r"))
    await loop.settle()
    assert sorted(loop.calls) == ["create p paused", "create s stopped", "put r"]
    assert loop.condition == ("True", "Running", "as declared: 1 run, 1 paused, 1 stopped")


async def test_a_change_of_state_is_an_order_and_no_new_config() -> None:
    loop = Loop(connector(), lag=1)
    await loop.settle()
    for state, order in (("paused", "pause a"), ("stopped", "stop a"), ("running", "resume a")):
        loop.declare(connector(state=state))
        await loop.settle()
        assert loop.calls[-1] == order
    assert len(loop.calls) == 4


async def test_what_somebody_changes_by_rest_is_put_right() -> None:
    loop = Loop(connector())
    await loop.settle()
    await loop.connect.put(HERE, "a", {"name": "a", **CONFIG, "topic": "other"})
    await loop.settle(lambda: loop.connect.connectors_there["a"].config["topic"] == "t")
    await loop.connect.delete(HERE, "a")
    await loop.settle(lambda: "a" in loop.connect.connectors_there)
    await loop.connect.transition(HERE, "a", "stop")
    await loop.settle(lambda: loop.connect.connectors_there["a"].state == "RUNNING")


async def test_two_who_want_different_configs_do_not_restart_a_connector_all_the_time() -> None:
    loop = Loop(connector())
    await loop.settle()
    began = loop.now
    while loop.now < began + 3600:
        loop.connect.connectors_there["a"].config["topic"] = "other"
        await loop.look()
    assert 10 <= loop.calls.count("put a") <= 20
    assert "somebody else keeps changing its config" in loop.condition[2]
    await loop.settle(looks=200)


async def test_what_the_spec_drops_is_removed_and_forgotten() -> None:
    loop = Loop(connector("a"), connector("b"))
    await loop.settle()
    loop.declare(connector("b"))
    await loop.look()
    assert loop.one("a").managed
    await loop.settle()
    assert list(loop.connect.connectors_there) == ["b"]
    assert [c.name for c in loop.connected.connectors] == ["b"]
    assert set(loop.memory.tracks) == {"b"}


async def test_while_its_own_watch_is_late_nothing_is_done_again_and_again() -> None:
    loop = Loop(connector("a"), connector("b"))
    await loop.settle()
    loop.declare(connector("a"), connector("c"))
    loop.late, began, looks = loop.status, loop.now, loop.connect.looks
    while loop.now < began + 60:
        await loop.look()
    assert loop.calls.count("delete b") == 2, "the second finds nothing to delete"
    assert [c.name for c in loop.connected.connectors] == ["a", "c"]
    assert loop.connect.looks - looks < 45, "c is not made before the status is told, and waits"
    waiting(loop.lab, loop.memory, loop.reported)
    assert [c.name for c in loop.memory.said or ()] == ["a", "c"], "it has not come back"
    loop.connect.add("b", CONFIG)
    await loop.look()
    assert not loop.one("b").managed, "somebody else's, made since"
    loop.late = None
    await loop.settle()
    assert sorted(loop.connect.connectors_there) == ["a", "b", "c"]
    assert loop.calls.count("delete b") == 2
    assert loop.memory.gone == frozenset()


async def test_what_comes_back_into_the_spec_while_the_watch_is_late_is_made_again() -> None:
    loop = Loop(connector("a"))
    await loop.settle()
    loop.late = loop.status
    loop.declare()
    await loop.settle(lambda: loop.memory.gone == {"a"})
    loop.declare(connector("a"))
    await loop.settle()
    assert loop.calls == ["put a", "delete a", "delete a", "put a"]


async def test_a_deletion_that_takes_its_time_is_not_asked_for_at_each_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = Loop(connector("a"))
    await loop.settle()
    asked = 0

    async def slow(at: Endpoint, name: str) -> bool:
        nonlocal asked
        asked += 1
        return True

    monkeypatch.setattr(loop.connect, "delete", slow)
    loop.declare(connector("n"))
    loop.late, began = loop.status, loop.now
    while loop.now < began + 10:
        await loop.look()
    assert 4 <= asked <= 6, "n, which waits for the status, hurries no deletion"


async def test_what_was_dropped_while_no_operator_ran_is_removed_too() -> None:
    loop = Loop(connector("a"))
    await loop.settle()
    loop.declare()
    loop.memory = ConnectorsMemory()
    await loop.settle(lambda: not loop.connect.connectors_there)


async def test_connectors_of_others_are_listed_and_left_alone() -> None:
    loop = Loop(connector("a"))
    loop.connect.add("theirs", CONFIG, breaks=9, whole=False)
    await loop.settle()
    theirs = loop.one("theirs")
    assert (theirs.managed, theirs.reason, theirs.tasks) == (False, "TaskFailed", "0/1")
    assert theirs.message == "task 0: java.lang.IllegalStateException: broken"
    loop.declare()
    await loop.settle(lambda: "a" not in loop.connect.connectors_there)
    assert list(loop.connect.connectors_there) == ["theirs"]
    assert not [call for call in loop.calls if "theirs" in call]


async def test_a_missing_option_is_named_and_holds_up_no_other() -> None:
    wrong = {"name": "wrong", "class": SINK, "config": {"topic": "t"}}
    loop = Loop(wrong, connector("good"))
    await loop.settle(lambda: loop.one("good").state == "RUNNING")
    assert loop.condition == (
        "False",
        "ConfigInvalid",
        "connector wrong: option `topics`: Missing required configuration "
        '"topics" which has no default value.',
    )
    assert list(loop.connect.connectors_there) == ["good"]
    loop.declare({**wrong, "config": {"topics": "t"}}, connector("good"))
    await loop.settle()


async def test_a_refused_change_leaves_what_runs() -> None:
    loop = Loop(connector())
    await loop.settle()
    bad = {"name": "a", "class": SINK, "config": {}}
    loop.declare(bad)
    await loop.settle(lambda: loop.condition[1] == "ConfigInvalid")
    said = loop.status
    await loop.look()
    assert loop.status == said, "the same words at each look cost no write"
    assert loop.one("a").state == "RUNNING"
    assert (loop.one("a").message or "").endswith("(it goes on with its earlier config)")
    assert loop.connect.connectors_there["a"].config["connector.class"] == SOURCE


async def test_many_errors_are_told_by_the_first_three() -> None:
    loop = Loop(connector())
    loop.connect.judge = lambda _: [(f"o{i}", f"bad {i}") for i in range(5)]
    await loop.settle(lambda: loop.condition[1] == "ConfigInvalid")
    assert "option `o2`: bad 2; and 2 more" in loop.condition[2]


async def test_a_class_without_a_plugin_is_named_with_those_installed() -> None:
    loop = Loop({"name": "a", "class": "com.example.Mongo"})
    await loop.settle(lambda: loop.condition[1] == "PluginMissing")
    assert "com.example.Mongo; installed: org.example.SinkConnector" in loop.condition[2]
    loop.connect.plugins["com.example.Mongo"] = ()
    await loop.settle()


async def test_a_missing_secret_is_named_then_a_missing_key_and_then_it_goes_on() -> None:
    loop = Loop(connector("a", config={"uri": "${secret:mongo:uri}"}), connector("b"))
    await loop.settle(lambda: loop.one("b").state == "RUNNING")
    assert loop.condition[1] == "SecretMissing"
    assert "the Secret mongo is not there (its key uri is needed)" in loop.condition[2]
    await loop.secret("mongo", other="x")
    await loop.settle(lambda: "the Secret mongo has no key uri" in loop.condition[2])
    assert loop.calls == ["put b"]
    await loop.secret("mongo", uri="mongodb://u:geheim@mongo")
    await loop.settle()
    stored = loop.connect.connectors_there["a"].config["uri"]
    assert stored == "${secret:/etc/streaminglab/secrets/mongo:uri}"


async def test_a_secret_that_has_not_reached_the_worker_is_waited_for() -> None:
    loop = Loop(connector("a", config={"uri": "${secret:mongo:uri}"}))
    await loop.secret("mongo", uri="x")
    loop.connect.secrets.clear()
    await loop.settle(lambda: loop.condition[1] == "SecretMissing")
    assert "option `uri`: the worker does not have the Secret yet" in loop.condition[2]
    loop.connect.secrets[("mongo", "uri")] = "x"
    await loop.settle()


async def test_only_credentials_made_for_connectors_can_be_referred_to() -> None:
    reference = "${secret:lab:postgresql-password}"
    loop = Loop(connector("a", config={"p": reference}))
    await loop.secret("meteo-credentials", postgresql_password="x", influxdb_admin_token="y")
    await loop.settle()
    loop.declare(connector("a", config={"p": "${secret:lab:influxdb-admin-token}"}))
    await loop.settle(lambda: loop.condition[1] == "SecretMissing")
    assert "no credential influxdb-admin-token for connectors" in loop.condition[2]


@pytest.mark.parametrize(("whole", "reason"), [(True, "ConnectorFailed"), (False, "TaskFailed")])
async def test_a_failure_shows_at_the_next_look_and_heals(whole: bool, reason: str) -> None:
    loop = Loop(connector())
    await loop.settle()
    there = loop.connect.connectors_there["a"]
    there.whole = whole
    there.fail()
    await loop.look()
    assert loop.condition[:2] == ("False", reason)
    assert "java.lang.IllegalStateException: broken" in loop.condition[2]
    began = loop.now
    await loop.settle()
    assert loop.calls[-1] == "restart a"
    assert loop.now - began < 30


async def test_what_keeps_failing_is_restarted_ever_more_slowly() -> None:
    loop = Loop(connector())
    loop.connect.plugins[SOURCE] = ()
    await loop.settle()
    there = loop.connect.connectors_there["a"]
    there.breaks = 10_000
    there.fail()
    began, said = loop.now, set()
    while loop.now < began + 3600:
        await loop.look()
        said.add(loop.condition)
    restarts = loop.calls.count("restart a")
    assert 14 <= restarts <= 18, "5 to 160 s six times, then every five minutes"
    assert len(said) == 1, "the same words all the time: no write and no event for each restart"
    there.breaks = 0
    await loop.settle(looks=200)


async def test_a_rebalance_is_no_trouble_and_is_tried_again_soon() -> None:
    loop = Loop(connector())
    await loop.look()
    loop.connect.busy = 2
    await loop.look()
    assert loop.condition[1] in ("NotRunning", "ConnectUnreachable")
    await loop.settle()
    assert loop.calls == ["put a"]


async def test_one_missed_answer_is_no_news_and_a_long_silence_is() -> None:
    loop = Loop(connector())
    await loop.settle()
    loop.connect.down = ConnectError(0, "Connect does not answer GET /connectors: TimeoutError")
    assert (await loop.look()).again_after == 2
    assert loop.condition[0] == "True"
    loop.now += 30
    await loop.look()
    assert loop.condition[:2] == ("Unknown", "ConnectUnreachable")
    assert "TimeoutError" in loop.condition[2]
    loop.connect.down = None
    await loop.settle()
    assert loop.calls == ["put a"]


async def test_a_slow_check_holds_up_neither_the_look_nor_another_connector(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connector_calls, "PATIENCE_SECONDS", 0.01)
    loop = Loop(connector("slow"), connector("quick"))
    answered, check, checks = asyncio.Event(), loop.connect.check, []

    async def slowly(at: Endpoint, config: Mapping[str, str]) -> CheckedConfig:
        checks.append(config["name"])
        if config["name"] == "slow":
            await answered.wait()
        return await check(at, config)

    monkeypatch.setattr(loop.connect, "check", slowly)
    await loop.settle(lambda: "RUNNING" in {c.state for c in loop.connected.connectors})
    assert loop.one("quick").state == "RUNNING"
    assert loop.condition[1] == "NotRunning"
    assert checks.count("slow") == 1
    answered.set()
    await loop.settle()


async def test_a_newer_spec_does_not_wait_for_the_check_of_the_older(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connector_calls, "PATIENCE_SECONDS", 0.01)
    loop = Loop(connector(config={"host": "nowhere"}))
    check = loop.connect.check

    async def hangs(at: Endpoint, config: Mapping[str, str]) -> CheckedConfig:
        if config["host"] == "nowhere":
            await asyncio.Event().wait()
        return await check(at, config)

    monkeypatch.setattr(loop.connect, "check", hangs)
    for _ in range(3):
        await loop.look()
    loop.declare(connector(config={"host": "mongo"}))
    await loop.settle()
    assert loop.calls == ["put a"]
    loop.declare(connector(config={"host": "nowhere"}))
    await loop.look()
    (work,) = loop.memory.work.values()
    forget(loop.memory)
    await asyncio.wait([work.task])
    assert work.task.cancelled()


async def test_while_connect_is_not_ready_the_connectors_wait_and_stay_ours() -> None:
    loop = Loop(connector())
    await loop.settle()
    loop.declare()
    loop.connected = waiting(loop.lab, loop.memory, loop.reported)
    assert [(c.name, c.reason) for c in loop.connected.connectors] == [("a", "WaitingForConnect")]
    assert loop.condition[0] == "True", "nothing is declared any more"
    looks = loop.connect.looks
    await loop.look()
    assert loop.connect.looks == looks + 1, "looked at as soon as it is ready"


async def test_a_connect_that_stays_silent_is_asked_ever_more_slowly_and_then_as_before() -> None:
    loop = Loop(connector())
    await loop.settle()
    loop.connect.down = ConnectError(0, "Connect does not answer GET /connectors: TimeoutError")
    waits = [(await loop.look()).again_after for _ in range(14)]
    assert waits == [2, 2, 2, 2, 4, 8, 16, *[30] * 7]
    loop.connect.down = None
    await loop.settle()
    loop.connect.down = ConnectError(0, "Connect does not answer GET /connectors: TimeoutError")
    assert (await loop.look()).again_after == 2


async def test_a_look_that_sees_nothing_new_wakes_nobody() -> None:
    loop = Loop(connector())
    await loop.settle()
    await loop.look()
    for _ in range(3):
        await loop.look()
        assert not loop.woken.is_set()
    loop.connect.connectors_there["a"].fail()
    loop.begin()
    await asyncio.wait_for(loop.woken.wait(), 120)


async def test_after_a_quiet_look_the_next_one_is_as_long_after_its_beginning() -> None:
    loop = Loop(connector())
    await loop.settle()
    for _ in range(3):
        looks, began = loop.connect.looks, loop.now
        await loop.look()
        assert (loop.connect.looks - looks, loop.now - began) == (1, 10)


async def test_a_pass_that_was_woken_early_does_not_look_again() -> None:
    loop = Loop(connector())
    await loop.settle()
    looks, said = loop.connect.looks, loop.connected.connectors
    loop.now -= 7
    assert (await loop.look()).again_after == 7
    assert (loop.connect.looks, loop.connected.connectors) == (looks, said)
    loop.now -= 7
    loop.declare(connector(state="paused"))
    await loop.look()
    assert loop.calls[-1] == "pause a"


async def test_without_connectors_connect_is_looked_at_now_and_then() -> None:
    loop = Loop()
    loop.declare()
    await loop.look()
    assert loop.connected.again_after == 30
    assert loop.condition == ("True", "Running", "the spec declares no connector")


async def test_until_the_first_look_is_over_the_stored_status_holds() -> None:
    loop = Loop(connector())
    await loop.settle()
    before = loop.connected.connectors
    loop.memory = ConnectorsMemory()
    assert loop.begin().connectors == before, "a new process, which has seen nothing yet"
    await loop.woken.wait()
    assert loop.begin().connectors == before


async def test_a_pass_does_not_wait_for_a_connect_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = Loop(connector())
    await loop.settle()
    looks = 0

    async def hangs(at: Endpoint) -> list[ConnectorSeen]:
        nonlocal looks
        looks += 1
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr(loop.connect, "connectors", hangs)
    loop.now += 60
    for _ in range(5):
        assert loop.begin().connectors == loop.connected.connectors
        await asyncio.sleep(0)
    assert looks == 1
    loop.declare(connector(state="paused"))
    loop.begin()
    await asyncio.sleep(0)
    assert looks == 2, "a newer spec does not wait for the look of the older"
    waiting(loop.lab, loop.memory, loop.reported)
    assert not loop.memory.look.running
