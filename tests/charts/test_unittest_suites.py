"""The helm-unittest suites that lie beside each chart (charts/*/tests)."""

import subprocess

import pytest

from tests.charts.support import CHARTS, OURS
from tools.artifacts import get


@pytest.mark.parametrize("chart", OURS)
def test_the_charts_own_suites_pass(chart: str) -> None:
    program = get("helm-unittest") / "bin" / "helm-unittest"
    done = subprocess.run(
        [str(program), "--strict", str(CHARTS / chart)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "Test Suites: 0 passed" not in done.stdout
