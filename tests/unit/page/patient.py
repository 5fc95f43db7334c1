"""The page with the patience of a test.

What it does apart, it does behind everything else on its node, and answers with what came in time:
a person asks for the rest. A test asks once, and beside other work a process that only begins may
take longer than all of that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from streaminglab_page import helper
from streaminglab_page.helper import Helper
from streaminglab_page.kafka import apart, plain
from streaminglab_page.schemas import decoding, process
from tests.patience import PATIENCE

READER = "streaminglab_page.kafka.child"
PATIENT_READER = "tests.unit.page.kafka.patient_child"


def _helper(module: str, *words: str, **more: Any) -> Helper:
    return Helper(PATIENT_READER if module == READER else module, *words, **more)


@contextmanager
def patient() -> Iterator[None]:
    """Until the end, processes apart have all the time that a test has. What they may have of the
    processor and of memory stays as it is."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(apart, "Helper", _helper)
        for module, name in (
            (helper, "END_SECONDS"),
            (apart, "SECONDS"),
            (apart, "ANSWER_SECONDS"),
            (plain, "SECONDS"),
            (process, "SECONDS"),
            (process, "BEGIN_SECONDS"),
            (decoding, "SECONDS"),
        ):
            patched.setattr(module, name, PATIENCE)
        yield
