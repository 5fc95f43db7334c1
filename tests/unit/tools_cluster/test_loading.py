"""Names of images in nodes."""

from __future__ import annotations

import pytest

from tools.cluster.loading import full_name


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("debian", "docker.io/library/debian:latest"),
        ("debian:12", "docker.io/library/debian:12"),
        ("streaminglab/kafka:4.3.1-abc", "docker.io/streaminglab/kafka:4.3.1-abc"),
        ("registry.example/lab/kafka:1", "registry.example/lab/kafka:1"),
        ("localhost/kafka:1", "localhost/kafka:1"),
        ("localhost:5000/kafka", "localhost:5000/kafka:latest"),
        ("a/b@sha256:00", "docker.io/a/b@sha256:00"),
    ],
)
def test_a_name_is_spelled_out_as_containerd_does(short: str, full: str) -> None:
    assert full_name(short) == full
