"""How to come in: addresses, users, keys, and lines that can be pasted without fear."""

import ast
import re
import shlex
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_page.lines import lines
from streaminglab_page.logins import Logins
from streaminglab_page.target import Target
from streaminglab_page.view import Way
from streaminglab_page.ways import safe_url, ways
from tests.unit.page.labs import component, endpoint, lab

OUTSIDE = endpoint("kafka-via-localhost", "localhost:19092,localhost:19093", "after a port-forward")


def found(
    keys: tuple[str, ...] = (), users: dict[str, str] | None = None, **status: Any
) -> dict[str, Way]:
    logins = Logins("meteo-credentials", keys, users or {})
    return {way.name: way for way in ways(lab(**status), logins)}


def test_each_address_is_a_way() -> None:
    all_ways = found()
    assert list(all_ways) == ["kafka", "influxdb", "postgresql", "kafka-ui"]
    assert all_ways["influxdb"].address == "http://influxdb:8086"
    assert all_ways["kafka-ui"].url == "https://meteo-kafka-ui.lab.example.org/"


def test_a_key_belongs_to_the_part_with_the_longest_name() -> None:
    keys = (
        "kafka-ui-password",
        "influxdb-password",
        "influxdb-reader-token",
        "postgresql-password",
    )
    owned = {name: [key.name for key in way.keys] for name, way in found(keys).items()}
    assert owned == {
        "kafka": [],
        "influxdb": ["influxdb-password", "influxdb-reader-token"],
        "postgresql": ["postgresql-password"],
        "kafka-ui": ["kafka-ui-password"],
    }


def test_a_part_that_does_not_answer_yet_has_its_keys_already() -> None:
    way = found(("jupyter-password",), components=[component("jupyter", "0/1", "Starting")])[
        "jupyter"
    ]
    assert (way.address, way.lines) == ("", ())
    assert [key.name for key in way.keys] == ["jupyter-password"]


def test_kafka_asks_for_a_password_from_outside_alone() -> None:
    endpoints = [endpoint("kafka", "kafka:9092"), OUTSIDE]
    all_ways = found(("kafka-password",), {"kafka": "student"}, endpoints=endpoints, urls=[])
    assert (all_ways["kafka"].keys, all_ways["kafka"].user) == ((), "")
    outside = all_ways["kafka-via-localhost"]
    assert ([k.name for k in outside.keys], outside.user) == (["kafka-password"], "student")


def test_who_logs_in_is_said_by_the_spec_or_else_by_the_secret() -> None:
    all_ways = found(("influxdb-password", "postgresql-password"), {"influxdb": "admin"})
    assert all_ways["influxdb"].user == "admin"
    assert all_ways["postgresql"].user == "datamanager"
    assert all_ways["kafka-ui"].user == "student"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example.org/", True),
        ("http://a.example.org:8080/x?y=1", True),
        ("javascript:alert(1)", False),
        ("JAVASCRIPT:alert(1)", False),
        ("data:text/html,<script>", False),
        ("//a.example.org/", False),
        ("https:///x", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_a_link_can_only_open_a_page(url: str, safe: bool) -> None:
    shown = found(urls=[{"name": "kafka-ui", "url": url}])["kafka-ui"].url
    assert shown == safe_url(url) == (url if safe else "")


@pytest.mark.parametrize("name", ["a b", "$(x)", "-x", "A", "", "a/b", "a\n"])
def test_a_name_that_is_none_is_left_out(name: str) -> None:
    assert (
        found(endpoints=[endpoint(name, "a:1")], urls=[{"name": name, "url": "https://a/"}]) == {}
    )


def typed(name: str, address: str, **spec: Any) -> dict[str, str]:
    target = Target("meteo", "user-alice", name, address, {**lab()["spec"], **spec}, "student")
    return {line.tool: line.text for line in lines(target)}


def test_kafka_can_be_read_from_inside() -> None:
    found_lines = typed("kafka", "kafka:9092")
    assert found_lines["kcat"] == "kcat -b kafka:9092 -t weather -C -o -5 -e"
    assert found_lines["kubectl"].startswith("kubectl -n user-alice exec meteo-kafka-0 -- ")
    assert "bootstrap_servers='kafka:9092'" in found_lines["python"]
    assert 'settings.put("bootstrap.servers", "kafka:9092");' in found_lines["java"]
    assert 'partitionsFor("weather")' in found_lines["java"]


def test_kafka_from_outside_needs_a_forward_for_each_broker_and_a_login() -> None:
    found_lines = typed("kafka-via-localhost", "localhost:19092,localhost:19093")
    assert found_lines["kubectl"].splitlines() == [
        "kubectl -n user-alice port-forward pod/meteo-kafka-0 19092",
        "kubectl -n user-alice port-forward pod/meteo-kafka-1 19093",
    ]
    assert "sasl.username=student" in found_lines["kcat"]
    assert "sasl_plain_username='student'" in found_lines["python"]
    assert r"required username=\"student\" password=\"...\";" in found_lines["java"]
    assert "kubectl" not in typed("kafka-via-nodeport", "node.example.org:30092")


@pytest.mark.parametrize(
    ("name", "address", "tool", "line"),
    [
        ("postgresql", "postgresql:5432", "psql", "psql -h postgresql -U datamanager transform"),
        ("mongodb", "mongodb:27017", "mongosh", "mongosh --host mongodb -p -u student defaultdb"),
        ("drop", "drop:2222", "sftp", "sftp -P 2222 student@drop"),
        ("new", "new:1234", "kubectl", "kubectl -n user-alice port-forward service/meteo-new 1234"),
        ("page2", "http://page2:80/x", "curl", "curl -s http://page2:80/x"),
    ],
)
def test_each_part_has_a_line_that_speaks_its_language(
    name: str, address: str, tool: str, line: str
) -> None:
    assert typed(name, address, mongodb={"database": "defaultdb"})[tool] == line


def test_without_a_port_there_is_nothing_to_type() -> None:
    assert typed("new", "somewhere") == {}


JAVA_TEXT = re.compile(r'"(?:\\.|[^"\\\n])*"')
PASTED = st.text(st.sampled_from("ab'\"$`\\;&|\n(){}%! "), max_size=12)


@given(topic=PASTED, bucket=PASTED, org=PASTED, user=PASTED, database=PASTED)
def test_no_word_of_a_spec_becomes_a_command(
    topic: str, bucket: str, org: str, user: str, database: str
) -> None:
    spec: dict[str, Any] = {
        "producer": {"topic": topic},
        "influxdb": {"bucket": bucket, "org": org},
        "postgresql": {"username": user, "database": database},
    }
    for name, address in [
        ("kafka", "kafka:9092"),
        ("kafka-via-nodeport", "node:30092"),
        ("influxdb", "http://influxdb:8086"),
        ("postgresql", "postgresql:5432"),
    ]:
        plain = typed(name, address)
        for tool, line in typed(name, address, **spec).items():
            # The same program, with other texts in it.
            if tool == "python":
                assert shape(line) == shape(plain[tool])
            elif tool == "java":
                assert JAVA_TEXT.sub("", line) == JAVA_TEXT.sub("", plain[tool])
            else:
                assert len(shlex.split(line)) == len(shlex.split(plain[tool]))


def shape(program: str) -> str:
    tree = ast.parse(program)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            node.value = "text"
    return ast.dump(tree)
