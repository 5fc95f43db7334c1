"""Each launcher of the images kafka and kafka-connect names a class that the image's jars have."""

import re
import zipfile
from pathlib import Path

import pytest

from tools.artifacts import get
from tools.shell.paths import ROOT

FOLDERS = {
    "kafka-jars": ("images/kafka/bin",),
    "connect-jars": ("images/kafka/bin", "images/kafka-connect/bin"),
}
"""Jars, and what their image's Containerfile copies into /opt/kafka/bin, the last one last."""
RUN = re.compile(r"^exec /opt/kafka/bin/kafka-run-class\.sh ([\w.]+) ", re.MULTILINE)
RUNNER = "kafka-run-class.sh"


def started(folders: tuple[str, ...]) -> dict[str, str]:
    """Launcher -> the class that it starts."""
    launchers = {path.name: path for name in folders for path in (ROOT / name).glob("*.sh")}
    assert RUNNER in launchers
    texts = {name: path.read_text() for name, path in launchers.items() if name != RUNNER}
    return {name: RUN.findall(text)[-1] for name, text in texts.items()}


def classes(jars: Path) -> set[str]:
    """The classes of a folder of jars, by their full names."""
    names: set[str] = set()
    for jar in jars.glob("*.jar"):
        with zipfile.ZipFile(jar) as opened:
            names |= {name.removesuffix(".class") for name in opened.namelist()}
    return {name.replace("/", ".") for name in names}


@pytest.mark.parametrize("jars", FOLDERS)
def test_a_launchers_class_is_in_the_jars_of_its_image(jars: str) -> None:
    known = classes(get(jars) / "jars")
    found = started(FOLDERS[jars])
    assert {name: main for name, main in found.items() if main not in known} == {}
