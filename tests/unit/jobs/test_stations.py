"""Towns spread over the partitions of a topic as Kafka's default partitioner places keys."""

from collections import Counter

import pytest
from confluent_kafka import murmur2

from streaminglab_jobs.points import escape_tag
from streaminglab_jobs.stations import name

MOST_ABOVE_ITS_SHARE = 2


def places(stations: int, partitions: int) -> Counter[int]:
    """Stations by partition. murmur2 of the key, its sign cut off, modulo the partitions."""
    return Counter(murmur2(name(s).encode(), partitions) for s in range(stations))


@pytest.mark.parametrize("partitions", range(1, 13))
def test_no_partition_has_much_more_than_its_share(partitions: int) -> None:
    for stations in range(1, 65):
        most = max(places(stations, partitions).values())
        assert most <= -(-stations // partitions) + MOST_ABOVE_ITS_SHARE, stations


def test_the_partitions_of_a_default_topic_all_have_stations() -> None:
    for stations in range(4, 65):
        spread = places(stations, 4)
        assert len(spread) == 4, stations
        assert max(spread.values()) <= -(-stations // 4) + 1, stations


@pytest.mark.parametrize("partitions", range(1, 13))
def test_a_thousand_stations_are_spread_as_well(partitions: int) -> None:
    spread = places(1000, partitions)
    assert len(spread) == partitions
    assert max(spread.values()) < 1.3 * 1000 / partitions


def test_every_station_has_a_name_of_its_own_that_needs_no_escapes() -> None:
    names = [name(s) for s in range(1000)]
    assert len(set(names)) == 1000
    assert all(n.isascii() and n == escape_tag(n) and n.replace("-", "").isalnum() for n in names)
    assert (names[0], names[64]) == ("Valence", "Valence-2")
