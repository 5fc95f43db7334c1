"""The metrics in the tests."""

BAD = [
    (
        "metrics-bucket-free",
        "spec.metrics",
        {"metrics": {}, "influxdb": {"bucket": "kafka_metrics"}},
        None,
    ),
]
GOOD_CHANGES = [
    ("metrics in a lab that exists", {"metrics": {"periodSeconds": 60}}, {}),
    ("no metrics any more", {}, {"metrics": {}}),
]
