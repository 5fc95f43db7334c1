"""What CONTRIBUTING.md says of files is so: how large they are, and which ones are generated."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from tools.generate.outputs import outputs

ROOT = Path(__file__).resolve().parents[3]
PARTS = ("operator", "jobs", "cli", "images", "tools")


def sources(*parts: str) -> list[Path]:
    """The Python of some parts, new files included."""
    found = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *parts],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    paths = [ROOT / name for name in found if name.endswith(".py")]
    return sorted({path for path in paths if path.is_file()})


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function with its number of lines, from its ``def`` on."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            name = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
            yield name, (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("part", PARTS)
def test_the_median_file_has_at_most_120_lines_and_none_over_400(part: str) -> None:
    sizes = {str(path.relative_to(ROOT)): lines_of(path) for path in sources(part)}
    assert median(sizes.values()) <= 120
    assert {name: size for name, size in sizes.items() if size > 400} == {}


@pytest.mark.parametrize("part", PARTS)
def test_the_median_function_has_at_most_10_lines_and_none_over_50(part: str) -> None:
    sizes = {name: size for path in sources(part) for name, size in functions(path)}
    assert median(sizes.values()) <= 10
    assert {name: size for name, size in sizes.items() if size > 50} == {}


@pytest.mark.parametrize("part", PARTS)
def test_no_two_classes_of_a_part_have_one_name(part: str) -> None:
    """A private one is seen by its own module alone; two images' programs never meet."""
    places: dict[str, set[str]] = {}
    for path in sources(part):
        package = path.relative_to(ROOT).parts[1] if part == "images" else part
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(f"{package}: {node.name}", set()).add(str(path))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


@pytest.mark.parametrize("path", outputs(), ids=str)
def test_every_file_that_is_generated_is_in_the_list(path: Path) -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    listed = text.partition("## Generated files")[2].partition("\n## ")[0]
    # A folder stands for all that is in it.
    assert [found for found in (path, *path.parents[:-1]) if f"`{found}`" in listed]
