"""What is written into a place: other values, the bounds, and what is beyond them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from streaminglab_operator.api import StreamingLabSpec
from streaminglab_operator.schema.formats import places as formats
from tests.authorities import CITY
from tests.mutations.hostile import TEXTS
from tests.mutations.plan import Sort
from tests.mutations.schema import Place

Value = tuple[Sort, Any]

GOOD: Mapping[str, tuple[str, ...]] = {
    "storage-format": ("3Gi", "100Mi", "99Ti", "999999M"),
    "storage-class-format": ("fast", "a", "x" * 253, "fast.ssd-1"),
    "cpu-format": ("2", "1", "10m", "99999m", "99"),
    "memory-format": ("768Mi", "64Mi", "999Gi", "999999Mi"),
    "broker-memory-format": ("768Mi", "384Mi", "999Gi"),
    "object-name-format": ("others", "a", "x" * 253, "a.b-c"),
    "secret-name-format": ("another", "a", "x" * 253, "a.b-c"),
    "database-name-format": ("others", "_", "x" * 63),
    "user-name-format": ("others", "_", "x" * 32),
    "url-format": ("https://other.example.org/x", "http://a", "https://a/" + "x" * 502),
    "profile-format": ("resilience", "standard", "nano"),
    "proxy-format": ("http://other.example.org:80", "http://a", "http://[2001:db8::1]:65535/"),
    "no-proxy-format": ("*", "a", ".a", "2001:db8::/32", "192.168.1.128"),
    "ca-bundle-format": (CITY, CITY * 2),
    "host-format": (
        "other.example.org",
        "a",
        ("x" * 63 + ".") * 3 + "x" * 61,
        ("x" * 63 + ".") * 3 + "x" * 7,
        ("x" * 63 + ".") * 2 + "x" * 7,
    ),
    "address-format": (
        "node-1.example.org",
        "a",
        "192.168.1.129",
        "2001:db8::1",
        "[2001:db8::1]",
        ("x" * 63 + ".") * 3 + "x" * 61,
    ),
    "alert-name-format": ("storm", "a", "x" * 63),
    "alert-interval-format": ("30s", "1s", "99999h"),
    "influxdb-name-format": ("other", "0", "x" * 63),
    "retention-format": ("48h", "60m", "1h", "999w", "0"),
    "plugin-name-format": ("other", "0", "x" * 63),
    "work-group-format": ("wk2", "0", "x" * 40),
    "plugin-maven-format": ("org.example:other:2.0", "a:b:1", "a:b:1:jar:all"),
    "plugin-sha512-format": ("f" * 128,),
    "files-name-format": ("other", "0", "x" * 63),
    "files-sha256-format": ("f" * 64,),
    "plugin-image-format": (
        "example/other:2.0",
        "a",
        "[2001:db8::1]:5000/a:1",
        "r:5000/a/b@sha256:" + "0" * 64,
    ),
    "connector-class-format": ("org.example.Other", "A", "x" * 253),
    "sftp-key-format": ("ssh-ed25519 BBBB you@laptop", "ssh-rsa AA==", "ssh-rsa A " + "x" * 1014),
    "rate-format": ("250/s", "1/min", "999999/s"),
    "label-key-format": ("pool", "a", "example.org/pool", "x" * 253 + "/" + "y" * 63),
    "label-value-format": ("labs", "0", "", "x" * 63),
    "service-topic-format": ("other", "x" * 249, "A.b-c"),
}
"""By format: an ordinary value first, then what is just allowed."""

BAD: Mapping[str, tuple[str, ...]] = {
    "storage-format": ("99Mi", "0Gi", "1.5Gi", "1 Gi", "1", "-1Gi", "100Ti"),
    "cpu-format": ("0", "9m", "0.5", "100", "1 "),
    "memory-format": ("63Mi", "64M", "0Gi", "1000Gi"),
    "broker-memory-format": ("383Mi", "64Mi", "1000Gi"),
    "retention-format": ("59m", "0h", "7 days", "-1h", "10000d"),
    "alert-interval-format": ("0s", "1d", "100000s"),
    "rate-format": ("0/s", "1/h", "1000000/s"),
    "host-format": ("A.b", "a..b", "-a", "x" * 64, "a_b", "*.example.org", "a.1"),
    "profile-format": ("Nano", "a_b", "0a"),
    "proxy-format": ("https://a", "http://u:p@a:1", "http://a:0", "http://a/b", "a:3128"),
    "no-proxy-format": ("", "a b", "*.a", "a,b", "http://a"),
    "ca-bundle-format": ("", "MIIB", CITY.replace("CERTIFICATE", "PRIVATE KEY"), f"#\n{CITY}"),
    "address-format": ("A.b", "a..b", "-a", "x" * 64, "a_b", "1.2.3.256", "::1%1", "a:9"),
    "user-name-format": ("Admin", "0a"),
    "plugin-sha512-format": ("F" * 128, "0" * 127),
    "files-sha256-format": ("F" * 64, "0" * 63),
    "label-key-format": ("a/b/c", "-a", "/a", "A.org/b"),
    "label-value-format": ("-a", "a b", "a/b"),
    "plugin-maven-format": ("a:b", "a:b:c:d:e:f"),
}
"""By format: what is just not allowed."""

FREE: Mapping[str, tuple[str, ...]] = {
    "spec.kafka.topics[].name": ("others", "a", "x" * 249),
    "spec.kafka.topics[].config{}": ("7200000", "", "~"),
    "spec.kafka.config{}": ("12", "", "~", "x" * 512),
    "spec.connect.config{}": ("7000", "", "~", "x" * 512),
    "spec.connect.connectors[].config{}": ("other", "", "x" * 2048),
    "spec.telegraf.topic": ("others", "a", "x" * 249),
    "spec.telegraf.alertTopic": ("others", "a", "x" * 249),
    "spec.producer.topic": ("others", "a", "x" * 249),
    "spec.pods.nodeSelector{}": ("labs", "", "x" * 63),
    "spec.pods.labels{}": ("class-b", "", "x" * 63),
    "spec.pods.annotations{}": ("no", "", "x" * 1024),
    "spec.access.ingress.annotations{}": ("meteo-page", "", "x" * 1024),
}
"""Of texts without a format."""

NUMBERS = (40.5, 0, -273.15, 1e-300, 1.7e308)
NO_NUMBERS = (float("inf"), float("nan"))
WRONG: Mapping[str, tuple[Any, ...]] = {
    "string": (7, True, ["x"], {"x": "y"}),
    "integer": ("3", 1.5, True, [3], {}, 2**63, 2**64, -(2**63) - 1),
    "number": ("3", True, [3], {}),
    "boolean": ("true", 1, "yes", [], {}),
    "array": ("x", 3, {"0": "x"}, {}),
    "object": ("x", 3, [], ["x"]),
}
"""By type of the schema: values of other types."""


_EVERYWHERE = ("cpu-format", "memory-format", "storage-format", "storage-class-format")
"""Formats of which every service has a field: what is just allowed is tried of the first one."""


@cache
def first_with() -> Mapping[str, str]:
    """By format, the first place that has it."""
    found: dict[str, str] = {}
    for place, word in format_of().items():
        found.setdefault(word, place)
    return found


@cache
def format_of() -> Mapping[str, str]:
    """By place, the format that its text must have."""
    return {place: found.id for found, place in formats(StreamingLabSpec, "spec")}


def values(place: Place, now: Any) -> Iterator[Value]:
    """What one place that now holds ``now`` is set to."""
    # To Python, True is 1: what would be written is what is there.
    yield from (("bad", value) for value in WRONG[place.type] if value != now)
    if place.sort == "leaf":
        yield from _leaf(place, now)


def _leaf(place: Place, now: Any) -> Iterator[Value]:
    schema = place.schema
    if "enum" in schema:
        yield from (("valid", value) for value in schema["enum"] if value != now)
        others = ("other", "", "Standard") if place.type == "string" else (2, 0)
        yield from (("bad", value) for value in others)
    elif place.type == "boolean":
        yield "valid", not now
    elif place.type == "integer":
        yield from _integers(schema["minimum"], schema["maximum"], now)
    elif place.type == "number":
        yield from (("valid" if i == 0 else "boundary", n) for i, n in enumerate(NUMBERS))
        yield from (("bad", n) for n in NO_NUMBERS)
    else:
        yield from _texts(place, now)
    if place.type == "string":
        yield from (("hostile", text) for text in TEXTS if text != now)


def _integers(least: int, most: int, now: int) -> Iterator[Value]:
    other = min(now + 1, most) if now < most else now - 1
    yield "valid", other
    yield from (("boundary", n) for n in (least, most) if n not in (now, other))
    yield from (("bad", n) for n in (least - 1, most + 1))


def _texts(place: Place, now: str) -> Iterator[Value]:
    word = format_of().get(place.path, "")
    good = GOOD[word] if word else FREE[place.path]
    longest = place.schema["maxLength"]
    if word in _EVERYWHERE and first_with()[word] != place.path:
        good = good[:1]
    fitting = [text for text in good if text != now and len(text) <= longest]
    yield from (("valid" if i == 0 else "boundary", text) for i, text in enumerate(fitting))
    yield from (("bad", text) for text in BAD.get(word, ()))
    yield "bad", "x" * (longest + 1)
    if place.schema.get("minLength"):
        yield "bad", ""
