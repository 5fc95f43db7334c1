"""The documents say what is so: links lead somewhere, commands exist, versions agree."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from streaminglab_operator import __version__
from tools.artifacts.versions import pin

ROOT = Path(__file__).resolve().parents[3]
LINK = re.compile(r"!?\[[^\]\n]*\]\(([^()\s]+)\)")
FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"\bmake(?: -s)? ([a-z][a-z0-9-]*[a-z0-9])\b")
IN_CODE = re.compile(r"^ *```.*?^ *```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
THEIRS = {"liveconnect", "liveconnect-down"}
"""Of course 004's own Makefile, which pages quote."""
TARGET = re.compile(r"^([a-z][a-z0-9%-]*):", re.MULTILINE)
# Not of a machine: the homes inside our images, jovyan's in jupyter and student's in toolbox.
OUR_HOMES = r"(?!home/(?:jovyan|student)\b)"
MACHINE_PATH = re.compile(rf"(?<![\w.}}~-])/{OUR_HOMES}(?:work|root|home|Users|mnt)/[\w.-]+")


def listed(*patterns: str) -> list[str]:
    """Files of the repository, new ones included and ignored ones not."""
    found = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    return sorted({name for name in found if (ROOT / name).is_file()})


DOCUMENTS = listed("*.md")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def anchors(path: Path) -> frozenset[str]:
    """What GitHub makes of a document's headings."""
    prose = FENCE.sub("", path.read_text(encoding="utf-8"))
    heads = re.findall(r"^#{1,6} +(.+?) *$", prose, re.MULTILINE)
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", head) for head in heads)
    return frozenset(re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in plain)


def broken_links(name: str) -> list[str]:
    """Relative links of a document that lead nowhere."""
    here = ROOT / name
    broken = []
    for link in LINK.findall(FENCE.sub("", text_of(name))):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (here.parent / file).resolve() if file else here
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    return broken


def targets() -> set[str]:
    """Targets of the Makefile; one with % stands for all that begin so."""
    return set(TARGET.findall(text_of("Makefile")))


def unknown_commands(name: str) -> list[str]:
    """`make X` in a document's code where the Makefile has no X."""
    known = targets() | THEIRS
    prefixes = tuple(t.removesuffix("%") for t in known if t.endswith("%"))
    code = "\n".join(IN_CODE.findall(text_of(name)))
    return [t for t in MAKE.findall(code) if t not in known and not t.startswith(prefixes or "\0")]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_relative_link_leads_to_a_file_and_a_heading(name: str) -> None:
    assert broken_links(name) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_command_exists(name: str) -> None:
    assert unknown_commands(name) == []


def test_continuous_integration_calls_only_commands_that_exist() -> None:
    called = MAKE.findall(text_of(".github/workflows/ci.yml") + text_of(".ci/run"))
    assert "test" in called
    assert set(called) <= targets()


@pytest.mark.parametrize("name", [*DOCUMENTS, *listed("*.yaml", "*.yml", "*.toml", "Makefile")])
def test_no_path_of_one_machine_is_written_down(name: str) -> None:
    assert MACHINE_PATH.findall(text_of(name)) == []


def test_the_newest_version_in_the_changelog_is_that_of_the_operator() -> None:
    versions = re.findall(r"^## \[([0-9][^\]]*)\]", text_of("CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == __version__


def test_the_oldest_kubernetes_of_the_administrators_page_is_that_of_every_chart() -> None:
    (oldest,) = re.findall(r"^You need Kubernetes (\S+) or newer", text_of("docs/admin.md"), re.M)
    assert pin("go", "kubernetes-oldest").startswith(f"{oldest}.")
    charts = listed("charts/*/Chart.yaml")
    said = {re.findall("^kubeVersion: .*$", text_of(name), re.M)[0] for name in charts}
    assert said == {f'kubeVersion: ">={oldest}.0-0"'}


def test_every_document_of_the_docs_folder_can_be_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    todo = [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        seen.add(page)
        links = LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
        local = [link.partition("#")[0] for link in links if not re.match(r"[a-z]+:", link)]
        found = {(page.parent / file).resolve() for file in local if file.endswith(".md")}
        todo += [path for path in found - seen if path.is_file() and path not in todo]
    lost = {name for name in DOCUMENTS if name.startswith("docs/") and ROOT / name not in seen}
    assert lost == set()


def test_the_checks_themselves_see_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Makefile").write_text("lab: venv\nbench-%:\n")
    (tmp_path / "bad.md").write_text(
        "# One head\n[a](gone.md) [b](#no-head) [c](#one-head) `make nothing` `make bench-p1`\n"
    )
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    assert broken_links("bad.md") == ["gone.md", "#no-head"]
    assert unknown_commands("bad.md") == ["nothing"]
    assert MACHINE_PATH.findall("in /home/x/y and ~/home and docs/home/x") == ["/home/x"]


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if re.search(r"decisions/\d", name)])
def test_a_decision_is_in_the_list_by_its_title_and_says_more_than_that(name: str) -> None:
    title, *text = text_of(name).splitlines()
    number, _, words = title.removeprefix("# ").partition(". ")
    assert f"| [{number}]({Path(name).name}) | {words} |" in text_of("docs/decisions/README.md")
    assert len([line for line in text if line]) >= 10
