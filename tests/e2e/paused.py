"""A lab that is left alone while its kept Secret is put back, with the commands of a page."""

from __future__ import annotations

from typing import NamedTuple

from tests.e2e.cluster import LabHandle
from tests.terminal import Terminal


class Commands(NamedTuple):
    """As they are typed in front of the lab's namespace, in this order."""

    pause: str
    keep: str
    replace: str


def secret_comes_back(terminal: Terminal, lab: LabHandle, commands: Commands) -> None:
    """Type them: the Secret is whole again, with its annotations, and the lab goes on."""
    name = f"{lab.name}-credentials"
    before = lab.get("secret", name)
    terminal.type(commands.pause)
    try:
        lab.until(lambda: lab.get()["status"]["phase"] == "Paused", "Paused")
        terminal.type(commands.keep)
        terminal.type(commands.replace)
        after = lab.get("secret", name)
        assert after["metadata"]["uid"] != before["metadata"]["uid"], "it was not replaced"
        assert after["data"] == before["data"]
        assert after["metadata"]["annotations"] == before["metadata"]["annotations"]
    finally:
        terminal.type(f"kubectl annotate slab {lab.name} streaminglab.dev/paused-")
    lab.wait("Ready")
