"""A run of the end-to-end tests takes away what killed runs left, and nothing of others."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.leftovers import LABEL, STALE, forget, going_on, left, over

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("STREAMINGLAB_CACHE", str(tmp_path))
    return tmp_path


def namespace(run: str, age: timedelta = MINUTE) -> Mapping[str, Any]:
    made = (NOW - age).strftime("%Y-%m-%dT%H:%M:%SZ")
    labels = {LABEL: run}
    return {"metadata": {"name": f"of-{run}", "creationTimestamp": made, "labels": labels}}


@pytest.mark.parametrize(
    ("run", "age", "ended", "gone"),
    [
        ("mine", MINUTE, False, False),
        ("mine", STALE + MINUTE, True, False),
        ("beside", STALE + MINUTE, False, False),
        ("killed", MINUTE, True, True),
        ("elsewhere", STALE - MINUTE, None, False),
        ("elsewhere", STALE + MINUTE, None, True),
    ],
)
def test_what_nobody_comes_back_for_is_told_from_what_a_run_beside_has(
    run: str, age: timedelta, ended: bool | None, gone: bool
) -> None:
    found = left([namespace(run, age)], "mine", NOW, lambda _: ended)
    assert found == ([f"of-{run}"] if gone else [])


def test_a_run_is_over_when_its_last_process_is() -> None:
    with going_on("a"):
        with going_on("a"):
            assert over("a") is False
        assert over("a") is False
    assert over("a") is True
    assert over("of another machine") is None


def test_locks_are_forgotten_when_their_run_has_nothing_left(cache: Path) -> None:
    for run in ("fresh", "old", "old-and-going-on"):
        with going_on(run):
            pass
    locks = cache / "e2e-runs"
    began = (NOW - STALE - MINUTE).timestamp()
    for path in locks.iterdir():
        stamp = NOW.timestamp() if path.name == "fresh" else began
        os.utime(path, (stamp, stamp))
    with going_on("old-and-going-on"):
        forget(NOW)
    assert {path.name for path in locks.iterdir()} == {"fresh", "old-and-going-on"}
