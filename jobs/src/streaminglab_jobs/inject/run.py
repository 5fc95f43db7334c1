"""inject: write simulated weather, seeded, at a rate; resumable at any point, nothing twice."""

import logging

from streaminglab_base import outcome
from streaminglab_base.errors import Stopped
from streaminglab_base.retry import Patience
from streaminglab_base.stopping import Stopping
from streaminglab_jobs import config
from streaminglab_jobs.influx.http import InfluxHttp
from streaminglab_jobs.influx.query import InfluxQuery
from streaminglab_jobs.influx.runs import Begun
from streaminglab_jobs.influx.write import InfluxWriter, LineWriter
from streaminglab_jobs.inject import marker
from streaminglab_jobs.inject.plan import Plan
from streaminglab_jobs.stations import TOWNS
from streaminglab_jobs.weather import Run

log = logging.getLogger(__name__)
FLUSH_SECONDS = 0.5
"""At a low rate points are written this often, so that none waits for a full batch. Not more
often: while the replication sends one write no other should wait behind it, because what it sends
in one go comes twice when Telegraf dies in the middle (docs/jobs.md)."""


class Injection:
    """One run of inject: what is stored already, what is due, what was written."""

    def __init__(
        self,
        settings: config.InjectConfig,
        query: InfluxQuery,
        writer: InfluxWriter,
        stopping: Stopping,
    ) -> None:
        self._settings = settings
        self._query = query
        self._writer = writer
        self._most = max(settings.batch_size, settings.largest_batch)
        self._stopping = stopping
        self._clock = stopping.clock
        self._patience = Patience(stopping)
        self._marked = 0
        self._begun = Begun(0, TOWNS)
        self.found = 0
        self.written = 0

    def run(self) -> None:
        """Write until all points are there. Raises Stopped when asked to end before."""
        plan = self._plan()
        following = self._resume(plan)
        self.found = following
        while plan.total == 0 or following < plan.total:
            self._stopping.check()
            usual = self._settings.batch_size
            self._stopping.sleep(plan.pause(self._clock.time_ns(), following, usual, FLUSH_SECONDS))
            end = plan.due(self._clock.time_ns(), following, self._most)
            batch = [plan.point(i) for i in range(following, end)]
            self.written += self._writer.write(batch, self._patience)
            following = end
            self._renew()
            self._patience.say(f"{following} points are in InfluxDB")

    def _plan(self) -> Plan:
        self._begun = begun = self._patience.insist("InfluxDB", self._marker)
        self._marked = begun.start
        settings = self._settings
        run = Run(begun.start, settings.stations, settings.rate, settings.points, begun.names)
        return Plan(settings.seed, run)

    def _marker(self) -> Begun:
        now = self._clock.time_ns()
        return marker.find_or_write(self._query, self._writer, self._settings, now)

    def _renew(self) -> None:
        now = self._clock.time_ns()
        if now - self._marked < marker.RENEW_AFTER:
            return
        self._patience.insist(
            "InfluxDB", lambda: marker.write(self._writer, self._settings, self._begun, now)
        )
        self._marked = now

    def _resume(self, plan: Plan) -> int:
        """Number of the first point not stored yet; holes just before it are filled."""

        def ask() -> int:
            name = self._settings.measurement
            last = self._query.last_times(name, plan.start - 1)
            following, foreign = plan.first_unwritten(last.items())
            if foreign:
                # They may hide the run's own newest points: look at all that there are.
                rows = self._query.rows(name, plan.start - 1, None)
                following, _ = plan.first_unwritten((r.station, r.time) for r in rows)
            return following

        following = self._patience.insist("InfluxDB", ask)
        if following:
            log.info(f"going on after point {following}: those before are in InfluxDB already")
            # A write cut by a killed InfluxDB may have landed in part; only the newest can.
            tail = [plan.point(i) for i in plan.tail(following, self._most)]
            holes = self._patience.insist("InfluxDB", lambda: self._writer.missing(tail))
            self.written += self._writer.write(holes, self._patience) if holes else 0
        return following


def run(stopping: Stopping) -> int:
    """Run the job; 0 when every point is in InfluxDB."""
    settings = config.load(config.InjectConfig)
    influx = settings.influxdb
    token = config.secret("influxdb-inject-token")
    http = InfluxHttp(influx.url, token, timeout=60)
    query = InfluxQuery(http, influx.bucket)
    writer = InfluxWriter(
        LineWriter(influx, token, timeout=60), influx, settings.measurement, query
    )
    injection = Injection(settings, query, writer, stopping)
    began = stopping.clock.monotonic()
    try:
        injection.run()
    except Stopped:
        _report(injection, stopping.clock.monotonic() - began, "stopped before the end")
        raise
    _report(injection, stopping.clock.monotonic() - began, "done")
    return 0


def _report(injection: Injection, seconds: float, how: str) -> None:
    message = f"{how}: wrote {injection.written} points in {seconds:.1f} s"
    if injection.found:
        message += f", {injection.found} were there before"
    counts = {"written": injection.written, "found": injection.found}
    log.info(message, extra={**counts, "seconds": round(seconds, 3)})
    outcome.write({**counts, "message": message})
