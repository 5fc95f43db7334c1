"""``ports.InfluxDB`` in memory: one database per address, lost with its volume."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from streaminglab_operator.errors import InfluxDBError
from streaminglab_operator.ports import Endpoint, Setup
from tests.fakes.cluster import Writes

TOKENS = ("init", "inject", "producer", "reader", "verify")


@dataclass
class Database:
    """One InfluxDB: who set it up, his password, and its tokens by description."""

    admin_token: str = ""
    password: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    made: int = 0


class FakeInfluxDB:
    """Answers only when its pod is said to be up; refuses a second set-up, as InfluxDB does."""

    def __init__(self, writes: Writes) -> None:
        self.writes = writes
        self.databases: dict[str, Database] = {}
        self.down = False
        self.incarnation = 0

    def lose_volume(self) -> None:
        """The databases are empty again, as after the loss of their volumes."""
        self.databases.clear()
        self.incarnation += 1

    async def is_new(self, at: Endpoint) -> bool:
        return not self._at(at).admin_token

    async def set_up(self, setup: Setup) -> None:
        self.writes.before()
        database = self._at(setup.at)
        if database.admin_token:
            raise InfluxDBError("InfluxDB: POST /api/v2/setup: 422 onboarding already completed")
        database.admin_token, database.password = setup.admin_token, setup.password
        self.writes.after("influxdb set-up")

    async def tokens(self, setup: Setup, lab: str) -> Mapping[str, str]:
        database = self._entered(setup, "orgs")
        tokens = {}
        for name in (*TOKENS, *(("metrics",) if setup.metrics_bucket else ())):
            description = f"{lab}: influxdb-{name}-token"
            more = ", with metrics" if name == "reader" and setup.metrics_bucket else ""
            description += more
            if description not in database.tokens:
                self.writes.before()
                database.made += 1
                database.tokens[description] = f"SECRET-{lab}-{name}-{self.incarnation}{more}"
                self.writes.after(f"influxdb token {name}")
            tokens[f"influxdb-{name}-token"] = database.tokens[description]
        return tokens

    async def set_password(self, setup: Setup) -> None:
        database = self._entered(setup, "me")
        self.writes.before()
        database.password = setup.password
        self.writes.after("influxdb password")

    async def revoke(self, setup: Setup, labs: Sequence[str]) -> None:
        database = self._at(setup.at)
        for lab in labs:
            for description in [d for d in database.tokens if d.startswith(f"{lab}: ")]:
                self.writes.before()
                del database.tokens[description]
                self.writes.after(f"influxdb revoke {description}")

    def _entered(self, setup: Setup, path: str) -> Database:
        database = self._at(setup.at)
        if database.admin_token != setup.admin_token:
            raise InfluxDBError(f"InfluxDB: GET /api/v2/{path}: 401 unauthorized access")
        return database

    def _at(self, at: Endpoint) -> Database:
        if self.down:
            raise InfluxDBError(f"InfluxDB at {at.url} does not answer: ClientConnectorError")
        return self.databases.setdefault(at.url, Database())
