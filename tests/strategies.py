"""Specs drawn by chance: any that the API admits, and near misses.

The formats come from `api.units`, the same expressions that the CEL rules hold.
"""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from streaminglab_operator.api import parse_spec, validate_spec
from streaminglab_operator.schema import units
from tests.strategies_pods import ODD_AFFINITIES, PODS
from tests.strategies_services import service_parts

Raw = dict[str, Any]

SAFE_KEYS = ("log.retention.hours", "message.max.bytes", "num.io.threads", "log.segment.bytes")
SOME_KEYS = (*SAFE_KEYS, "listeners", "node.id", "controller.x", "log.dirs")
TOPIC_KEYS = ("cleanup.policy", "retention.ms", "max.message.bytes", "segment.bytes")
CONFIG_VALUES = st.from_regex(units.CONFIG_VALUE, fullmatch=True).map(
    lambda text: text[:40].strip()
)
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 3))
SETS = ["000", "001", "002", "003", "004", "006", "007"]


def text_of(pattern: str) -> st.SearchStrategy[str]:
    """Texts of one format of `api.units`."""
    return st.from_regex(pattern, fullmatch=True)


def topic_names() -> st.SearchStrategy[str]:
    """Names legal for Kafka, short and long."""
    return text_of(units.TOPIC).filter(lambda n: n not in {".", ".."} and not n.startswith("__"))


def resources(memory: str = units.MEMORY) -> st.SearchStrategy[Raw]:
    """A `resources` of a component whose memory has this format."""
    return st.fixed_dictionaries(
        {}, optional={"cpu": text_of(units.CPU), "memory": text_of(memory)}
    )


def labels(size: int) -> st.SearchStrategy[str]:
    """DNS labels of at most `size` characters."""
    return text_of(f"[a-z]([-a-z0-9]{{0,{size - 2}}}[a-z0-9])?")


@st.composite
def topics(draw: st.DrawFn, brokers: int) -> Raw:
    """One topic that `brokers` brokers can hold."""
    optional = {
        "partitions": st.integers(1, 64),
        "replicationFactor": st.integers(1, brokers),
        "config": st.dictionaries(st.sampled_from(TOPIC_KEYS), CONFIG_VALUES, max_size=3),
    }
    return draw(st.fixed_dictionaries({"name": topic_names()}, optional=optional))


@st.composite
def chaos(draw: st.DrawFn) -> Raw:
    """A chaos: of random brokers, or by a schedule."""
    down = draw(st.integers(5, 60))
    stops = st.fixed_dictionaries(
        {"broker": st.integers(0, 2), "atSeconds": st.integers(0, 300)},
        optional={"downSeconds": st.integers(5, 300)},
    )
    return {
        "durationSeconds": draw(st.integers(600, 7200)),
        "periodSeconds": draw(st.integers(down + 1, 3600).filter(lambda n: n >= 10)),
        "downSeconds": down,
        "atOnce": draw(st.integers(1, 2)),
        "waitForReplicas": draw(st.booleans()),
        "schedule": draw(st.lists(stops, max_size=4)),
    }


@st.composite
def alerts(draw: st.DrawFn) -> Raw:
    """One alert, with one bound."""
    bound = draw(st.sampled_from(["above", "below"]))
    return draw(
        st.fixed_dictionaries(
            {
                "name": labels(63),
                "field": st.sampled_from(["temperature", "humidity", "pressure", "wind"]),
                bound: NUMBERS,
            },
            optional={"every": text_of(units.INTERVAL)},
        )
    )


@st.composite
def kafkas(draw: st.DrawFn, brokers: int, written: bool) -> Raw:
    """A `spec.kafka`; `written` says that the number of brokers stands in it."""
    optional = {
        "storage": text_of(units.STORAGE),
        "storageClassName": labels(20),
        "topics": st.lists(topics(brokers), max_size=5, unique_by=lambda topic: topic["name"]),
        "config": st.dictionaries(st.sampled_from(SAFE_KEYS), CONFIG_VALUES, max_size=3),
        "resources": resources(units.BROKER_MEMORY),
    }
    fixed = {"brokers": st.just(brokers)} if written else {}
    return draw(st.fixed_dictionaries(fixed, optional=optional))


@st.composite
def specs(draw: st.DrawFn) -> Raw:
    """Any spec that the API admits, as a user writes it (defaults mostly left out)."""
    profile = draw(st.sampled_from(["nano", "standard", "resilience", None]))
    written = draw(st.booleans())
    brokers = draw(st.sampled_from([1, 3])) if written else 3 if profile == "resilience" else 1
    optional: dict[Any, st.SearchStrategy[Any]] = {
        "kafka": kafkas(brokers, written),
        "influxdb": st.fixed_dictionaries(
            {},
            optional={
                "org": text_of(units.INFLUX_NAME).filter(lambda name: len(name) <= 63),
                "bucket": text_of(units.INFLUX_NAME).filter(lambda name: len(name) <= 63),
                "retention": text_of(units.RETENTION),
                "storage": text_of(units.STORAGE),
                "storageClassName": labels(20),
                "alerts": st.lists(alerts(), max_size=4, unique_by=lambda alert: alert["name"]),
                "resources": resources(),
            },
        ),
        "telegraf": st.fixed_dictionaries(
            {},
            optional={
                "topic": topic_names(),
                "alertTopic": topic_names(),
                "resources": resources(),
            },
        ),
        "producer": st.fixed_dictionaries({}, optional={"topic": topic_names()}),
        "inject": st.fixed_dictionaries(
            {},
            optional={
                "stations": st.integers(1, 1000),
                "rate": text_of(units.RATE),
                "points": st.integers(0, 10_000_000),
                "seed": st.integers(0, 2_147_483_647),
            },
        ),
        "retainData": st.booleans(),
        "pods": PODS,
        "exercises": st.fixed_dictionaries({"set": st.sampled_from(SETS)})
        | st.fixed_dictionaries({"configMapName": labels(20)}),
        "suspend": st.booleans(),
    }
    raw: Raw = draw(st.fixed_dictionaries({}, optional=optional))
    if profile:
        raw["profile"] = profile
    if written or brokers == 1 or profile == "resilience":
        raw.setdefault("kafka", {"brokers": brokers} if written else {})
    if draw(st.booleans()):
        raw |= draw(service_parts())
    if "exercises" in raw:
        raw.setdefault("page", {})
    if brokers == 3 and draw(st.booleans()):
        raw["chaos"] = draw(chaos())
    # Two drawn topic names may collide by chance; a rule over the whole spec then refuses it.
    return raw if not validate_spec(parse_spec(raw)) else draw(st.just({}))


