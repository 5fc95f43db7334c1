"""The operator's own client sets the fake InfluxDB up, and finds its tokens again."""

import math
from dataclasses import replace

import aiohttp
import pytest

from bench.fake_influxdb import FakeInfluxDB
from streaminglab_operator.adapters.http import LabHttp
from streaminglab_operator.adapters.influxdb import InfluxDBClient
from streaminglab_operator.names import LabKey
from streaminglab_operator.ports import Endpoint, Setup
from tests.patience import PATIENCE


async def test_the_operator_can_set_it_up_once_for_each_lab() -> None:
    fake = FakeInfluxDB()
    async with fake.served() as template, LabHttp() as http:
        client = InfluxDBClient(http)
        at = Endpoint(template.format(namespace="ns", lab="meteo"), LabKey("ns", "meteo"))
        other = LabKey("ns", "other")
        setup = Setup(at, "admin", "p", "t", "org", "weather", 3600)
        assert await client.is_new(at)
        await client.set_up(setup)
        assert not await client.is_new(at)
        assert await client.is_new(Endpoint(template.format(namespace="ns", lab="other"), other))
        tokens = await client.tokens(setup, "meteo")
        assert len(set(tokens.values())) == len(tokens) == 5
        assert await client.tokens(setup, "meteo") == tokens
        assert fake.set_up_labs() == 1


async def test_a_rotation_ends_the_old_tokens_and_the_old_password() -> None:
    fake = FakeInfluxDB()
    async with fake.served() as template, LabHttp() as http:
        client = InfluxDBClient(http)
        at = Endpoint(template.format(namespace="ns", lab="meteo"), LabKey("ns", "meteo"))
        setup = Setup(at, "admin", "old-password", "t", "org", "weather", 3600)
        await client.set_up(setup)
        old = await client.tokens(setup, "meteo")
        new = await client.tokens(setup, "meteo #1")
        await client.set_password(replace(setup, password="new-password"))
        await client.revoke(setup, ["meteo"])
        assert fake.passwords == {"ns/meteo": "new-password"}
        assert await client.tokens(setup, "meteo #1") == new
        assert not set(old.values()) & set((await client.tokens(setup, "meteo")).values())


async def test_one_lab_may_be_slow_or_silent_beside_others_that_answer_at_once() -> None:
    fake = FakeInfluxDB({"ns/silent": math.inf, "ns/slow": 0.05})
    async with fake.served() as template, aiohttp.ClientSession() as session:

        async def ask(lab: str, seconds: float = PATIENCE) -> int:
            url = template.format(namespace="ns", lab=lab) + "/api/v2/setup"
            async with session.get(url, timeout=aiohttp.ClientTimeout(total=seconds)) as response:
                return response.status

        assert await ask("meteo") == await ask("slow") == 200
        with pytest.raises(TimeoutError):
            await ask("silent", 0.5)
    assert fake.calls == 2
