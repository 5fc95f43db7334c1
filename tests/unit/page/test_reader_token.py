"""The page reads InfluxDB as soon as it is set up, and not when the kubelet brings the token."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_page.reader_token import (
    LATER_SECONDS,
    SOON_SECONDS,
    ReaderToken,
    Stored,
    Whose,
)
from tests.unit.page.influx_server import InfluxServer, token
from tests.unit.page.kube_server import KubeServer
from tests.unit.page.page_lab import SECRETS, Answer, Browser, visited
from tests.unit.page.test_parts import listening

READER = "meteo: influxdb-reader-token"
KEY = "influxdb-reader-token"
MOUNTED = SECRETS[KEY]
PASSWORD = SECRETS["influxdb-password"]
WEATHER = 'from(bucket: "weather")'
METRICS = 'from(bucket: "kafka_metrics")'


@pytest.fixture
def influx() -> InfluxServer:
    return InfluxServer()


@pytest.fixture
async def inside(kube: KubeServer, influx: InfluxServer, tmp_path: Path) -> AsyncIterator[Browser]:
    """A browser that is logged in to the page of a lab; the token is not mounted yet."""
    told: dict[str, Any] = {"org": "my org", "bucket": "weather"}
    async with (
        listening(influx) as url,
        visited(tmp_path, kube, influxdb=url, **told, metrics_bucket="kafka_metrics") as browser,
    ):
        (tmp_path / "credentials" / KEY).unlink()
        await browser.log_in()
        yield browser


class Hours:
    """A clock that a test puts forward."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Mounted:
    """What the kubelet has brought so far."""

    def __init__(self, value: str = "", password: str = PASSWORD) -> None:
        self.token, self.password = value, password

    @property
    def stored(self) -> Stored:
        return Stored(lambda: self.token, lambda: ("admin", self.password))


@pytest.fixture
async def made(influx: InfluxServer) -> AsyncIterator[Callable[..., ReaderToken]]:
    """``made(mounted, clock)``: the token of a lab without metrics."""
    async with listening(influx) as url:

        def make(mounted: Mounted, clock: Hours | None = None) -> ReaderToken:
            whose = Whose("meteo", "my org")
            return ReaderToken(url, whose, mounted.stored, clock or Hours())

        yield make


