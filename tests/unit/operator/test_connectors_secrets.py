"""Whatever Connect quotes, no password reaches status, memory or log."""

import json
from typing import Any

import pytest
import structlog

from streaminglab_operator.errors import ConnectError, Forbidden
from streaminglab_operator.ports import StoredSecret
from streaminglab_operator.reconcile.connector_secrets import MAX_SECRETS
from streaminglab_operator.reconcile.connectors import SECRETS_AGAIN, UNFIT_AGAIN
from tests.fakes.connect import SOURCE
from tests.unit.operator.connect_loop import Loop, connector

SECRET = 'pa ss/w"rd-17'
OWN = "${secret:lab:postgresql-password}"
REST = "${secret:/etc/streaminglab/secrets/mongo:uri}"


async def _loop(*connectors: dict[str, Any]) -> Loop:
    loop = Loop(*connectors)
    await loop.secret("mongo", uri=f"mongodb://u:{SECRET}@mongo:27017", user="dbuser")
    await loop.secret("meteo-credentials", postgresql_password=SECRET, influxdb_username="lang")
    return loop


def _everything(loop: Loop, capsys: pytest.CaptureFixture[str]) -> str:
    written = capsys.readouterr()
    shown = json.dumps(loop.status, ensure_ascii=False).replace('\\"', '"')
    calls = " ".join(loop.calls)
    return shown + repr(loop.memory) + repr(loop.connected) + written.out + written.err + calls


def _clean(text: str) -> bool:
    return not [word for word in (SECRET, "pa ss", "rd-17", "dbuser", "ss/w") if word in text]


async def test_an_error_that_quotes_the_resolved_config_is_masked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    structlog.reset_defaults()
    loop = await _loop(connector(config={"pw": OWN, "uri": "${secret:mongo:uri}"}))
    loop.connect.judge = lambda plain: [
        ("pw", f"Invalid value {plain['pw']} for configuration pw: too short"),
        ("uri", f"The connection string is invalid: {plain['uri']}"),
    ]
    await loop.settle(lambda: loop.condition[1] == "ConfigInvalid")
    assert "option `pw`: Invalid value *** for configuration pw: too short" in loop.condition[2]
    assert _clean(_everything(loop, capsys) + loop.condition[2])


