"""What is found out before anything is compared: what was injected, and which times still count."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from streaminglab_base.errors import JobError, Unavailable
from streaminglab_base.stopping import Stopping
from streaminglab_jobs.config import VerifyConfig
from streaminglab_jobs.influx.query import InfluxQuery, NoBucket
from streaminglab_jobs.influx.runs import known
from streaminglab_jobs.kafka import clients
from streaminglab_jobs.verify.session import Place, Scope
from streaminglab_jobs.verify.tally import Mine
from streaminglab_jobs.verify.topic import TopicReader
from streaminglab_jobs.verify.window import LATEST, Kept, find_window, injected
from streaminglab_jobs.weather import Run


class Opening:
    """The questions to InfluxDB and Kafka that a comparison begins with."""

    def __init__(
        self,
        settings: VerifyConfig,
        query: InfluxQuery,
        bucket: dict[str, Any] | None,
        places: Mapping[str, Place],
        stopping: Stopping,
    ) -> None:
        self._settings = settings
        self._query = query
        self._bucket = bucket
        self._places = places
        self._stopping = stopping

    def find(self) -> Scope:
        """The times to compare, and which points. Raises Unavailable while there are none."""
        newest = self._newest()
        runs = known(self._query, self._settings.stations, self._settings.rate)
        now = self._stopping.clock.time_ns()
        mine = injected(now, self._bucket, runs)
        window = find_window(now, self._bucket, self._kept(runs, mine), newest)
        measurement = self._settings.measurement
        if newest != LATEST and not self._query.last_times(
            measurement, window.low - 1, window.high
        ):
            raise Unavailable("no point in InfluxDB is old enough to compare yet")
        return Scope(window, self._settings.expected_points, mine)

    def _newest(self) -> int:
        try:
            if self._settings.expected_points:
                return LATEST
            newest = max(self._query.last_times(self._settings.measurement).values(), default=0)
        except NoBucket as error:
            raise JobError(str(error)) from error
        if not newest:
            raise Unavailable("InfluxDB holds no point yet")
        return newest

    def _kept(self, runs: list[Run], mine: Mine) -> Kept:
        if runs:
            oldest = runs[0].start
        else:
            oldest = min(self._query.first_times(self._settings.measurement).values(), default=0)
        topics = {place.topic: self._oldest_record(place, mine) for place in self._places.values()}
        return Kept(oldest, runs[-1].start if runs else 0, topics, runs)

    def _oldest_record(self, place: Place, mine: Mine) -> int:
        reader = TopicReader(place.consumer, place.topic, place.parse, _ignored, mine)
        servers = self._settings.kafka.bootstrap_servers
        return reader.oldest_time(
            self._stopping, partial(clients.topic_retention, servers, place.topic)
        )


def _ignored(*_: object) -> None:
    """What is read here is not compared yet."""