async def query(browser: Browser, flux: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((await send(browser, "/influxdb/query", flux)).text)
    return found


async def send(browser: Browser, path: str, flux: str = "") -> Answer:
    csrf = (await browser.get("/")).csrf
    return await browser.post(path, json={"flux": flux}, headers={"X-CSRF-Token": csrf})


async def test_a_new_lab_is_read_as_soon_as_influxdb_has_the_token(
    inside: Browser, influx: InfluxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streaminglab_page.reader_token.SOON_SECONDS", 0.0)
    assert "not there yet" in (await query(inside, WEATHER))["refused"]
    influx.password = PASSWORD
    assert "not there yet" in (await query(inside, WEATHER))["refused"], "set up, without tokens"
    influx.makes("all-0000", "admin's Token", "weather", "kafka_metrics")
    influx.makes("t-1", f"{READER}, with metrics", "weather", "kafka_metrics")
    assert (await query(inside, WEATHER))["rows"] == [{"_value": "1.5"}]
    looks = influx.count("signin")
    assert (await query(inside, METRICS))["rows"] == [{"_value": "1.5"}]
    assert (influx.count("signin"), influx.sessions) == (looks, set()), "and it has signed out"
    said = "\n".join(inside.reported)
    assert not [s for s in (PASSWORD, "t-1", "all-0000", "session-") if s in said]


async def test_the_button_shows_the_token_that_the_page_reads_with(
    inside: Browser, influx: InfluxServer
) -> None:
    influx.password = PASSWORD
    influx.makes("t-1", f"{READER}, with metrics", "weather")
    answer = await send(inside, f"/credentials/{KEY}")
    assert (answer.status, answer.text) == (200, '{"value": "t-1"}')


async def test_what_was_found_counts_until_the_mounted_one_is_another(
    influx: InfluxServer, made: Callable[..., ReaderToken]
) -> None:
    influx.password = PASSWORD
    influx.makes("t-1", READER)
    mounted, clock = Mounted(), Hours()
    reader = made(mounted, clock)
    assert await reader.now() == "t-1"
    mounted.token = "t-1"
    assert await reader.now() == "t-1"
    mounted.token = "t-2"
    assert await reader.now() == "t-2"
    assert influx.count("signin") == 1


async def test_a_database_whose_volume_was_lost_is_read_by_its_new_token(
    influx: InfluxServer, made: Callable[..., ReaderToken]
) -> None:
    influx.password = PASSWORD
    influx.makes("t-new", READER)
    reader = made(Mounted("t-lost"))
    assert await reader.now() == "t-lost"
    assert await reader.instead_of("t-lost") == "t-new"
    assert await reader.now() == "t-new"


async def test_a_refused_token_is_replaced_within_one_question(
    inside: Browser, influx: InfluxServer, tmp_path: Path
) -> None:
    influx.password = PASSWORD
    influx.makes("t-new", f"{READER}, with metrics", "weather", "kafka_metrics")
    influx.makes(MOUNTED, READER, "weather")
    (tmp_path / "credentials" / KEY).write_text(MOUNTED)
    assert "rows" in await query(inside, WEATHER)
    assert influx.count("signin") == 0, "nothing was wrong with the mounted one"
    assert "rows" in await query(inside, METRICS), "it was made before there were metrics"
    del influx.reads["t-new"]
    assert (await query(inside, WEATHER))["refused"] == "unauthorized access"


async def test_a_mistake_in_a_query_is_no_reason_to_look_again_and_again(
    influx: InfluxServer, made: Callable[..., ReaderToken]
) -> None:
    influx.password = PASSWORD
    influx.makes("t-1", READER)
    clock = Hours()
    reader = made(Mounted("t-1"), clock)
    for seconds, looks in ((0.0, 1), (LATER_SECONDS - 1, 1), (2.0, 2)):
        clock.now += seconds
        assert await reader.instead_of("t-1") == ""
        assert influx.count("signin") == looks
    assert await reader.now() == "t-1"


async def test_a_database_that_is_not_set_up_is_asked_every_two_seconds_at_most(
    influx: InfluxServer, made: Callable[..., ReaderToken]
) -> None:
    clock = Hours()
    reader = made(Mounted(), clock)
    assert [await reader.now() for _ in range(5)] == [""] * 5
    assert influx.count("signin") == 1
    influx.password = PASSWORD
    influx.makes("t-1", READER)
    clock.now += SOON_SECONDS
    assert await reader.now() == "t-1"


@pytest.mark.parametrize("password", ["", "another"])
async def test_who_cannot_sign_in_waits_for_the_mounted_one(
    influx: InfluxServer, made: Callable[..., ReaderToken], password: str
) -> None:
    influx.password = PASSWORD
    influx.makes("t-1", READER)
    mounted = Mounted(password=password)
    reader = made(mounted)
    assert await reader.now() == ""
    assert influx.count("authorizations") == 0
    mounted.token = "t-1"
    assert await reader.now() == "t-1"


@pytest.mark.parametrize(
    ("listed", "newest"),
    [
        ([token("old", f"{READER}", 1), token("new", "meteo #2: influxdb-reader-token", 2)], "new"),
        ([token("new", "meteo #2: influxdb-reader-token", 2), token("old", READER, 1)], "new"),
        ([token("off", READER, 2, status="inactive"), token("on", READER, 1)], "on"),
        ([token("x", "meteo2: influxdb-reader-token"), token("y", f"{READER}s")], ""),
        ([token("x", "my meteo: influxdb-reader-token"), token("a\nb", READER)], ""),
        ([token("more", f"{READER}, with metrics")], "more"),
        (["?", {"description": READER}, token("", READER)], ""),
    ],
)
def test_it_is_the_newest_of_this_lab_that_is_in_force(listed: list[Any], newest: str) -> None:
    assert Whose("meteo", "org").newest({"authorizations": listed}) == newest


def test_in_a_lab_with_metrics_it_is_one_that_reads_them() -> None:
    listed = [token("all", f"{READER}, with metrics", 1), token("weather", READER, 2)]
    assert Whose("meteo", "org", metrics=True).newest({"authorizations": listed}) == "all"


WORDS = st.sampled_from([READER, "active", "authorizations", "token"]) | st.text(max_size=9)
ENTRY = st.dictionaries(
    st.sampled_from(["token", "description", "status", "createdAt"]),
    WORDS | st.none() | st.integers() | st.lists(WORDS, max_size=2),
)


@given(st.none() | WORDS | st.fixed_dictionaries({"authorizations": st.lists(ENTRY) | WORDS}))
def test_whatever_influxdb_lists_it_can_stand_in_a_header(answer: Any) -> None:
    found = Whose("meteo", "org").newest(answer)
    assert found.isascii()
    assert not set("\r\n\0") & set(found)
