"""A port that is named to a program is nobody else's until the program has it."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import Any

import pytest

from tools.machine.ports import RANGE, first_of, free_port, free_ports
from tools.shell.errors import ToolError
from tools.shell.paths import ROOT

FEW = 4
ANOTHER = f"""
from tools.machine.ports import first_of
print(first_of({FEW}), flush=True)
input()
"""


def test_a_port_is_given_once() -> None:
    chosen = free_ports(100)
    assert len({*chosen}) == 100
    assert {*chosen} < {*RANGE}


def test_all_ports_of_a_row_are_given() -> None:
    first = first_of(FEW)
    with pytest.raises(ToolError, match="no 1 ports in a row are free"):
        first_of(1, range(first, first + FEW))


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.2.7", "", "::1"])
def test_nobody_listens_on_it_at_any_address(address: str) -> None:
    port = free_port()
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, port), family=family):
        code = f"from tools.machine.ports import first_of; first_of(1, range({port}, {port + 1}))"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE, check=False
        )
    assert b"no 1 ports in a row are free" in done.stderr


def test_what_another_process_was_given_is_free_when_it_ends() -> None:
    command = [sys.executable, "-c", ANOTHER]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as another:
        assert another.stdout is not None
        first = int(another.stdout.readline())
        row = range(first, first + FEW)
        with pytest.raises(ToolError):
            first_of(1, row)
        another.communicate("\n")
    assert first_of(1, row) in row
