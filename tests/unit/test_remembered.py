"""What programs said is kept by everything that it depends on."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

from tests import remembered
from tests.remembered import Answers, about, contents
from tools.checks.e2e import ANEW


@pytest.fixture(autouse=True)
def _empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMINGLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv(ANEW, raising=False)
    monkeypatch.setattr(remembered, "COUNTED", Counter())
    about.cache_clear()


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    """A folder with a library that lies elsewhere."""
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "helper.tpl").write_text("one")
    (tmp_path / "chart").mkdir()
    (tmp_path / "chart" / "Chart.yaml").write_text("name: x")
    (tmp_path / "chart" / "library").symlink_to(tmp_path / "library")
    return tmp_path / "chart"


def asked_of(answers: Answers, question: str = "how?") -> int:
    """How often it had to be asked."""
    times: list[str] = []
    for _ in range(2):
        assert answers.to(question, lambda: times.append("") or "so") == "so"  # type: ignore[func-returns-value]
    return len(times)


def test_it_is_asked_once_in_this_run_and_not_in_the_next(chart: Path) -> None:
    assert asked_of(about("helm", "4.1", chart)) == 1
    about.cache_clear()
    assert asked_of(about("helm", "4.1", chart)) == 0


def test_another_question_version_program_or_file_is_asked_anew(chart: Path) -> None:
    assert asked_of(about("helm", "4.1", chart)) == 1
    assert asked_of(about("helm", "4.1", chart), "why?") == 1
    assert asked_of(about("helm", "4.2", chart)) == 1
    assert asked_of(about("other", "4.1", chart)) == 1
    (chart / "values.yaml").write_text("a: 1")
    about.cache_clear()
    assert asked_of(about("helm", "4.1", chart)) == 1


def test_a_library_behind_a_link_is_one_of_the_files(chart: Path) -> None:
    assert contents(chart)["library/helper.tpl"] == b"one"
    assert asked_of(about("helm", "4.1", chart)) == 1
    (chart / "library" / "helper.tpl").write_text("two")
    about.cache_clear()
    assert asked_of(about("helm", "4.1", chart)) == 1


def test_all_is_asked_anew_where_somebody_says_so(
    chart: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asked_of(about("helm", "4.1", chart)) == 1
    monkeypatch.setenv(ANEW, "1")
    assert asked_of(about("helm", "4.1", chart)) == 2


def test_what_fails_to_answer_is_not_kept(chart: Path) -> None:
    def broken() -> str:
        raise FileNotFoundError

    for _ in range(2):
        with pytest.raises(FileNotFoundError):
            about("helm", "4.1", chart).to("how?", broken)
    assert asked_of(about("helm", "4.1", chart)) == 1


def test_what_was_edited_while_it_was_asked_is_not_kept(chart: Path) -> None:
    def edited() -> str:
        (chart / "values.yaml").write_text("a: 1")
        return "of which state?"

    about("helm", "4.1", chart).to("how?", edited)
    (chart / "values.yaml").unlink()
    about.cache_clear()
    assert asked_of(about("helm", "4.1", chart)) == 1


def test_a_program_is_run_once_and_its_code_and_words_are_kept(chart: Path) -> None:
    count = chart.parent / "count"
    program = f"import sys; open({str(count)!r}, 'a').write('x'); sys.exit(sys.stdin.read())"
    for _ in range(2):
        done = about("python", chart).from_run(sys.executable, "-c", program, text="no")
        assert (done.returncode, done.stdout, done.stderr) == (1, "", "no\n")
    assert count.read_text() == "x"


def test_of_old_states_the_newest_are_kept(chart: Path, tmp_path: Path) -> None:
    for number in range(2 * remembered.GENERATIONS):
        asked_of(about("helm", str(number), chart))
    left = list((tmp_path / "cache" / "remembered" / "helm").iterdir())
    assert len(left) == remembered.GENERATIONS
    assert asked_of(about("helm", str(2 * remembered.GENERATIONS - 1), chart)) == 0
