"""Connectors as a table: what is declared and what is seen leads to the next call and a status."""

from dataclasses import replace
from typing import Any

import pytest

from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.observed import Culprit
from streaminglab_operator.observed.connectors import ConnectorSeen, TaskSeen
from streaminglab_operator.plan.connector_track import (
    Action,
    Refusal,
    Track,
    carried_out,
    digest_of,
    failed,
    fine,
    turned_down,
    wait_before,
)
from streaminglab_operator.plan.connectors import (
    ConnectorStep,
    ConnectorsView,
    needs_secrets,
    plan_connectors,
    secret_references,
    unseen,
    wanted_config,
)
from streaminglab_operator.services.connect_spec import ConnectorSpec
from streaminglab_operator.services.references import malformed, with_paths

NOW = 1000.0
REFERENCE = "${secret:mongo:uri}"
OLD = {"name": "a", "connector.class": "org.example.Old", "tasks.max": "1"}


def spec(name: str = "a", state: str = "running", **config: str) -> ConnectorSpec:
    """A declared connector."""
    raw = {"name": name, "class": "org.example.Source", "state": state, "config": config}
    return ConnectorSpec.model_validate(raw)


def seen(of: ConnectorSpec, state: str = "RUNNING", *tasks: str, **more: Any) -> ConnectorSeen:
    """The same as Connect shows it; a task or connector that FAILED says ``boom``."""
    reported = [TaskSeen(i, s, "w", "boom" if s == "FAILED" else "") for i, s in enumerate(tasks)]
    more.setdefault("config", wanted_config(of))
    trace = "boom" if state == "FAILED" else ""
    return ConnectorSeen(of.name, more["config"], state, "w", trace, tuple(reported))


def step(
    of: ConnectorSpec, found: ConnectorSeen | None, track: Track | None = None, **more: Any
) -> ConnectorStep:
    """What the plan has for one connector that is ours."""
    track = track or Track()
    view = ConnectorsView({found.name: found} if found else {}, {of.name}, NOW, **more)
    (only,) = plan_connectors([of], view, {of.name: track})
    return only


def _digest(of: ConnectorSpec) -> str:
    return digest_of(wanted_config(of), "")


