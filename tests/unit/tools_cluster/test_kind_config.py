"""kind's configuration."""

from __future__ import annotations

import json

from tools.cluster.kind import config_text


def test_one_node_is_a_control_plane_alone() -> None:
    assert json.loads(config_text(1, 0))["nodes"] == [{"role": "control-plane"}]


def test_three_nodes_are_one_control_plane_and_two_workers() -> None:
    roles = [node["role"] for node in json.loads(config_text(3, 0))["nodes"]]
    assert roles == ["control-plane", "worker", "worker"]


def test_the_api_server_listens_on_loopback_alone() -> None:
    assert json.loads(config_text(1, 0))["networking"] == {"apiServerAddress": "127.0.0.1"}


def test_a_wanted_port_is_passed_on() -> None:
    assert json.loads(config_text(1, 6443))["networking"]["apiServerPort"] == 6443
