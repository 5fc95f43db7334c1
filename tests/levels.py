"""Which tests a level leaves to each night (pyproject.toml, the marker ``long``)."""

from __future__ import annotations

from typing import Any

import pytest


def long_but_first(parts: int) -> list[Any]:
    """The parts of a sample for ``parametrize``: each shows the same of other cases, and one of
    them is tried at each commit."""
    return [pytest.param(part, marks=[pytest.mark.long] if part else []) for part in range(parts)]
