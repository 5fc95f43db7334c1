"""What the Jobs of a lab do; `init` is the real one, with servers in memory."""

import json
from typing import Any

from streaminglab_base import outcome
from streaminglab_base.errors import JobError
from streaminglab_jobs.config import InitConfig
from streaminglab_jobs.init import alerts, bucket, replication
from streaminglab_jobs.init.topics import Topics
from streaminglab_jobs.init.users import Users
from tests.fakes.api_server import ApiServer
from tests.fakes.controllers import Program
from tests.fakes.fields import Json
from tests.fakes.programs import Programs
from tests.mutations.influxdb import Collections
from tests.mutations.kafka import FakeAdmin

MOST_POINTS = 1000


class RealInit(Programs):
    """``kafka``, ``influxdb``: what `init` has made there; ``told``: its configurations."""

    def __init__(self, server: ApiServer) -> None:
        super().__init__(server)
        self.kafka = FakeAdmin()
        self.influxdb: Collections | None = None

    def table(self) -> dict[str, Program]:
        return super().table() | {"init": self._init}

    def _config(self, pod: Json) -> Json:
        """Ten million points are counted one by one; a thousand of them will do."""
        config = super()._config(pod)
        for key in ("points", "expectedPoints"):
            if key in config:
                config[key] = min(config[key], MOST_POINTS)
        return config

    def _init(self, pod: Json) -> tuple[int, str]:
        settings = InitConfig.model_validate(self._config(pod))
        try:
            done = [*self._in_kafka(settings), *self._in_influxdb(settings)]
        except JobError as error:
            return 1, json.dumps({"message": str(error)})
        words = {"topics": len(settings.topics), "message": "; ".join(done)}
        return 0, outcome.encode(words).decode()

    def _in_kafka(self, settings: InitConfig) -> list[str]:
        topics: Any = Topics(self.kafka)  # type: ignore[arg-type]
        done = [topics.ensure(wanted) for wanted in settings.topics]
        users = Users(self.kafka)  # type: ignore[arg-type]
        return done + [users.ensure(user.name, "SECRET") for user in settings.scram_users]

    def _in_influxdb(self, settings: InitConfig) -> list[str]:
        if settings.influxdb is None:
            return []
        if self.influxdb is None:
            self.influxdb = Collections(settings.influxdb.org)
        client = self.influxdb.client()
        found, words = bucket.ensure(client, settings)
        name = settings.influxdb.bucket
        stream = replication.ensure(client, found, name, settings.replication, "SECRET")
        return [words, stream, alerts.ensure(client, found, settings)]
