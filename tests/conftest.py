"""What all tests share: random examples, how long they may take, and that none leaves the log of
the process otherwise than it found it.

How long an example takes is no test, and neither is how long it takes to make it up. ``make test``
tries the same examples each time, so that what it says of a commit is so tomorrow too;
``make test-search`` tries many others at each run.
"""

import gc
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from tests.remembered import COUNTED
from tools.checks.e2e import NOT_LONG, by_file

SAME = "same"
SLOW = [HealthCheck.too_slow]
settings.register_profile(SAME, deadline=None, derandomize=True, suppress_health_check=SLOW)
settings.register_profile("search", deadline=None, max_examples=3000, suppress_health_check=SLOW)
settings.load_profile(SAME)

_of_modules = providers._get_local_constants


def _constants() -> Constants:
    """Hypothesis takes constants of our modules into its examples: of those that are loaded. Which
    are, is up to what else was collected, and to what ran before in the same process. No setting
    says so: https://github.com/HypothesisWorks/hypothesis has it in the providers alone."""
    if settings.get_current_profile_name() == SAME:
        return Constants()
    return _of_modules()


pytest.MonkeyPatch().setattr(providers, "_get_local_constants", _constants)


def pytest_collection_finish() -> None:
    """What was loaded stays until the end: to walk over it again and again was a fifth of the time
    of a component test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


LEFT_OUT: set[str] = set()
"""Tests that were collected and are not asked for."""


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    LEFT_OUT.update(item.nodeid for item in items)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells what xdist does not: what it left out, and how many answers were kept."""
    if (said := getattr(session.config, "workeroutput", None)) is not None:
        said["left_out"], said["remembered"] = sorted(LEFT_OUT), dict(COUNTED)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    said = getattr(node, "workeroutput", {})
    LEFT_OUT.update(said.get("left_out", ()))
    COUNTED.update(said.get("remembered", {}))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if COUNTED:
        kept, asked = COUNTED["kept"], COUNTED["asked"]
        terminalreporter.write_line(f"answers of programs: {kept} kept from before, {asked} asked")
    if LEFT_OUT and config.option.markexpr == NOT_LONG:
        files = by_file(Counter(each.split("::")[0] for each in LEFT_OUT))
        terminalreporter.write_line(f"left out, as long: {len(LEFT_OUT)} test(s){files}")


@pytest.fixture(autouse=True)
def _log_as_it_was() -> Iterator[None]:
    """A program that a test starts sets up the log of the whole process. What came after it in the
    same process, which is another test at each run, would then see no line, or each twice."""
    root = logging.getLogger()
    ours, level, handlers = structlog.get_config(), root.level, list(root.handlers)
    disabled = root.manager.disable
    yield
    structlog.configure(**ours)
    root.setLevel(level)
    root.handlers = handlers
    logging.disable(disabled)
