"""Krew's manifest names one archive a system, as Krew writes systems."""

from __future__ import annotations

import pytest

from tools.plugin import krew


@pytest.mark.parametrize(
    ("system", "machine", "name"),
    [
        ("Linux", "x86_64", "kubectl-slab-linux-amd64.tar.gz"),
        ("Darwin", "arm64", "kubectl-slab-darwin-arm64.tar.gz"),
    ],
)
def test_an_archive_is_named_as_krew_names_systems(system: str, machine: str, name: str) -> None:
    assert krew.archive_name(system, machine) == name


def test_a_manifest_has_what_krew_demands() -> None:
    name = "kubectl-slab-linux-amd64.tar.gz"
    found = krew.manifest("0.1.0", "https://example.org/x/", {name: "ab" * 32})
    assert found["metadata"]["name"] == "slab"
    assert found["spec"]["version"] == "v0.1.0"
    assert found["spec"]["platforms"] == [
        {
            "selector": {"matchLabels": {"os": "linux", "arch": "amd64"}},
            "uri": f"https://example.org/x/{name}",
            "sha256": "ab" * 32,
            "bin": "kubectl-slab",
        }
    ]
    # Krew shows the summary in a table: it refuses none, and cuts what is longer.
    assert len(found["spec"]["shortDescription"]) <= 50
