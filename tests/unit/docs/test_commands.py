"""Every command of the documents is run by a test, or has a reason why none does."""

import re
import subprocess
import sys
from importlib import import_module
from inspect import signature
from pathlib import Path

import pytest

from tools.pages import (
    Command,
    calling,
    commands,
    every_command,
    fences,
    in_prose,
    pages,
    put,
    taken,
    typed,
)
from tools.pages.blocks import Fence, commands_of, in_english
from tools.pages.claims import claims, claims_in
from tools.pages.count import count, summary
from tools.pages.excused import Reason, excuses
from tools.shell.paths import ROOT

FRENCH = [page for page in pages() if page.endswith(".fr.md")]
SHORTER = {"README.fr.md"}
"""French pages that are an extract of their English one."""
PLACEHOLDER = re.compile(r"\b[A-Z]+(?:-[A-Z]+)+\b")
OURS = re.compile(r"(?<![\w/.-])(?:charts|crds|examples)/[\w./-]*")
# The documents' `text` is what one sees; the others are files, or programs in a language.
LANGUAGES = {"sh", "console", "text", "yaml", "json", "python", "java", "properties", "sql"}


def test_each_command_has_a_test_or_a_reason() -> None:
    assert [command.place for command in count().unknown] == [], (
        "call tools.pages.typed in the test that runs it, or say why none does in"
        " tests/commands_not_run.yaml"
    )


def test_each_claim_of_a_test_finds_its_command() -> None:
    assert claims()
    assert [claim for claim in claims() if not claim.commands()] == []


def test_each_excuse_is_of_commands_that_are_there_and_that_no_test_runs() -> None:
    run = {command for claim in claims() for command in claim.commands()}
    assert [excuse for excuse in excuses() if not excuse.commands()] == []
    assert [excuse for excuse in excuses() if run & set(excuse.commands())] == []


def test_the_summary_counts_every_command_once() -> None:
    counted = count()
    assert counted.run + sum(counted.excused.values()) == counted.total == len(every_command())
    words = summary(counted)
    assert words.startswith(f"commands of the documents: {counted.total}, run by tests ")
    for reason, number in counted.excused.items():
        assert f"{number} {reason.words}" in words
    assert f"checked without a cluster {counted.checked}, excused" in words
    assert counted.checked > counted.total / 2
    assert "\n" not in words


def test_a_command_of_a_french_page_counts_as_its_english_one() -> None:
    [french] = [c for c in commands("docs/courses/000-weather.fr.md") if "patch" in c.text][:1]
    [english] = in_english(french)
    assert (english.page, english.text) == ("docs/courses/000-weather.md", french.text)
    assert in_english(english) == ()
    [own] = [c for c in commands("README.fr.md") if "VOTRE-POD" in c.text]
    assert in_english(own) == (), "it says something else there"
    assert {french, english}.isdisjoint(count().unknown)


@pytest.mark.parametrize("page", pages())
def test_each_fence_says_what_it_holds(page: str) -> None:
    assert [(f.line, f.language) for f in fences(page) if f.language not in LANGUAGES] == []


@pytest.mark.parametrize("page", FRENCH)
def test_a_french_page_has_the_commands_of_its_english_one_in_the_same_order(page: str) -> None:
    english = [plain(command) for command in commands(page.replace(".fr.md", ".md"))]
    french = [plain(command) for command in commands(page)]
    assert bool(french) is bool(english)
    if page in SHORTER:
        rest = iter(english)
        assert [text for text in french if text not in rest] == [], "missing, or in another order"
    else:
        assert french == english


def plain(command: Command) -> str:
    """A command without the reader's own words, which are in his language."""
    return PLACEHOLDER.sub("OWN", command.text)


