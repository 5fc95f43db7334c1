"""The runtime wrapper: what it changes in a container's configuration, and what it leaves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tools.machine import oci_wrapper
from tools.machine.processes import bounding_set, may_set_resources

ALL = (1 << 41) - 1
WITHOUT_RESOURCE = ALL & ~(1 << 24)
WITHOUT_BPF = ALL & ~(1 << 39)
SETS = ("bounding", "effective", "permitted", "inheritable")


def process(*names: str, **more: Any) -> dict[str, Any]:
    """An OCI process that asks for these capabilities in every set."""
    return {"args": ["sh"], "capabilities": {kind: list(names) for kind in SETS}, **more}


def test_sys_resource_goes_from_every_set_where_the_machine_lacks_it() -> None:
    subject = process("CAP_CHOWN", "CAP_SYS_RESOURCE")
    oci_wrapper.fit(subject, WITHOUT_RESOURCE, files=1024)
    assert subject["capabilities"] == {kind: ["CAP_CHOWN"] for kind in SETS}


def test_sys_resource_stays_where_the_machine_has_it() -> None:
    subject = process("CAP_SYS_RESOURCE")
    oci_wrapper.fit(subject, ALL, files=1024)
    assert subject["capabilities"]["bounding"] == ["CAP_SYS_RESOURCE"]


def test_an_administrator_gets_the_capabilities_that_docker_20_does_not_know() -> None:
    subject = process("CAP_SYS_ADMIN")
    oci_wrapper.fit(subject, ALL, files=1024)
    assert set(subject["capabilities"]["effective"]) == {
        "CAP_SYS_ADMIN", "CAP_BPF", "CAP_PERFMON",
    }  # fmt: skip


def test_an_ordinary_container_gets_nothing_more() -> None:
    subject = process("CAP_CHOWN")
    oci_wrapper.fit(subject, ALL, files=1024)
    assert subject["capabilities"]["effective"] == ["CAP_CHOWN"]


def test_a_capability_is_not_given_twice() -> None:
    subject = process("CAP_SYS_ADMIN", "CAP_BPF", "CAP_PERFMON")
    oci_wrapper.fit(subject, ALL, files=1024)
    assert sorted(subject["capabilities"]["bounding"]) == [
        "CAP_BPF", "CAP_PERFMON", "CAP_SYS_ADMIN",
    ]  # fmt: skip


def test_what_the_machine_lacks_is_not_added() -> None:
    subject = process("CAP_SYS_ADMIN")
    oci_wrapper.fit(subject, WITHOUT_BPF, files=1024)
    assert "CAP_BPF" not in subject["capabilities"]["bounding"]
    assert "CAP_PERFMON" in subject["capabilities"]["bounding"]


def test_a_limit_that_nobody_here_may_raise_is_cut_down() -> None:
    limits = [{"type": "RLIMIT_NOFILE", "hard": 1048576, "soft": 1048576}]
    subject = process("CAP_CHOWN", rlimits=limits)
    oci_wrapper.fit(subject, WITHOUT_RESOURCE, files=20000)
    assert subject["rlimits"] == [{"type": "RLIMIT_NOFILE", "hard": 20000, "soft": 20000}]


def test_a_process_without_capabilities_is_left_alone() -> None:
    subject: dict[str, Any] = {"args": ["sh"], "capabilities": None}
    oci_wrapper.fit(subject, WITHOUT_RESOURCE, files=1024)
    assert subject == {"args": ["sh"], "capabilities": None}


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["create", "--bundle", "/b", "id"], "/b/config.json"),
        (["create", "-b", "/b", "id"], "/b/config.json"),
        (["create", "--bundle=/b", "id"], "/b/config.json"),
        (["exec", "--process", "/p.json", "id"], "/p.json"),
        (["exec", "-p", "/p.json", "id"], "/p.json"),
    ],
)
def test_the_file_that_runc_is_about_to_read_is_found(args: list[str], expected: str) -> None:
    assert oci_wrapper.edited_file(["--root", "/r", *args]) == Path(expected)


def test_other_commands_change_no_file() -> None:
    assert oci_wrapper.edited_file(["--root", "/r", "kill", "id", "9"]) is None


def test_a_bundle_s_configuration_is_edited_and_the_rest_of_it_kept(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    whole = {"ociVersion": "1.0.2", "process": process("CAP_SYS_RESOURCE"), "hostname": "node"}
    file.write_text(json.dumps(whole))
    oci_wrapper.rewrite(file, WITHOUT_RESOURCE, files=1024)
    after = json.loads(file.read_text())
    assert after["process"]["capabilities"]["bounding"] == []
    assert (after["ociVersion"], after["hostname"]) == ("1.0.2", "node")


def test_an_exec_s_process_file_is_edited_at_its_top_level(tmp_path: Path) -> None:
    file = tmp_path / "process.json"
    file.write_text(json.dumps(process("CAP_SYS_RESOURCE", "CAP_KILL")))
    oci_wrapper.rewrite(file, WITHOUT_RESOURCE, files=1024)
    assert json.loads(file.read_text())["capabilities"]["permitted"] == ["CAP_KILL"]


def test_wrapper_and_tool_read_the_same_capabilities() -> None:
    assert oci_wrapper.bounding_set() == bounding_set()


def test_the_missing_capability_is_seen_in_a_mask() -> None:
    assert may_set_resources(ALL)
    assert not may_set_resources(WITHOUT_RESOURCE)
