"""Maven coordinates and declarations: where a plugin's file is, or why it cannot be fetched."""

import string
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_base.errors import ConfigError
from streaminglab_jobs.plugins import repository
from streaminglab_jobs.plugins.declaration import Plugin, PluginsConfig, source_of
from streaminglab_jobs.plugins.repository import PACKAGINGS, Coordinates, address
from streaminglab_jobs.plugins.repository import coordinates as parse

REPOSITORY = "http://maven.example.org/repository"
WORD = st.text(string.ascii_letters + string.digits + "_-", min_size=1, max_size=12)
DOTTED = st.lists(WORD, min_size=1, max_size=4).map(".".join)
VALID = st.builds(
    Coordinates, DOTTED, DOTTED, DOTTED.filter(lambda v: not v.upper().endswith("-SNAPSHOT")),
    st.sampled_from(PACKAGINGS), WORD,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (
            "org.mongodb.kafka:mongo-kafka-connect:2.0.1",
            "org/mongodb/kafka/mongo-kafka-connect/2.0.1/mongo-kafka-connect-2.0.1.jar",
        ),
        (
            "org.mongodb.kafka:mongo-kafka-connect:2.0.1:jar:all",
            "org/mongodb/kafka/mongo-kafka-connect/2.0.1/mongo-kafka-connect-2.0.1-all.jar",
        ),
        (
            "io.debezium:debezium-connector-postgres:3.6.0.Final:tar.gz:plugin",
            "io/debezium/debezium-connector-postgres/3.6.0.Final/"
            "debezium-connector-postgres-3.6.0.Final-plugin.tar.gz",
        ),
        (
            # What course 004 fetches by wget.
            "org.apache.camel.kafkaconnector:camel-smtp-kafka-connector:0.10.1:tar.gz:package",
            "org/apache/camel/kafkaconnector/camel-smtp-kafka-connector/0.10.1/"
            "camel-smtp-kafka-connector-0.10.1-package.tar.gz",
        ),
    ],
)
def test_coordinates_lead_to_mavens_default_layout(text: str, path: str) -> None:
    assert parse(text).path == path


@given(VALID)
def test_coordinates_are_read_as_they_are_written(found: Coordinates) -> None:
    parts = (found.group, found.artifact, found.version, found.packaging, found.classifier)
    assert parse(":".join(parts)) == found


@given(st.text(string.ascii_letters + "./:\\%?#@ -", max_size=40))
def test_whatever_is_accepted_stays_below_the_repository(text: str) -> None:
    try:
        found = parse(text)
    except ValueError:
        return
    parts = urlsplit(address(REPOSITORY + "/", found))
    assert (parts.netloc, parts.query, parts.fragment) == ("maven.example.org", "", "")
    assert parts.path.startswith("/repository/")
    assert not {"", ".", ".."} & set(parts.path.split("/")[1:])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("org.mongodb.kafka:mongo-kafka-connect", repository.FORM),
        ("a:b:1:jar:x:y", repository.FORM),
        ("a::1", "''"),
        ("a..b:c:1", "'a..b'"),
        ("a:../x:1", "'../x'"),
        ("a:b:1.0-SNAPSHOT", "1.0-SNAPSHOT"),
        ("a:b:1:pom", "'pom'"),
    ],
)
def test_wrong_coordinates_are_told_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=r".+") as caught:
        parse(text)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({}, "either Maven coordinates"),
        ({"maven": "a:b:1", "url": "http://x/y.jar"}, "either Maven coordinates"),
        ({"url": "http://x/y.jar"}, "needs the file's sha512"),
        ({"maven": "a:b"}, repository.FORM),
    ],
)
def test_a_declaration_that_cannot_work_is_refused_in_plain_words(
    declared: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        source_of(Plugin(name="x", **declared), REPOSITORY)
    assert words in str(caught.value)


def test_without_a_repository_the_student_is_told_which_setting_names_one() -> None:
    with pytest.raises(ConfigError, match="set mavenRepository"):
        source_of(Plugin(name="x", maven="a:b:1"), None)


@given(st.text(max_size=40))
def test_the_name_of_a_downloaded_file_is_always_a_plain_one(tail: str) -> None:
    safe = "".join(c for c in tail if not c.isspace() and c not in "\"'\\\x00")
    try:
        plugin = Plugin(name="x", url=f"http://x.example.org/{safe}", sha512="0" * 128)
    except ValueError:
        return
    name = source_of(plugin, None).file_name
    assert name
    assert set(name) <= set(string.ascii_letters + string.digits + "._-")
    assert not name.startswith(".")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "../x", "maven": "a:b:1"},
        {"name": ".staging-x", "maven": "a:b:1"},
        {"name": "x", "url": "file:///etc/passwd", "sha512": "0" * 128},
        {"name": "x", "url": "http://user:password@host/x.jar", "sha512": "0" * 128},
        {"name": "x", "url": "http://host/x.jar", "sha512": "abc"},
        {"name": "x", "maven": "a:b:1", "colour": "red"},
    ],
)
def test_a_declaration_with_a_wrong_field_is_not_even_begun(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        PluginsConfig.model_validate({"plugins": [wrong]})


def test_two_plugins_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two plugins have the name x"):
        PluginsConfig.model_validate({"plugins": [{"name": "x", "maven": "a:b:1"}] * 2})


def test_another_declaration_has_another_digest_and_another_repository_does_not() -> None:
    declared = [
        Plugin(name="x", maven="a:b:1"),
        Plugin(name="x", maven="a:b:2"),
        Plugin(name="x", maven="a:b:1", sha512="0" * 128),
        Plugin(name="x", url="http://x/y.jar", sha512="0" * 128),
    ]
    assert len({plugin.digest for plugin in declared}) == len(declared)
    assert Plugin(name="y", maven="a:b:1").digest == declared[0].digest
