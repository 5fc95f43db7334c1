"""No password gets through in what other programs say."""

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.masking import first_line, masker

PASSWORD = 'p+ss w/rd"1'
PEM = "-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQ\n-----END KEY-----\n"


@pytest.mark.parametrize(
    "form",
    [
        PASSWORD,
        quote(PASSWORD, safe=""),
        json.dumps(PASSWORD),
        base64.b64encode(PASSWORD.encode()).decode(),
    ],
)
def test_a_known_value_is_hidden_in_every_coding(form: str) -> None:
    text = masker([PASSWORD])(f"Exception: could not use {form} for host mongo")
    assert form.strip('"') not in text
    assert text.startswith("Exception: could not use ")
    assert text.endswith(" for host mongo")


def test_a_value_that_ends_with_a_line_break_is_hidden_without_it() -> None:
    assert masker(["geheim\n"])("got geheim.") == "got ***."


def test_the_password_of_an_address_is_hidden_by_itself() -> None:
    mask = masker(["mongodb://u:p%40ssw@mongo:27017/db"])
    assert mask("login with p@ssw or p%40ssw failed") == "login with *** or *** failed"
    assert mask("at mongo:27017") == "at mongo:27017"


def test_every_line_of_a_key_is_hidden() -> None:
    text = masker([PEM])("bad key: MIIEvQIBADANBg kqhkiG9w0BAQ")
    assert "MII" not in text
    assert "kqh" not in text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("url jdbc:postgresql://h/d?user=foo&password=a b,c&ssl=1", "password=***"),
        ('PlainLoginModule required username="u" password="x y";', "password=***"),
        ("Caused by: {connection.password=abc, tasks.max=1}", "connection.password=***"),
        ("mongodb://foo:b@r/z@mongo:27017/db failed", "mongodb://foo:***@mongo:27017/db failed"),
        ('got {"sftp.password": "a\\"b", "x": 1}', '{"sftp.password": "***", "x": 1}'),
        ("API_TOKEN = abc def", "API_TOKEN = ***"),
    ],
)
def test_what_looks_like_a_password_is_hidden_though_nobody_knows_it(text: str, left: str) -> None:
    masked = masker([])(text)
    assert left in masked
    for word in ("abc", "a b", "x y", "b@r", 'a\\"b'):
        assert word not in masked


@pytest.mark.parametrize(
    "text",
    [
        'Missing required configuration "connection.password" which has no default value.',
        "org.postgresql.util.PSQLException: password authentication failed for user dbz",
        "No topic set: mongodb://mongo:27017/db",
    ],
)
def test_words_about_passwords_stay(text: str) -> None:
    assert masker([])(text) == text


def test_a_very_short_value_is_hidden_where_it_stands_alone() -> None:
    assert masker(["1"])("task 1 of 10 failed") == "task *** of 10 failed"


TEXTS = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="*")


@given(st.lists(st.text(TEXTS, min_size=4, max_size=30), min_size=1, max_size=4), st.data())
def test_no_value_survives_wherever_it_stands(secrets: list[str], data: st.DataObject) -> None:
    mask = masker(secrets)
    secret = data.draw(st.sampled_from(secrets))
    before, after = (data.draw(st.text(TEXTS, max_size=20)) for _ in range(2))
    masked = mask(before + secret + after)
    rest = masked.replace("***", "\x00")
    assert not secret.strip() or secret not in rest


def test_a_trace_is_one_line_with_its_last_cause() -> None:
    trace = (
        "org.apache.kafka.connect.errors.ConnectException: Exiting WorkerSinkTask\n"
        "\tat org.apache.kafka.connect.runtime.WorkerSinkTask.put(WorkerSinkTask.java:1)\n"
        "Caused by: java.lang.RuntimeException: wrapper\n\t... 10 more\n"
        "Caused by: com.mongodb.MongoTimeoutException: no server\n\t... 11 more\n"
    )
    assert masker([]).trace(trace) == (
        "org.apache.kafka.connect.errors.ConnectException: Exiting WorkerSinkTask "
        "(cause: com.mongodb.MongoTimeoutException: no server)"
    )


def test_a_line_is_not_too_long_and_never_empty_for_want_of_a_first_one() -> None:
    assert first_line("\n\n  a \t b \nc") == "a b"
    assert len(first_line("x" * 5000)) == 300
    assert first_line("") == ""
