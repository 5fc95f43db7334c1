"""Fixtures of the chart tests."""

from pathlib import Path

import pytest
import yaml

from tests.charts.support import OURS, Case, cases
from tools.shell.paths import ROOT


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with a `case` argument runs for every chart with every set of values.

    A module about pods says so by CASES_OF = WITH_PODS.
    """
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", cases(getattr(metafunc.module, "CASES_OF", OURS)), ids=str)


@pytest.fixture
def values_file(case: Case) -> list[str]:
    """Helm's arguments for the case's values."""
    return ["-f", str(case.values)] if case.values else []


@pytest.fixture(scope="session")
def kube_schemas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of strict schemas of every Kubernetes kind, the Gateway API's, and ours."""
    return schemas(tmp_path_factory.mktemp("schemas"), "kubernetes")


@pytest.fixture(scope="session")
def oldest_schemas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same of the oldest Kubernetes that the charts may be installed in."""
    return schemas(tmp_path_factory.mktemp("schemas"), "kubernetes-oldest")


def schemas(target: Path, pinned: str) -> Path:
    from tools.charts.kube_schemas import gateway_crds, swagger, write_crd, write_kinds

    assert write_kinds(swagger(target / "go.log", pinned), target) > 100
    ours = [yaml.safe_load(path.read_text()) for path in sorted((ROOT / "crds").glob("*.yaml"))]
    for crd in [*gateway_crds(target / "go.log"), *ours]:
        write_crd(crd, target)
    return target
