"""Errors that a person can act on."""

from __future__ import annotations


class ClusterError(Exception):
    """Something is in the way; `cause` says what, `cure` says what to do about it."""

    def __init__(self, cause: str, cure: str = "") -> None:
        super().__init__(f"{cause}\n  cure: {cure}" if cure else cause)
        self.cause = cause
        self.cure = cure


class CommandError(ClusterError):
    """A command ended with a status other than 0; carries the end of what it printed."""

    def __init__(self, args: list[str], status: int, output: str) -> None:
        tail = "\n".join("    " + line for line in output.strip().splitlines()[-15:])
        super().__init__(f"`{' '.join(args[:6])}` ended with status {status}\n{tail}")
        self.status = status
        self.output = output