def test_the_files_that_commands_name_are_there() -> None:
    named = {(c.place, path) for c in every_command() for path in OURS.findall(c.text)}
    assert named
    # An address of a registry holds such a folder, too.
    found = {(place, path.rstrip("/.")) for place, path in named}
    assert [(place, path) for place, path in found if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("command", calling("make"), ids=lambda command: command.place)
def test_make_knows_what_it_would_do(command: Command) -> None:
    called = re.search(r"\bmake( -s)? [\w-]+( [A-Z]+=\S+)*", command.text)
    assert called
    words = ["make", "-n", *called[0].split()[1:]]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


PROGRAMS = (
    typed("docs/developer.md", ".venv/bin/python -m tests.faults replay"),
    typed("docs/developer.md", ".venv/bin/python -m tests.mutations replay"),
    typed("docs/developer.md", ".venv/bin/python -m tools.charts"),
    typed("docs/faults.md", ".venv/bin/python -m tests.faults run"),
    typed("docs/faults.md", ".venv/bin/python -m tests.faults replay"),
    typed("docs/mutations.md", ".venv/bin/python -m tests.mutations run"),
    typed("docs/mutations.md", ".venv/bin/python -m tests.mutations replay"),
)


@pytest.mark.parametrize("command", PROGRAMS, ids=range(len(PROGRAMS)))
def test_our_own_programs_take_the_words_of_a_page(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their work, which takes minutes or writes files, is left out."""
    _, option, name, *words = command.split()
    assert option == "-m"
    module = import_module(f"{name}.__main__")
    for work in ("run", "replay"):
        monkeypatch.setattr(module, work, _nothing, raising=False)
    monkeypatch.setattr(Path, "write_text", lambda *_, **__: 0)
    monkeypatch.setattr(sys, "argv", [name, *words])
    main = module.main
    assert (main(words) if signature(main).parameters else main()) == 0


async def _nothing(*_: object) -> int:
    return 0


def of(text: str, language: str = "sh") -> list[tuple[int, str]]:
    """Line and text of the commands in a block that begins in line 7."""
    return [(c.line, c.text) for c in commands_of(Fence("page.md", 7, language, text))]


def test_a_command_goes_on_until_its_line_quotes_and_loop_end() -> None:
    text = (
        "a \\\n  b   # said of it\n# a word\n\nc 'x\n  # y'\nwhile read -r n; do\n  d\ndone < f\n"
    )
    assert of(text) == [
        (7, "a \\\n  b"),
        (11, "c 'x\n  # y'"),
        (13, "while read -r n; do\n  d\ndone < f"),
    ]
    assert of("$ make lab\nsaid\n$ ls\n", "console") == [(7, "make lab"), (9, "ls")]
    assert of("ls\n", "text") == []
    with pytest.raises(ValueError, match=r"page.md:7: .* is no whole command"):
        of("echo 'x\n")


def test_whole_commands_of_the_prose_are_found_by_their_lines() -> None:
    found = {(c.page, c.text) for c in in_prose()}
    assert ("docs/access.md", "kubectl port-forward service/meteo-grafana 3000") in found
    assert not [text for _, text in found if "<" in text or "..." in text]
    for command in in_prose():
        line = (ROOT / command.page).read_text().splitlines()[command.line - 1]
        assert command.text.replace("|", "\\|") in line


def test_a_fence_is_found_in_a_list_and_by_its_line() -> None:
    text = "# A\n\n1. say\n\n   ```sh\n   ls\n   ```\n\n```\nf\n```\n"
    assert list(fences("p.md", text)) == [
        Fence("p.md", 6, "sh", "ls\n"),
        Fence("p.md", 10, "", "f\n"),
    ]


def test_a_command_is_found_by_its_beginning_and_must_be_the_only_one() -> None:
    assert taken.typed("docs/teacher.md", "kubectl get slab -A") == "kubectl get slab -A"
    for begin, number in (("kubectl get slabs", 0), ("kubectl get", 3)):
        with pytest.raises(LookupError, match=f"has {number} commands that begin with"):
            taken.typed("docs/teacher.md", begin)


def test_a_readers_word_is_put_in_and_must_be_there() -> None:
    assert put("kubectl logs POD", {"POD": "mine"}) == "kubectl logs mine"
    with pytest.raises(LookupError, match="has no word 'NODE'"):
        put("kubectl logs POD", {"NODE": "mine"})


def test_the_steps_of_a_section_have_their_lines_and_outputs() -> None:
    page = "docs/courses/003-source-of-truth.md"
    steps = taken.section(page, "## Write changes", "## In Java")
    assert all(command in commands(page) for step in steps for command in step.commands)
    assert steps[1].output == "reading clients from 0 on\nat the end of the log: 5\n"
    with pytest.raises(LookupError, match="no commands between"):
        taken.section(page, "## In Java", "## Questions")


SOURCE = """
from tools.pages import typed
PAGE = "docs/teacher.md"
def test():
    typed(PAGE, "kubectl get slab -A")
"""


def test_a_claim_is_a_call_with_texts_that_stand_there() -> None:
    [claim] = claims_in(SOURCE, Path("tests/e2e/test_x.py"))
    assert (claim.tier, claim.line, claim.words) == (
        "e2e",
        5,
        ("docs/teacher.md", "kubectl get slab -A"),
    )
    assert [command.text for command in claim.commands()] == ["kubectl get slab -A"]
    foreign = SOURCE.replace("tools.pages", "somewhere")
    assert list(claims_in(foreign, Path("tests/e2e/test_x.py"))) == []
    for wrong, words in (
        (SOURCE.replace("(PAGE,", "(page(),"), "write out"),
        (SOURCE.replace("PAGE, ", ""), "wants 2"),
    ):
        with pytest.raises(ValueError, match=words):
            list(claims_in(wrong, Path("tests/e2e/test_x.py")))
    gone = SOURCE.replace("slab -A", "slabs")
    [claim] = claims_in(gone, Path("tests/e2e/test_x.py"))
    with pytest.raises(LookupError, match=r"tests/e2e/test_x.py:5: docs/teacher.md has 0"):
        claim.commands()


def test_every_reason_has_words() -> None:
    assert all(reason.words for reason in Reason)
