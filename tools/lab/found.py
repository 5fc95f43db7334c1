"""The lab that was made, as the API server has it."""

from __future__ import annotations

from typing import Any

from tools.cluster.api import Api
from tools.shell.errors import ToolError

LAB = ("streaminglab.dev/v1alpha1", "StreamingLab")


def fetch(api: Api, namespace: str, lab: str) -> dict[str, Any]:
    """The lab as it is now. Raises ToolError where there is none."""
    found = api.get(LAB, lab, namespace)
    if found is None:
        raise ToolError(f"no StreamingLab {lab} in namespace {namespace}")
    return found
