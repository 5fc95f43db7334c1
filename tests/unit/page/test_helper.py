"""A process apart: begun when it is needed, ended when not, never in the midst of a question."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from streaminglab_page import helper
from streaminglab_page.helper import Ended, Ending, Helper
from tests.patience import PATIENCE

MODULE = """
import json, os, signal, sys, time
from streaminglab_page.helper import bound, hurry
bound(64 * 2**20)
for line in sys.stdin:
    word = json.loads(line)["do"]
    if word == "end": os.abort()
    if word == "grow": bytearray(2**30)
    if word == "wait": time.sleep(60)
    if word == "burn":
        hurry(0)
        while True: pass
    print(json.dumps({"pid": os.getpid()}), flush=True)
"""


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Helper:
    (tmp_path / "apart.py").write_text(MODULE)
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    return Helper("apart")


async def test_one_process_answers_until_nobody_asks(
    made: Helper, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await made.ask({"do": ""}, PATIENCE)
    assert await made.ask({"do": ""}, PATIENCE) == first
    monkeypatch.setattr(helper, "IDLE_SECONDS", 0.0)
    await made.ask({"do": ""}, PATIENCE)
    await asyncio.sleep(0.1)
    assert await made.ask({"do": ""}, PATIENCE) != first
    await made.close()


async def test_a_question_at_the_very_end_of_its_rest_has_a_process_of_its_own(
    made: Helper,
) -> None:
    first = await made.ask({"do": ""}, PATIENCE)
    made._leave()
    assert await made.ask({"do": ""}, PATIENCE) != first
    await made.close()


@pytest.mark.parametrize(
    ("word", "seconds", "by"),
    [
        ("end", PATIENCE, Ending.FAULT),
        ("grow", PATIENCE, Ending.FAULT),
        ("burn", PATIENCE, Ending.BURNT),
        ("wait", 1, Ending.LATE),
    ],
)
async def test_its_end_says_by_what(
    made: Helper, word: str, seconds: float, by: Ending, monkeypatch: pytest.MonkeyPatch
) -> None:
    # That it has ended is known at once, and by what only when the system has told it.
    monkeypatch.setattr(helper, "END_SECONDS", PATIENCE)
    await made.ask({"do": ""}, PATIENCE)
    with pytest.raises(Ended) as ended:
        await made.ask({"do": word}, seconds)
    assert ended.value.by is by
    assert await made.ask({"do": ""}, PATIENCE)
    await made.close()
