"""A lab in which every name and every text wants to be more than text."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Sequence
from typing import Any

from aiohttp import web

from streaminglab_page.kafka.child import MEMORY
from streaminglab_page.kafka.view import Disk, Group, Member, Place, Setting
from tests.unit.page.kafka import packed
from tests.unit.page.kafka.mock import Mock
from tests.unit.page.labs import component, condition, endpoint, lab
from tests.unit.page.test_parts import Servers

TAKEN = "taken"
SCRIPT = (
    f'"\'><script>document.title="{TAKEN}"</script>'
    f"<img src=x onerror=\"document.title='{TAKEN}'\">{{{{7*7}}}} javascript:alert(1)"
)
HUGE, ORDERS, PLAIN = "huge", "orders", "constructor"
"""Topics: of thousands of partitions; of hostile messages; with a name that each object has."""
PACKED = "packed"
"""A topic in which one batch unpacks to more than the page may hold, and one to nothing."""
FOLLOWED = "followed"
"""One that is empty until somebody follows it."""
PARTITIONS = {HUGE: 5000, ORDERS: 4, PLAIN: 1, "weather": 2, PACKED: 3, FOLLOWED: 1}
CROWD_OF = 1_000_000
CROWD = "crowd/of?thousands#1%"
MEBI = 2**20
FOREVER = 90_000_000_000_000_000
"""A producer's time: far beyond what a browser has a date for."""
MESSAGES: tuple[tuple[bytes | None, bytes | None], ...] = (
    (SCRIPT.encode(), SCRIPT.encode()),
    (b"json", json.dumps({SCRIPT: [SCRIPT, {"__proto__": SCRIPT}]}).encode()),
    (b"deep", b"[" * 900 + b"1," * 10_000 + b"1" + b"]" * 900),
    (b"deeper", b"[" * 16_000 + b"]" * 16_000),
    (b"large", b"x" * MEBI),
    (b"large binary", os.urandom(MEBI)),
    (b"k" * MEBI, b"a large key"),
    (b"\xff\x00\xfe", b"\x00\x00\x00\x00\x07not a schema"),
    (b"turned", "\u202eabc\u2066\u0000\u009f".encode()),
    (None, None),
)

_Headers = list[tuple[str, str | bytes | None]]


def bomb() -> bytes:
    """A batch of one record that unpacks to far more than the page may hold."""
    return packed.batch(packed.gzip_bomb(2 * MEMORY), packed.GZIP)


def put(mock: Mock) -> None:
    """Everything into the topics."""
    producer = mock.producer
    for key, value in MESSAGES:
        headers: _Headers = [(SCRIPT, SCRIPT.encode()), ("", None), ("\u202ex", b"\xff" * 999)] * 9
        producer.produce(ORDERS, value, key, partition=0, headers=headers)
    producer.produce(ORDERS, b"of no time", b"time", partition=1, timestamp=FOREVER)
    for number in (0, 64, 4999):
        producer.produce(HUGE, f"at {number}".encode(), partition=number)
    producer.produce(PLAIN, b"plain", partition=0)
    assert producer.flush(30) == 0
    mock.put(PACKED, [b"before the bomb", b"right before it"], partition=0)
    packed.put(mock, PACKED, bomb(), 0)
    mock.put(PACKED, [b"behind the bomb"], partition=0)
    packed.put(mock, PACKED, packed.batch(SCRIPT.encode(), packed.UNKNOWN), 1)
    mock.put(PACKED, [b"behind the unknown"], partition=1)


async def groups(_: object, _brokers: Sequence[int], most: int) -> tuple[list[Group], int]:
    """What the brokers tell of groups: librdkafka's mock tells nothing."""
    places: tuple[Place, ...] = tuple((HUGE, number) for number in range(PARTITIONS[HUGE]))
    members = tuple(Member(f"{SCRIPT}-{n}", SCRIPT, SCRIPT, ()) for n in range(2000))
    crowd = Group(CROWD, SCRIPT, (Member("m", SCRIPT, "h", places), *members), {places[0]: 0})
    odd = [Group(name, "Empty", (), {(PLAIN, 0): 2**63 - 1}) for name in ("", "__proto__", SCRIPT)]
    many = [Group(f"group-{n:03}", "Stable", (), {(ORDERS, 0): 0}) for n in range(most)]
    return [*odd, crowd, *many][:most], 3000