RUN, PAUSE, STOP = spec(), spec(state="paused"), spec(state="stopped")
DUE = Track(retry_at=NOW)
LATER = Track(retry_at=NOW + 100)
REFUSED = Refusal(_digest(RUN), Culprit(Reason.CONFIG_INVALID, "option `topic`: bad"), 0, NOW + 3)
TABLE: dict[str, tuple[ConnectorSpec, ConnectorSeen | None, Track, str, str | None]] = {
    "not there": (RUN, None, Track(), "put", "NotRunning"),
    "not there, and to be paused": (PAUSE, None, Track(), "create", "NotRunning"),
    "not there, and to be stopped": (STOP, None, Track(), "create", "NotRunning"),
    "put a moment ago": (
        RUN, None, Track(written=_digest(RUN), written_at=NOW - 1), "", "NotRunning",
    ),
    "put long ago and never seen": (
        RUN, None, Track(written=_digest(RUN), written_at=NOW - 60), "put", "NotRunning",
    ),
    "another config": (RUN, seen(RUN, "RUNNING", "RUNNING", config=OLD), Track(), "put",
                       "NotRunning"),
    "runs": (RUN, seen(RUN, "RUNNING", "RUNNING"), Track(), "", None),
    "runs without a task": (RUN, seen(RUN), Track(), "", "NotRunning"),
    "a task that starts": (RUN, seen(RUN, "RUNNING", "RUNNING", "UNASSIGNED"), Track(), "",
                           "NotRunning"),
    "a task that restarts": (RUN, seen(RUN, "RUNNING", "RESTARTING"), Track(), "", "NotRunning"),
    "no worker": (RUN, seen(RUN, "UNASSIGNED", "UNASSIGNED"), Track(), "", "NotRunning"),
    "paused by somebody": (RUN, seen(RUN, "PAUSED", "PAUSED"), Track(), "resume", "NotRunning"),
    "stopped by somebody": (RUN, seen(RUN, "STOPPED"), Track(), "resume", "NotRunning"),
    "resumed a moment ago": (
        RUN, seen(RUN, "PAUSED", "PAUSED"), Track(ordered="resume", ordered_at=NOW - 1), "",
        "NotRunning",
    ),
    "resumed long ago in vain": (
        RUN, seen(RUN, "PAUSED", "PAUSED"), Track(ordered="resume", ordered_at=NOW - 60), "resume",
        "NotRunning",
    ),
    "to be paused": (PAUSE, seen(PAUSE, "RUNNING", "RUNNING"), Track(), "pause", "NotRunning"),
    "to be paused from stopped": (PAUSE, seen(PAUSE, "STOPPED"), Track(), "pause", "NotRunning"),
    "paused": (PAUSE, seen(PAUSE, "PAUSED", "PAUSED"), Track(), "", None),
    "paused before it had a task": (PAUSE, seen(PAUSE, "PAUSED"), Track(), "", None),
    "to be stopped": (STOP, seen(STOP, "RUNNING", "RUNNING"), Track(), "stop", "NotRunning"),
    "stopped": (STOP, seen(STOP, "STOPPED"), Track(), "", None),
    "a failed task": (RUN, seen(RUN, "RUNNING", "FAILED"), Track(), "", "TaskFailed"),
    "a failed task whose time has come": (RUN, seen(RUN, "RUNNING", "FAILED"), DUE, "restart",
                                          "TaskFailed"),
    "a failed task that must wait": (RUN, seen(RUN, "RUNNING", "FAILED"), LATER, "", "TaskFailed"),
    "a failed connector": (RUN, seen(RUN, "FAILED"), DUE, "restart", "ConnectorFailed"),
    "failed, and to be paused": (PAUSE, seen(PAUSE, "FAILED"), DUE, "pause", "ConnectorFailed"),
    "failed, and paused in vain": (
        PAUSE, seen(PAUSE, "FAILED"), Track(retry_at=NOW, ordered="pause"), "restart",
        "ConnectorFailed",
    ),
    "failed, and to be stopped": (STOP, seen(STOP, "FAILED"), DUE, "stop", "ConnectorFailed"),
    "refused a moment ago": (RUN, None, Track(refused=REFUSED), "", "ConfigInvalid"),
    "refused a while ago": (
        RUN, None, Track(refused=replace(REFUSED, not_before=NOW - 1)), "put", "ConfigInvalid",
    ),
    "refused, but since corrected": (
        spec(topic="b"), None, Track(refused=REFUSED), "put", "NotRunning",
    ),
    "a reference without a key": (spec(uri="${secret:mongo}"), None, Track(), "", "ConfigInvalid"),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLE, ids=list(TABLE))
def test_next_call_and_reason(case: str) -> None:
    of, found, track, order, reason = TABLE[case]
    got = step(of, found, track)
    assert (got.action.order if got.action else "") == order
    assert got.status.reason == reason
    assert bool(got.status.message) == bool(reason)
    assert got.status.managed
    assert 0 < got.again <= 10


def test_a_connector_is_not_made_before_it_is_written_down_as_ours() -> None:
    view = ConnectorsView({}, recorded=(), now=NOW)
    (first,) = plan_connectors([RUN], view, {})
    assert (first.action, first.status.managed) == (None, True)
    assert first.again < 1


def test_what_the_spec_drops_is_deleted_and_what_others_made_is_left_alone() -> None:
    ours, theirs = spec("ours"), spec("theirs")
    found = {c.name: seen(c, "RUNNING", "RUNNING") for c in (ours, theirs)}
    gone, kept = plan_connectors([], ConnectorsView(found, {"ours"}, NOW), {})
    assert (gone.action, gone.status.managed) == (Action("delete", "ours"), True)
    assert (kept.action, kept.status.managed, kept.status.reason) == (None, False, None)


def test_what_is_dropped_is_deleted_even_if_connect_does_not_list_it() -> None:
    (gone,) = plan_connectors([], ConnectorsView({}, {"ours"}, NOW), {})
    assert gone.action == Action("delete", "ours")


def test_a_connector_that_others_made_is_taken_over_when_it_is_declared() -> None:
    found = seen(RUN, "RUNNING", "RUNNING", config=OLD)
    (first,) = plan_connectors([RUN], ConnectorsView({"a": found}, (), NOW), {})
    assert first.action is None
    assert step(RUN, found).action is not None