def _put(raw: Raw, path: tuple[str, ...], value: Any) -> Raw:
    changed = copy.deepcopy(raw)
    node = changed
    for key in path[:-1]:
        node = node.setdefault(key, {})
    node[path[-1]] = value
    return changed


ODD_TEXT = st.text(st.sampled_from("0179.-_/ smhdwMGiTab\\\n%é"), min_size=1, max_size=8)
ODD_KEYS = ODD_TEXT | st.sampled_from(SOME_KEYS)
LITTLE = st.integers(-1, 70)
TWISTS: tuple[tuple[tuple[str, ...], st.SearchStrategy[Any]], ...] = (
    (("influxdb", "retention"), ODD_TEXT | text_of(units.RETENTION)),
    (("influxdb", "storage"), ODD_TEXT | text_of(units.STORAGE)),
    (("influxdb", "storageClassName"), ODD_TEXT | labels(5)),
    (("influxdb", "org"), ODD_TEXT),
    (("influxdb", "alerts"), st.lists(alerts() | alerts().map(lambda a: a | {"below": 1}))),
    (("inject", "rate"), ODD_TEXT | text_of(units.RATE)),
    (("inject", "stations"), st.sampled_from([0, 1, 1000, 1001])),
    (("inject", "points"), st.sampled_from([-1, 0, 10_000_000, 10_000_001])),
    (("kafka", "brokers"), st.integers(0, 4)),
    (("profile",), st.sampled_from(["nano", "standard", "resilience", "Huge"])),
    (("kafka", "storage"), ODD_TEXT | text_of(units.STORAGE)),
    (("kafka", "storageClassName"), labels(2)),
    (("kafka", "config"), st.dictionaries(ODD_KEYS, ODD_TEXT, max_size=3)),
    (("producer", "topic"), st.sampled_from(["weather", "weather-telegraf", "weather_telegraf",
     "weather.telegraf", "weather-alerts", "__x", ".", "..", "a b"])),
    (("telegraf", "topic"), ODD_TEXT | st.sampled_from(["weather", "weather-alerts"])),
    (("telegraf", "alertTopic"), st.sampled_from(["weather", "weather-alerts", "x"])),
    (("telegraf", "resources"), st.fixed_dictionaries({}, optional={
        "cpu": ODD_TEXT | text_of(units.CPU), "memory": ODD_TEXT | text_of(units.MEMORY)})),
    (("kafka", "topics"), st.lists(st.fixed_dictionaries(
        {"name": st.sampled_from(["weather", "a", "a.b", "a_b", "weather-telegraf"])},
        optional={"partitions": LITTLE, "replicationFactor": st.integers(0, 4)}), max_size=4)),
    (("kafka", "resources"), st.fixed_dictionaries({}, optional={
        "memory": text_of(units.MEMORY)})),
    (("pods", "affinity"), ODD_AFFINITIES),
    (("suspend",), st.booleans()),
    (("exercises",), st.fixed_dictionaries({}, optional={
        "set": st.sampled_from(["000", "005"]), "configMapName": labels(20)})),
    (("page",), st.just({})),
)  # fmt: skip


@st.composite
def near_misses(draw: st.DrawFn, base: st.SearchStrategy[Raw] | None = None) -> Raw:
    """An admissible spec with one to three fields twisted; it may be good or bad after that."""
    raw = draw(base if base is not None else specs())
    for _ in range(draw(st.integers(1, 3))):
        path, values = draw(st.sampled_from(TWISTS))
        raw = _put(raw, path, draw(values))
    return raw


@st.composite
def changes(draw: st.DrawFn) -> tuple[Raw, Raw]:
    """An admissible spec, and what somebody made of it later."""
    old = draw(specs())
    return old, draw(near_misses(st.just(old)))


SOME_TOPICS = st.sampled_from(["weather", "weather-telegraf", "weather-alerts", "a", "b"])


@st.composite
def topic_changes(draw: st.DrawFn) -> tuple[Raw, Raw]:
    """Two specs that differ in topics and in what the lab writes: where the rules are subtle."""
    brokers = draw(st.sampled_from([1, 3]))
    return draw(_topic_spec(brokers)), draw(_topic_spec(brokers))


@st.composite
def _topic_spec(draw: st.DrawFn, brokers: int) -> Raw:
    optional = {"partitions": st.integers(3, 5), "replicationFactor": st.integers(1, brokers)}
    topic = st.fixed_dictionaries({"name": SOME_TOPICS}, optional=optional)
    listed = draw(st.lists(topic, max_size=3, unique_by=lambda one: one["name"]))
    producer, telegraf, alert = draw(st.permutations(["weather", "weather-telegraf", "a", "c"]))[:3]
    return {
        "kafka": {"brokers": brokers, "topics": listed},
        "producer": {"topic": producer},
        "telegraf": {"topic": telegraf, "alertTopic": alert},
    }