async def disk(_: object, places: Collection[Place]) -> Disk:
    """What the brokers tell of their disks, likewise."""
    return Disk({1: 2**60, 2: 0}, dict.fromkeys(places, 7 * MEBI))


async def settings(_: object, *, topic: str = "", broker: int = -1) -> list[Setting]:
    """What differs from the default, likewise."""
    return [Setting(f"{SCRIPT} {topic or broker}", SCRIPT)] * 200


def told() -> dict[str, Any]:
    """The lab, as the Kubernetes API gives it."""
    said = condition("Ready", "False", "Starting", SCRIPT)
    names = ("kafka", "influxdb", "telegraf", "producer", "connect", SCRIPT, "__proto__")
    found = lab(
        phase=SCRIPT,
        conditions=[said, condition(SCRIPT, "True", SCRIPT, SCRIPT * 40)],
        components=[component(name, "0/1", SCRIPT, SCRIPT * 40) for name in names],
        endpoints=[endpoint("kafka", SCRIPT, SCRIPT), endpoint(SCRIPT, "javascript:alert(1)")],
        connectors=[{"name": SCRIPT, "state": SCRIPT, "tasks": SCRIPT, "message": SCRIPT}],
        lastError=SCRIPT,
    )
    found["metadata"]["uid"] = "uid-meteo"
    found["spec"] |= {"exercises": {"set": "000"}}
    return found


_TASK = {"id": 0, "state": "FAILED", "worker_id": SCRIPT, "trace": f"\t{SCRIPT}\n" * 200}
_CONNECTOR = {
    "status": {
        "type": SCRIPT,
        "connector": {"state": "FAILED", "trace": SCRIPT * 500},
        "tasks": [_TASK] * 3,
    },
    "info": {"config": {"connector.class": SCRIPT, "password": "hush"}},
}
_QUOTED = SCRIPT.replace('"', '""')
_ROWS = (
    "#datatype,string,long,dateTime:RFC3339,double,string,string\r\n"
    f',result,table,_time,_value,"{_QUOTED}",constructor\r\n'
)


class HostileServers(Servers):
    """Kafka Connect and InfluxDB."""

    def __init__(self) -> None:
        super().__init__()
        quiet = {"status": {"connector": {"state": "RUNNING"}}}
        self.connectors = {
            **dict.fromkeys((SCRIPT, "..", "__proto__"), _CONNECTOR),
            **{f"connector {n:02}": quiet for n in range(90)},
        }

    async def answer(self, request: web.Request) -> web.Response:
        if request.path == "/connector-plugins":
            return web.json_response([{"class": SCRIPT, "type": SCRIPT, "version": SCRIPT}] * 500)
        if request.path == "/api/v2/checks":
            check = {"id": SCRIPT, "name": SCRIPT, "every": SCRIPT, "lastRunStatus": "failed"}
            return web.json_response({"checks": [{**check, "lastRunError": SCRIPT * 40}] * 200})
        if request.path == "/api/v2/query":
            flux = (await request.json())["query"]
            return web.Response(text=_alerts() if "_level" in flux else _points(flux))
        return await super().answer(request)


def _points(flux: str) -> str:
    """Values that are numbers, and those that are none; of one plot a line that never leaves 0."""
    if "kafka_lag" in flux:
        return _table(["0"] * 20)
    return _table(["NaN", "+Inf", "1e999", "-3", "", "1e308", "-1e308", *("7",) * 200])


def _table(values: Sequence[str]) -> str:
    rows = (
        f',_result,0,2026-11-27T10:{n // 60 % 60:02}:{n % 60:02}Z,{value},"{_QUOTED}",c{n % 9}\r\n'
        for n, value in enumerate(values)
    )
    return f"{_ROWS}{''.join(rows)}"


def _alerts() -> str:
    head = ("_time", "_check_id", "_check_name", "_level", "_message", "_sent")
    row = ("2026-11-27T10:00:00Z", *(f'"{_QUOTED}"',) * 4, "true")
    datatypes = ",".join(["string"] * len(head))
    lines = (f"#datatype,string,long,{datatypes}", f",result,table,{','.join(head)}")
    return "\r\n".join([*lines, *[f",_result,0,{','.join(row)}"] * 200, ""])