def test_the_trouble_of_an_unmanaged_connector_is_told_and_not_touched() -> None:
    (only,) = plan_connectors(
        [], ConnectorsView({"a": seen(RUN, "RUNNING", "FAILED")}, (), NOW), {}
    )
    assert (only.action, only.status.reason) == (None, "TaskFailed")


def test_a_missing_secret_holds_up_its_own_connector_alone() -> None:
    needy, other = spec("needy", uri=REFERENCE), spec("other")
    view = ConnectorsView(
        {}, {"needy", "other"}, NOW, missing={"needy": "the Secret mongo is not there"}
    )
    first, second = plan_connectors([needy, other], view, {})
    assert (first.action, first.status.reason) == (None, "SecretMissing")
    assert second.action is not None


def test_a_connector_that_runs_is_not_called_wrong_for_a_secret_that_was_removed_since() -> None:
    needy = spec(uri=REFERENCE)
    found = seen(needy, "RUNNING", "RUNNING")
    assert step(needy, found, missing={"a": "the Secret mongo is gone"}).status.reason is None
    broken = seen(needy, "RUNNING", "FAILED")
    assert step(needy, broken, missing={"a": "gone"}).status.reason == "SecretMissing"


def test_a_refused_config_leaves_the_earlier_one_in_force_and_in_repair() -> None:
    found = seen(RUN, "RUNNING", "FAILED", config=OLD)
    got = step(RUN, found, Track(refused=REFUSED, retry_at=NOW))
    assert got.action == Action("restart", "a")
    assert got.status.message == "option `topic`: bad (it goes on with its earlier config)"


def test_another_value_of_a_secret_is_tried_at_once() -> None:
    needy = spec(uri=REFERENCE)
    refused = replace(REFUSED, digest=digest_of(wanted_config(needy), "old"))
    track = Track(refused=refused)
    assert step(needy, None, track, versions={"a": "old"}).action is None
    assert step(needy, None, track, versions={"a": "new"}).action is not None


def test_the_config_that_is_put_has_paths_for_passwords() -> None:
    got = step(spec(uri=f"x{REFERENCE}y", plain="z"), None)
    assert got.action is not None
    assert got.action.config == {
        "name": "a",
        "connector.class": "org.example.Source",
        "tasks.max": "1",
        "uri": "x${secret:/etc/streaminglab/secrets/mongo:uri}y",
        "plain": "z",
    }


def test_references_are_found_in_both_forms() -> None:
    config = {
        "a": "${secret:mongo:uri}",
        "b": "jdbc:${secret:lab:postgresql-password}@${secret:pg.x:user_1}",
        "c": "${secret:/etc/streaminglab/secrets/other:k}",
        "d": "${env:HOME} and ${secret:Bad Name:x}",
    }
    found = {("mongo", "uri"), ("lab", "postgresql-password"), ("pg.x", "user_1"), ("other", "k")}
    assert secret_references(config) == found
    assert secret_references(with_paths(config)) == found
    assert with_paths(with_paths(config)) == with_paths(config)
    assert list(malformed(config)) == ["d"]


def test_a_task_that_fails_right_after_each_restart_is_never_called_running() -> None:
    track, reported = Track(), []
    for second in range(0, 60, 2):
        now = NOW + second
        working = second % 6 == 0
        found = seen(RUN, "RUNNING", "RUNNING" if working else "FAILED")
        (got,) = plan_connectors([RUN], ConnectorsView({"a": found}, {"a"}, now), {"a": track})
        track = carried_out(got.track, got.action, now) if got.action else got.track
        reported.append(got.status.reason)
    assert set(reported[1:]) == {"TaskFailed"}


def test_restarts_come_ever_more_slowly_and_at_once_again_after_it_ran_for_a_while() -> None:
    assert [wait_before(n) for n in range(8)] == [5, 10, 20, 40, 80, 160, 300, 300]
    assert wait_before(10_000) == 300
    why, restart = Culprit(Reason.TASK_FAILED, "boom"), Action("restart", "a")
    track, now, waits = Track(), NOW, []
    for _ in range(4):
        track = failed(track, why, now)
        assert track.retry_at is not None
        waits.append(track.retry_at - now)
        now = track.retry_at
        track = fine(carried_out(track, restart, now), now)
    assert waits == [5, 10, 20, 40]
    assert fine(track, now + 9).trouble == why
    assert fine(track, now + 10).trouble is None
    assert fine(track, now + 119).failures == 4
    assert fine(track, now + 120).failures == 0


