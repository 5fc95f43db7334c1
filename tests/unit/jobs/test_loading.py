"""A large import goes without the garbage collector, which is afterwards as it was."""

import gc
from collections.abc import Iterator

import pytest

from streaminglab_jobs.influx.loading import without_collector


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    yield
    gc.enable()


@pytest.mark.parametrize("was_on", [True, False])
def test_it_is_off_inside_and_then_as_before(was_on: bool) -> None:
    (gc.enable if was_on else gc.disable)()
    with without_collector():
        assert not gc.isenabled()
    assert gc.isenabled() is was_on


def test_it_is_on_again_when_the_import_fails() -> None:
    gc.enable()
    with pytest.raises(ImportError), without_collector():
        raise ImportError
    assert gc.isenabled()
