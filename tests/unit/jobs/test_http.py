"""Answers of a real server on loopback, sorted into what passes by itself and what does not."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from streaminglab_base.errors import JobError, Unavailable
from streaminglab_jobs.influx.answers import Refused
from streaminglab_jobs.influx.http import InfluxHttp
from streaminglab_jobs.influx.query import InfluxQuery, NoBucket
from streaminglab_jobs.points import Point
from streaminglab_jobs.producer.health import Health
from tests.patience import PATIENCE
from tests.unit.jobs.influx_server import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server()) as found:
        yield found


@pytest.fixture
def client(server: Server) -> Iterator[InfluxHttp]:
    found = InfluxHttp(server.url, "s3cret", timeout=PATIENCE)
    yield found
    found.close()


def test_the_token_goes_in_the_header_and_json_comes_back(
    server: Server, client: InfluxHttp
) -> None:
    server.body = b'{"buckets": []}'
    assert client.call("GET", "/api/v2/buckets", {"name": "a b"}) == {"buckets": []}
    assert server.seen == [("GET", "/api/v2/buckets?name=a+b", "Token s3cret")]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_is_busy_is_unavailable(
    server: Server, client: InfluxHttp, status: int
) -> None:
    server.status = status
    with pytest.raises(Unavailable, match=str(status)):
        client.call("GET", "/x")


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_token_fails_at_once_without_being_shown(
    server: Server, client: InfluxHttp, status: int
) -> None:
    server.status, server.body = status, b'{"code":"unauthorized","message":"unauthorized access"}'
    with pytest.raises(Refused, match="does not accept this job's token") as error:
        client.call("GET", "/x")
    assert "s3cret" not in str(error.value)


def test_a_refusal_repeats_the_servers_reason(server: Server, client: InfluxHttp) -> None:
    server.status, server.body = 422, b'{"message":"retention policy too short"}'
    with pytest.raises(JobError, match="retention policy too short"):
        client.call("GET", "/x")


def test_the_connection_works_again_after_a_refusal(server: Server, client: InfluxHttp) -> None:
    server.status = 400
    with pytest.raises(Refused):
        client.call("GET", "/x")
    server.status = 200
    assert client.call("GET", "/x") == {}


def test_nobody_there_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="refused"):
        InfluxHttp("http://127.0.0.1:1", "t").call("GET", "/x")


def test_an_answer_that_is_cut_is_unavailable(server: Server, client: InfluxHttp) -> None:
    server.cut = 10
    with pytest.raises(Unavailable):
        client.call("GET", "/x")


def lines(*results: dict[str, Any]) -> bytes:
    return b"".join(json.dumps({"results": [r]}).encode() + b"\n" for r in results)


def test_rows_come_as_points_and_incomplete_ones_as_none(
    server: Server, client: InfluxHttp
) -> None:
    series = {"tags": {"station": "s1"}, "values": [[1, 2, 3.5, 4, 5], [2, 2, None, 4, 5]]}
    without_station = {"tags": {"station": ""}, "values": [[1, 2, 3, 4, 5]]}
    server.body = lines({"series": [series]}, {"series": [without_station]})
    rows = list(InfluxQuery(client, "weather").rows("weather", 0, None))
    assert rows == [("s1", 1, Point("s1", 1, 2.0, 3.5, 4.0, 5.0)), ("s1", 2, None)]
    assert isinstance(rows[0].point and rows[0].point.temperature, float)


def test_an_error_after_some_rows_is_not_taken_for_the_end(
    server: Server, client: InfluxHttp
) -> None:
    series = {"tags": {"station": "s1"}, "values": [[1, 2, 3, 4, 5]]}
    server.body = lines({"series": [series]}, {"error": "timeout"})
    with pytest.raises(Unavailable, match="timeout"):
        list(InfluxQuery(client, "weather").rows("weather", 0, None))


def test_a_missing_bucket_is_told_apart(server: Server, client: InfluxHttp) -> None:
    server.body = lines({"error": "database not found: weather"})
    with pytest.raises(NoBucket, match="'weather'"):
        InfluxQuery(client, "weather").last_times("weather")


def test_names_are_quoted_so_that_none_can_end_the_query(
    server: Server, client: InfluxHttp
) -> None:
    list(InfluxQuery(client, "b").rows('we"ather', 0, 5, ["o'hare\\"]))
    assert "FROM+%22we%5C%22ather%22" in server.seen[0][1]
    assert "%27o%5C%27hare%5C%5C%27" in server.seen[0][1]


@pytest.mark.parametrize(
    ("path", "ready", "status"),
    [("/healthz", False, 503), ("/healthz", True, 200), ("/other", True, 404)],
)
def test_the_health_page_says_whether_both_ends_were_reached(
    path: str, ready: bool, status: int
) -> None:
    health = Health(0)
    health.ready = ready
    client = InfluxHttp(f"http://127.0.0.1:{health.port}", "t", timeout=PATIENCE)
    if status == 200:
        with client.stream("GET", path) as answer:
            assert answer.read() == b"ready\n"
    else:
        with pytest.raises((Unavailable, Refused), match=str(status)):
            client.call("GET", path)
    client.close()
    health.close()


@pytest.mark.parametrize("knows_ipv6", [True, False])
def test_the_health_page_is_on_all_addresses_that_there_are(
    knows_ipv6: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kubelet asks by the pod's address, which may be one of IPv6 alone."""
    monkeypatch.setattr(socket, "has_dualstack_ipv6", lambda: knows_ipv6)
    health = Health(0)
    for address in ("127.0.0.1", *(["::1"] if knows_ipv6 else [])):
        socket.create_connection((address, health.port), timeout=PATIENCE).close()
    health.close()
