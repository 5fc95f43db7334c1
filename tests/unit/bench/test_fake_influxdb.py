"""The operator's own client sets the fake InfluxDB up, and finds its tokens again."""

import aiohttp

from bench.fake_influxdb import FakeInfluxDB
from streaminglab_operator.adapters.influxdb import InfluxDBClient
from streaminglab_operator.ports import Setup


async def test_the_operator_can_set_it_up_once_for_each_lab() -> None:
    fake = FakeInfluxDB()
    async with fake.served() as template, aiohttp.ClientSession() as session:
        client = InfluxDBClient(session)
        url = template.format(namespace="ns", lab="meteo")
        setup = Setup(url, "admin", "p", "t", "org", "weather", 3600)
        assert await client.is_new(url)
        await client.set_up(setup)
        assert not await client.is_new(url)
        assert await client.is_new(template.format(namespace="ns", lab="other"))
        tokens = await client.tokens(setup, "meteo")
        assert len(set(tokens.values())) == len(tokens) == 5
        assert await client.tokens(setup, "meteo") == tokens
        assert fake.set_up_labs() == 1
