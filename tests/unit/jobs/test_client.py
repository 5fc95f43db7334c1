"""influxdb-client against a real server on loopback: what became of a write is never guessed."""

import socket
from collections.abc import Iterator

import pytest

from streaminglab_base.errors import JobError, Unavailable
from streaminglab_jobs.config import Influx
from streaminglab_jobs.influx import client as client_module
from streaminglab_jobs.influx.answers import Refused
from streaminglab_jobs.influx.client import connect
from streaminglab_jobs.influx.http import InfluxHttp
from streaminglab_jobs.influx.query import InfluxQuery
from streaminglab_jobs.influx.write import InfluxWriter, LineWriter
from tests.patience import PATIENCE
from tests.unit.jobs.fakes import HERE
from tests.unit.jobs.influx_server import Server, serving

LINES = b"weather,station=s1 temperature=1 1\nweather,station=s1 temperature=2 2"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server()) as found:
        yield found


def writer(url: str) -> LineWriter:
    return LineWriter(Influx(url=url, org="myorg", bucket="weather"), "s3cret", timeout=PATIENCE)


def test_a_write_is_one_request_with_the_lines_as_they_are(server: Server) -> None:
    server.status, server.body = 204, b""
    writer(server.url)(LINES)
    ((method, path, token),) = server.seen
    assert (method, token) == ("POST", "Token s3cret")
    assert path == "/api/v2/write?org=myorg&bucket=weather&precision=ns"
    assert server.bodies == [LINES]


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_busy_server_leaves_it_unknown_and_is_asked_once(server: Server, status: int) -> None:
    server.status = status
    with pytest.raises(Unavailable, match=str(status)):
        writer(server.url)(LINES)
    assert len(server.seen) == 1


def test_a_lost_answer_leaves_it_unknown_and_nothing_is_sent_twice(server: Server) -> None:
    server.cut = 10
    with pytest.raises(Unavailable):
        writer(server.url)(LINES)
    assert len(server.seen) == 1


def test_a_redirect_does_not_carry_the_token_elsewhere(server: Server) -> None:
    server.status = 307
    with pytest.raises(Refused, match="307"):
        writer(server.url)(LINES)
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_token_fails_at_once_without_being_shown(server: Server, status: int) -> None:
    server.status = status
    with pytest.raises(Refused, match="does not accept this job's token") as error:
        writer(server.url)(LINES)
    assert "s3cret" not in str(error.value)


def test_a_missing_bucket_is_named(server: Server) -> None:
    server.status = 404
    query = InfluxQuery(InfluxHttp(server.url, "s3cret"), "weather")
    with pytest.raises(JobError, match="no bucket 'weather' in organisation 'myorg'"):
        InfluxWriter(writer(server.url), HERE, "weather", query).write_lines(LINES.decode())


def test_a_refusal_is_cut_and_repeats_the_reason(server: Server) -> None:
    server.status, server.body = 400, b'{"message":"unable to parse ' + b"x" * 5000 + b'"}'
    with pytest.raises(Refused, match="unable to parse") as error:
        writer(server.url)(LINES)
    assert len(str(error.value)) < 500


def test_the_writer_works_again_after_a_failure(server: Server) -> None:
    write = writer(server.url)
    server.status = 503
    with pytest.raises(Unavailable):
        write(LINES)
    server.status, server.body = 204, b""
    write(LINES)
    assert len(server.seen) == 2


def test_nobody_there_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="refused"):
        writer("http://127.0.0.1:1")(LINES)


def test_a_silent_server_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        found = connect(url, "t", timeout=0.05)
        with pytest.raises(Unavailable, match="no answer in time"):
            found.buckets_api().find_buckets()
        found.close()


def test_an_answer_without_end_is_not_read(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.body = b'{"buckets": []}' + b" " * client_module.MOST_BYTES
    found = connect(server.url, "t", timeout=PATIENCE)
    with pytest.raises(Unavailable, match="more than"):
        found.buckets_api().find_buckets()
    found.close()


def test_a_list_is_asked_for_below_the_servers_own_path(server: Server) -> None:
    server.body = b'{"buckets": []}'
    found = connect(f"{server.url}/influx/", "s3cret", timeout=PATIENCE)
    assert found.buckets_api().find_buckets(name="a b&c").buckets == []
    found.close()
    ((method, path, token),) = server.seen
    assert (method, token) == ("GET", "Token s3cret")
    assert path == "/influx/api/v2/buckets?name=a+b%26c"


def test_a_proxy_of_the_environment_is_not_asked(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    server.status, server.body = 204, b""
    writer(server.url)(LINES)
    assert len(server.seen) == 1
