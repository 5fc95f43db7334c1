"""Whatever else a process has loaded, a property is tried with the same examples."""

import sys
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.shell.paths import ROOT


def _examples() -> list[tuple[str, int]]:
    seen: list[tuple[str, int]] = []

    # As in the profile that `make test` uses, whichever was chosen for this run.
    @settings(settings.get_profile("same"), max_examples=200)
    @given(st.text(), st.integers())
    def note(text: str, number: int) -> None:
        seen.append((text, number))

    note()
    return seen


def test_a_module_that_is_loaded_meanwhile_changes_no_example(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = _examples()
    assert len(before) == 200
    more = ModuleType("one_more")
    more.__file__ = str(ROOT / "bench" / "one_more.py")
    monkeypatch.setattr(
        "hypothesis.internal.conjecture.providers.constants_from_module",
        lambda _: pytest.fail("its constants are read"),
    )
    monkeypatch.setitem(sys.modules, more.__name__, more)
    assert _examples() == before
