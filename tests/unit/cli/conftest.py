"""A stage with one lab that is Ready."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.labs import SECRET, lab
from tests.unit.cli.stage import FakeCluster, Stage, set_up


@pytest.fixture
def stage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Stage:
    return set_up(monkeypatch, capsys, tmp_path, FakeCluster([lab()], values=dict(SECRET)))