async def test_a_trace_that_quotes_passwords_is_masked(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.reset_defaults()
    loop = await _loop(connector(config={"pw": OWN, "uri": "${secret:mongo:uri}"}))
    await loop.settle()
    there = loop.connect.connectors_there["a"]
    there.trace = (
        f"java.lang.Exception: {REST} as dbuser\n\tat a.B\nCaused by: java.lang.Error: {SECRET}!"
    )
    there.fail()
    await loop.look()
    assert loop.condition[1] == "ConnectorFailed"
    assert "java.lang.Exception: *** as *** (cause: java.lang.Error: ***!)" in loop.condition[2]
    assert _clean(_everything(loop, capsys))


async def test_the_trace_of_an_unmanaged_connector_is_masked_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    structlog.reset_defaults()
    loop = await _loop()
    config = {"connector.class": SOURCE, "uri": REST, "my.password": "typed by hand"}
    trace = f"java.lang.Exception: {REST} {SECRET} typed by hand"
    loop.connect.add("theirs", config, breaks=9, trace=trace)
    await loop.look()
    assert loop.one("theirs").message == "java.lang.Exception: *** *** ***"
    assert _clean(_everything(loop, capsys))


async def test_a_trace_is_not_shown_when_its_secret_can_no_longer_be_read() -> None:
    loop = await _loop()
    config = {"connector.class": SOURCE, "uri": "${secret:/etc/streaminglab/secrets/gone:uri}"}
    loop.connect.add("theirs", config, breaks=9, trace="java.lang.Exception: what nobody knows")
    await loop.look()
    reported = loop.one("theirs").message
    assert reported == "its trace is not shown, because the Secret gone cannot be read"


async def test_a_secret_that_may_not_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = await _loop(connector(config={"uri": "${secret:mongo:uri}"}), connector("b"))
    read = loop.cluster.read_secret

    async def refused(namespace: str, name: str) -> StoredSecret | None:
        if name == "mongo":
            raise Forbidden(403, "no")
        return await read(namespace, name)

    monkeypatch.setattr(loop.cluster, "read_secret", refused)
    await loop.settle(lambda: loop.one("b").state == "RUNNING")
    assert loop.condition[1] == "SecretMissing"


async def test_words_of_a_refused_call_are_masked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    structlog.reset_defaults()
    loop = await _loop(connector(config={"pw": OWN}))

    async def refuse(*_: object) -> None:
        raise ConnectError(400, f"Connect: PUT: 400 contains 1 error: value {SECRET}\nmore")

    monkeypatch.setattr(loop.connect, "put", refuse)
    await loop.settle(lambda: loop.condition[1] == "ConfigInvalid")
    assert loop.condition[2] == "connector a: Connect: PUT: 400 contains 1 error: value ***"
    assert _clean(_everything(loop, capsys))


async def test_secrets_are_not_read_while_all_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = await _loop(connector(config={"pw": OWN}))
    await loop.settle()

    async def nobody(namespace: str, name: str) -> StoredSecret | None:
        raise AssertionError(f"read {name}")

    monkeypatch.setattr(loop.cluster, "read_secret", nobody)
    await loop.look()
    assert loop.ready


async def test_a_trace_is_not_shown_when_its_secret_is_too_large_to_be_looked_for() -> None:
    loop = await _loop(connector(config={"uri": "${secret:big:uri}"}))
    value = "://:" * 250_000
    await loop.secret("big", uri=value)
    loop.connect.judge = lambda plain: [("uri", f"cannot use {plain['uri']}")]
    await loop.settle(lambda: loop.condition[1] == "ConfigInvalid")
    hidden = "is not shown, because the Secret big is too large to be looked for in it"
    assert f"what Connect says of it {hidden}" in loop.condition[2]
    loop.connect.judge = lambda plain: []
    await loop.settle()
    there = loop.connect.connectors_there["a"]
    there.trace = f"java.lang.Exception: {value}"
    there.fail()
    await loop.look()
    assert loop.one("a").message == f"its trace {hidden}"


async def test_a_connector_whose_own_passwords_are_too_large_does_not_tell_its_trace() -> None:
    loop = await _loop()
    config = {"connector.class": SOURCE, "my.password": "x" * 10_000}
    loop.connect.add("theirs", config, breaks=9, trace="java.lang.Exception: x")
    await loop.look()
    assert "its own passwords are too large" in (loop.one("theirs").message or "")


async def test_so_many_secrets_are_read_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = await _loop(connector(config={"uri": "${secret:mongo:uri}"}))
    await loop.settle()
    config = {f"o{i}": f"${{secret:/etc/streaminglab/secrets/s{i:03}:k}}" for i in range(500)}
    loop.connect.add("theirs", {"connector.class": SOURCE, **config}, breaks=9)
    read, names = loop.cluster.read_secret, []

    async def noted(namespace: str, name: str) -> StoredSecret | None:
        names.append(name)
        return await read(namespace, name)

    monkeypatch.setattr(loop.cluster, "read_secret", noted)
    await loop.look()
    assert len(names) == MAX_SECRETS
    assert names[:2] == ["meteo-credentials", "mongo"], "those of the spec come first"
    assert "is not shown" in (loop.one("theirs").message or "")


@pytest.mark.parametrize(
    ("config", "value"),
    [
        ({"connection.password": "${secret:mydb:it}"}, "pw\n"),
        ({"connection.password": "${secret:mydb:it}"}, "[pw\r\n"),
        ({"connection.uri": "mongodb://u:${secret:mydb:it}@db"}, "{pw\n"),
        ({"topics": "${secret:mydb:it}"}, "weather\n"),
    ],
)
async def test_a_line_end_that_cannot_be_meant_is_told_before_the_config_is_put(
    config: dict[str, str], value: str
) -> None:
    loop = await _loop(connector(config=config))
    await loop.secret("mydb", it=value)
    await loop.settle(lambda: loop.condition[1] == "ConfigInvalid")
    assert "the key it of the Secret mydb ends in a line end" in loop.condition[2]
    assert value.strip() not in loop.condition[2]
    assert not loop.calls
    await loop.secret("mydb", it=value.rstrip())
    await loop.settle()
    assert loop.ready


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("\ufeffpw", "begins with a byte order mark"),
        ("\ufeffpw\r\n", "begins with a byte order mark"),
        # UTF-16, as the API gives it: what is no UTF-8 is replaced.
        ("\ufffd\ufffdp\0w\0\r\0\n\0", "is no text in UTF-8"),
        ("p\0w", "is no text in UTF-8"),
        ("caf\ufffd", "is no text in UTF-8"),
        ("pw\r", "ends in a line end"),
    ],
)
@pytest.mark.parametrize("option", ["connection.password", "topics"])
async def test_a_value_that_an_editor_or_a_shell_has_changed_is_told(
    option: str, value: str, fault: str
) -> None:
    loop = await _loop(connector(config={option: "${secret:mydb:it}"}))
    await loop.secret("mydb", it=value)
    await loop.settle(lambda: loop.condition[1] == "ConfigInvalid")
    assert f"the key it of the Secret mydb {fault}" in loop.condition[2]
    assert not loop.calls
    await loop.secret("mydb", it="pw")
    await loop.settle()
    assert loop.ready


async def test_a_line_end_under_a_running_connector_is_told_and_it_runs_on() -> None:
    loop = await _loop(connector(config={"connection.password": "${secret:mydb:it}"}))
    await loop.secret("mydb", it="pw")
    await loop.settle()
    calls = list(loop.calls)
    await loop.secret("mydb", it="pw\n")
    loop.now += SECRETS_AGAIN
    await loop.look()
    assert loop.ready
    for said in (loop.condition[2], loop.one("a").message or ""):
        assert "the key it of the Secret mydb ends in a line end" in said
        assert "pw" not in said
    assert loop.one("a").reason is None
    await loop.secret("mydb", it="pw")
    loop.now += UNFIT_AGAIN
    await loop.look()
    assert "line end" not in loop.condition[2]
    assert loop.calls == calls, "nothing was put or started anew"


async def test_secrets_of_running_connectors_are_not_read_at_each_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = await _loop(connector(config={"connection.password": "${secret:mydb:it}"}))
    await loop.secret("mydb", it="pw")
    await loop.settle()
    read, names = loop.cluster.read_secret, []

    async def noted(namespace: str, name: str) -> StoredSecret | None:
        names.append(name)
        return await read(namespace, name)

    monkeypatch.setattr(loop.cluster, "read_secret", noted)
    for _ in range(10):
        await loop.look()
    assert names == []


@pytest.mark.parametrize("value", ["[{}]\n", '{"a": 1}\n', "a\nb\n", "<a/>\n"])
async def test_a_document_may_end_in_a_line_end(value: str) -> None:
    loop = await _loop(connector(config={"pipeline": "${secret:mydb:it}"}))
    await loop.secret("mydb", it=value)
    await loop.settle()
    assert loop.ready
