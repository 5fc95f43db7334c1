"""kind's configuration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tools.cluster import audit
from tools.cluster.kind import config_text
from tools.lab.stage import OPERATOR, OPERATOR_NAMESPACE

POLICY = Path("/state/audit-policy.yaml")


def config(nodes: int, port: int = 0) -> dict[str, Any]:
    """kind's configuration, read."""
    found: dict[str, Any] = json.loads(config_text(nodes, port, POLICY))
    return found


def test_one_node_is_a_control_plane_alone() -> None:
    assert [node["role"] for node in config(1)["nodes"]] == ["control-plane"]


def test_three_nodes_are_one_control_plane_and_two_workers() -> None:
    roles = [node["role"] for node in config(3)["nodes"]]
    assert roles == ["control-plane", "worker", "worker"]


def test_the_api_server_listens_on_loopback_alone() -> None:
    assert config(1)["networking"] == {"apiServerAddress": "127.0.0.1"}


def test_a_wanted_port_is_passed_on() -> None:
    assert config(1, 6443)["networking"]["apiServerPort"] == 6443


def test_only_the_control_plane_has_an_audit_log_and_it_is_bounded() -> None:
    first, *others = config(3)["nodes"]
    assert others == [{"role": "worker"}] * 2
    (mount,) = first["extraMounts"]
    assert mount == {
        "hostPath": str(POLICY), "containerPath": audit.POLICY_FILE, "readOnly": True
    }  # fmt: skip
    server = json.loads(first["kubeadmConfigPatches"][0])["apiServer"]
    arguments = server["extraArgs"]
    assert arguments["audit-policy-file"] == audit.POLICY_FILE
    assert int(arguments["audit-log-maxsize"]) * (int(arguments["audit-log-maxbackup"]) + 1) <= 256
    assert {v["mountPath"]: v["readOnly"] for v in server["extraVolumes"]} == {
        audit.FOLDER: True,
        audit.LOG_FOLDER: False,
    }
    assert audit.LOG_FILE.startswith(f"{audit.LOG_FOLDER}/")


def test_the_log_holds_metadata_of_the_operator_and_of_who_reads_labs_alone() -> None:
    policy = json.loads(audit.policy_text())
    assert policy["apiVersion"] == "audit.k8s.io/v1"
    *logged, rest = policy["rules"]
    assert rest == {"level": "None"}
    assert {rule["level"] for rule in logged} == {"Metadata"}
    account = f"system:serviceaccount:{OPERATOR_NAMESPACE}:{OPERATOR}"
    assert logged[0]["users"] == [audit.OPERATOR] == [account]
    assert logged[1]["resources"] == [{"group": "streaminglab.dev"}]


class _Node:
    """A Docker whose one node has these files in its log's folder."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = files

    def run(self, *words: str, check: bool = True) -> str:
        if "cat" in words:
            return self.files[words[-1].rpartition("/")[2]]
        return "\n".join(self.files)


def test_the_log_is_read_from_its_oldest_file_on() -> None:
    files = {
        "audit.log": '{"n": 3}',
        "audit-2026-01-02T00-00-00.000.log": '{"n": 2}',
        "audit-2026-01-01T00-00-00.000.log": '{"n": 0}\n{"n": 1}',
    }
    node: Any = _Node(files)
    assert [entry["n"] for entry in audit.entries(node, "control-plane")] == [0, 1, 2, 3]
    bare: Any = _Node({})
    assert list(audit.entries(bare, "control-plane")) == []
