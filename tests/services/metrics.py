"""The metrics in the tests."""

from typing import Any

Part = dict[str, Any]

BAD = [
    (
        "metrics-bucket-free",
        "spec.metrics",
        {"metrics": {}, "influxdb": {"bucket": "kafka_metrics"}},
        None,
    ),
]
GOOD_CHANGES: list[tuple[str, Part, Part]] = [
    ("metrics in a lab that exists", {"metrics": {"periodSeconds": 60}}, {}),
    ("no metrics any more", {}, {"metrics": {}}),
]