def test_a_config_that_is_refused_again_and_again_is_checked_at_least_every_minute() -> None:
    put, why = Action("put", "a", digest="d"), Culprit(Reason.CONFIG_INVALID, "no")
    track, waits = Track(), []
    for _ in range(6):
        track = turned_down(track, put, why, NOW)
        assert track.refused is not None
        waits.append(track.refused.not_before - NOW)
    assert waits == [5, 10, 20, 40, 60, 60]
    assert turned_down(track, replace(put, digest="e"), why, NOW).refused == Refusal(
        "e", why, 0, NOW + 5
    )


def test_secrets_are_read_only_when_something_is_to_be_put_or_told() -> None:
    calm = seen(RUN, "RUNNING", "RUNNING")
    assert not needs_secrets([RUN], {"a": calm})
    assert needs_secrets([RUN], {})
    assert needs_secrets([spec(topic="b")], {"a": calm})
    assert needs_secrets([RUN], {"a": calm, "b": seen(spec("b"), "FAILED")})


def test_while_connect_cannot_be_asked_what_is_ours_stays_ours() -> None:
    why = Culprit(Reason.WAITING_FOR_CONNECT, "waits until Kafka Connect is ready")
    reported = unseen([RUN], {"a", "dropped"}, why)
    assert [(c.name, c.managed, c.reason) for c in reported] == [
        ("a", True, "WaitingForConnect"),
        ("dropped", True, "WaitingForConnect"),
    ]


def test_tasks_are_counted_against_what_was_asked_for() -> None:
    assert step(RUN, seen(RUN, "RUNNING", "RUNNING", "FAILED")).status.tasks == "1/2"
    assert step(PAUSE, seen(PAUSE, "PAUSED", "PAUSED", "PAUSED")).status.tasks == "2/2"
    assert step(RUN, None).status.tasks == "0/0"


@pytest.mark.parametrize(
    ("trace", "config", "words"),
    [
        (
            "HibernateException: Unable to determine Dialect without JDBC metadata",
            {"connection.username": "student", "connection.password": "${secret:mydb:password}"},
            "refused the login, or cannot be reached: check the user student "
            "(connection.username) and the password from the key password of the Secret mydb",
        ),
        (
            'PSQLException: FATAL: password authentication failed for user "x"',
            {"database.user": "x", "database.password": "${secret:lab:postgresql-password}"},
            "the login was refused: check the user x (database.user) and the password from the "
            "lab's own credential postgresql-password",
        ),
        (
            "MongoSecurityException: Exception authenticating MongoCredential",
            {"connection.uri": "${secret:mongo:uri}"},
            "the login was refused: check the password from the key uri of the Secret mongo",
        ),
        (
            "SaslAuthenticationException: Authentication failed: Invalid username or password",
            {"user": "${secret:mongo:me}"},
            "check the user from the key me of the Secret mongo (user)",
        ),
    ],
)
def test_a_refused_login_names_the_user_and_where_the_password_stands(
    trace: str, config: dict[str, str], words: str
) -> None:
    of = spec(**config)
    broken = replace(seen(of, "RUNNING", "FAILED"), tasks=(TaskSeen(0, "FAILED", "w", trace),))
    message = step(of, broken).status.message or ""
    assert words in message
    assert trace in message


@pytest.mark.parametrize(
    ("trace", "evolution", "reported"),
    [
        ('ERROR: column "Case Id" of relation "cases" already exists', "basic", True),
        ('ERROR: column "Étape" of relation "cases" already exists', "basic", True),
        ("SQLSyntaxErrorException: Duplicate column name 'Case Id'", "basic", True),
        ('ERROR: column "Case Id" of relation "cases" already exists', "none", False),
        ('ERROR: relation "cases" already exists', "basic", False),
    ],
)
def test_a_column_that_is_made_again_and_again_is_told_with_the_options_that_cure_it(
    trace: str, evolution: str, reported: bool
) -> None:
    of = spec(topics="cases", **{"schema.evolution": evolution})
    broken = replace(seen(of, "RUNNING", "FAILED"), tasks=(TaskSeen(0, "FAILED", "w", trace),))
    message = step(of, broken).status.message or ""
    assert trace in message
    assert ('set quote.identifiers to "true"' in message) is reported
    assert ("csv.column.names: plain" in message) is reported


