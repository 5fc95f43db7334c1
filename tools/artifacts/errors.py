"""Errors of the artefact builder, each with what a person can do about it."""

from __future__ import annotations


class ArtifactError(Exception):
    """An artefact cannot be built; `cause` says why, `cure` what to do about it."""

    def __init__(self, cause: str, cure: str = "") -> None:
        super().__init__(f"{cause}\n  cure: {cure}" if cure else cause)
        self.cause = cause
        self.cure = cure


class MissingToolError(ArtifactError):
    """A program of the host is missing, and it cannot be installed from here."""

    def __init__(self, tool: str, cure: str) -> None:
        super().__init__(f"the program `{tool}` is missing on this machine", cure)
        self.tool = tool


class CommandFailedError(ArtifactError):
    """A command of a recipe failed; carries the last lines it printed."""

    def __init__(self, command: str, status: int, tail: str, log: str) -> None:
        indented = "\n".join("    " + line for line in tail.splitlines())
        super().__init__(f"`{command}` ended with status {status}; its last lines:\n{indented}")
        self.status = status
        self.tail = tail
        self.log = log
