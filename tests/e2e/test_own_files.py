"""A teacher's own notebooks in Jupyter's home: from a ConfigMap and from an archive; solutions only
where the spec says so."""

from __future__ import annotations

import hashlib
import io
import tarfile
from typing import Any

import pytest

from tests.e2e.cluster import Kubectl
from tests.e2e.courses import Course
from tests.e2e.files import URL, serve
from tests.terminal import Terminal
from tools.pages import typed

PAGE = "docs/teacher.md"
MAKE = typed(PAGE, "kubectl create configmap tp1-notebooks")
JUPYTER = "own-jupyter-0"
ARCHIVE = "v1.tar.gz"
SPEC: dict[str, Any] = {"weather": False, "profile": "nano", "kafka": {"brokers": 1}}
CONFIG_MAP = {"name": "tp1", "configMapName": "tp1-notebooks"}


def archive() -> bytes:
    """As a git server makes it: everything is in one folder."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as made:
        for name in ("tp2.ipynb", "data/towns.csv"):
            entry = tarfile.TarInfo(f"course-1a2b3c/{name}")
            entry.size = 2
            made.addfile(entry, io.BytesIO(b"{}"))
    return file.getvalue()


@pytest.fixture(scope="module")
def checksum(kubectl: Kubectl, course_namespace: str) -> str:
    """A small file server in the namespace; the SHA-256 of its archive."""
    content = archive()
    serve(kubectl, course_namespace, {ARCHIVE: content})
    return hashlib.sha256(content).hexdigest()


@pytest.fixture(scope="module")
def lab(kubectl: Kubectl, course_namespace: str) -> Course:
    return Course(kubectl, course_namespace, "own")


def test_files_of_a_config_map_and_an_archive_are_in_the_home_and_no_solution(
    lab: Course, checksum: str, course_terminal: Terminal
) -> None:
    (course_terminal.home / "tp1").mkdir()
    (course_terminal.home / "tp1" / "hello.ipynb").write_text('{"cells": []}')
    course_terminal.type(MAKE)
    files = [CONFIG_MAP, {"name": "course", "url": f"{URL}/{ARCHIVE}", "sha256": checksum}]
    lab.apply({**SPEC, "jupyter": {"files": files}})
    lab.wait("Ready")
    there = lab.shell(JUPYTER, "find ~/tp1 ~/course -type f | sort").split()
    home = "/home/jovyan"
    assert there == [
        f"{home}/course/data/towns.csv",
        f"{home}/course/tp2.ipynb",
        f"{home}/tp1/hello.ipynb",
    ]
    lab.shell(JUPYTER, "echo mine > ~/tp1/hello.ipynb && ! test -e ~/solutions")


def test_a_wrong_checksum_keeps_jupyter_waiting_with_both_values(
    lab: Course, checksum: str
) -> None:
    wrong = {"name": "other", "url": f"{URL}/{ARCHIVE}", "sha256": "0" * 64}
    lab.apply({**SPEC, "jupyter": {"files": [CONFIG_MAP, wrong]}})
    said = lab.until(
        lambda: m if "wrong checksum" in (m := lab.condition("JupyterReady")["message"]) else "",
        "the checksum in JupyterReady",
        180,
    )
    assert "spec.jupyter.files: other" in said
    assert checksum[:20] in said


def test_a_student_keeps_what_he_did_and_solutions_come_when_asked_for(lab: Course) -> None:
    lab.apply({**SPEC, "jupyter": {"files": [CONFIG_MAP], "solutions": True}})
    lab.wait("Ready")
    assert lab.shell(JUPYTER, "cat ~/tp1/hello.ipynb").strip() == "mine"
    solved = lab.shell(JUPYTER, "cd ~/solutions && find . -type f").split()
    assert "./semantics/producer_exactly_once.py" in solved
    assert "./002-kafka.ipynb" in solved