@pytest.mark.parametrize(
    "trace",
    [
        'PSQLException: FATAL: role "marie" does not exist',
        "PSQLException: The server requested SCRAM-based authentication, but the password is an "
        "empty string.",
        'FATAL: no pg_hba.conf entry for host "10.0.0.1", user "marie", database "x"',
        "MongoCommandException: Command failed with error 18 (AuthenticationFailed)",
        "JedisAccessControlException: WRONGPASS username-password pair is wrong",
        "HttpResponseException: status code: 401 Unauthorized (401)",
        "MqttSecurityException: Bad user name or password",
        "AmazonS3Exception: The AWS Access Key Id does not exist (InvalidAccessKeyId)",
        "ORA-01017: invalid username/password; logon denied",
        "ORA-28000: the account is locked",
        "security_exception: unable to authenticate user [marie] for REST request",
        "SnowflakeSQLException: Incorrect username or password was specified.",
        "AuthenticationException: Provided username marie and/or password are incorrect",
        "The client is unauthorized due to authentication failure.",
        "JMSSecurityException: User name [marie] or password is invalid.",
        "AuthenticationFailureException: ACCESS_REFUSED - Login was refused using PLAIN",
        "SqlNonTransientException: USERNAME AND/OR PASSWORD INVALID",
        "UnauthorizedException: unauthorized access",
        "IOException: Server returned HTTP/1.1 401",
        "UserAuthException: Exhausted available authentication methods",
        "The security token included in the request is invalid (UnrecognizedClientException)",
    ],
)
def test_a_refused_login_is_known_by_the_words_of_many_servers(trace: str) -> None:
    of = spec(**{"connection.password": "${secret:mydb:password}"})
    broken = replace(seen(of, "RUNNING", "FAILED"), tasks=(TaskSeen(0, "FAILED", "w", trace),))
    message = step(of, broken).status.message or ""
    assert "the login was refused: check the password from the key password" in message


@pytest.mark.parametrize(
    "trace",
    [
        'ERROR: relation "role" does not exist',
        "topic weather does not exist",
        "code 4010",
        "HTTP/1.1 4010",
        'FATAL: database "shop" does not exist',
        "ERROR: permission denied for table shop",
        "UnknownHostException: username-and-password-db",
    ],
)
def test_other_words_are_no_refused_login(trace: str) -> None:
    of = spec(**{"connection.password": "${secret:mydb:password}"})
    broken = replace(seen(of, "RUNNING", "FAILED"), tasks=(TaskSeen(0, "FAILED", "w", trace),))
    assert step(of, broken).status.message == f"task 0: {trace}"


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (
            {"errors.deadletterqueue.topic.name": "bad-rows"},
            'set errors.deadletterqueue.topic.replication.factor to "1", or list bad-rows in '
            "spec.kafka.topics",
        ),
        (
            {"topic.creation.default.replication.factor": "3"},
            'set topic.creation.default.replication.factor to "1", or list the topic in',
        ),
    ],
)
@pytest.mark.parametrize(
    "trace",
    [
        "InvalidReplicationFactorException: Unable to replicate the partition 3 time(s): The "
        "target replication factor of 3 cannot be reached because only 1 broker(s) are registered.",
        "InvalidReplicationFactorException: Replication factor: 3 larger than available brokers",
    ],
)
def test_a_topic_with_more_copies_than_brokers_is_told_with_its_option(
    trace: str, config: dict[str, str], words: str
) -> None:
    of = spec(**config)
    broken = replace(seen(of, "RUNNING", "FAILED"), tasks=(TaskSeen(0, "FAILED", "w", trace),))
    assert words in (step(of, broken).status.message or "")


def test_another_fault_is_told_in_the_connectors_own_words() -> None:
    assert step(spec(), seen(spec(), "FAILED")).status.message == "boom"


def test_a_value_that_cannot_be_meant_keeps_the_config_from_being_put() -> None:
    of = spec(uri=REFERENCE)
    found = step(of, None, unfit={"a": "ends in a line end"})
    assert (found.action, found.status.reason) == (None, "ConfigInvalid")
    running = step(of, seen(of, "RUNNING", "RUNNING"), unfit={"a": "ends in a line end"})
    assert running.status.reason is None
