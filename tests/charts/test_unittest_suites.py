"""The helm-unittest suites that lie beside each chart (charts/*/tests)."""

import pytest

from tests.charts.support import CHARTS, OURS
from tests.remembered import about
from tools.artifacts import get


@pytest.mark.parametrize("chart", OURS)
def test_the_charts_own_suites_pass(chart: str) -> None:
    program = get("helm-unittest")
    asked = about(f"helm-unittest-{chart}", program.name, CHARTS / chart)
    words = ("--strict", f"{CHARTS.name}/{chart}")
    done = asked.from_run(str(program / "bin" / "helm-unittest"), *words)
    assert done.returncode == 0, done.stdout
    assert "Test Suites: 0 passed" not in done.stdout
