"""What to do about each reason, for `kubectl slab why`: its file data/reasons.json."""

from __future__ import annotations

import json
from pathlib import Path

from streaminglab_operator.api.reason_docs import REASONS

PATH = Path("cli/src/streaminglab_cli/data/reasons.json")


def reasons_text() -> str:
    """Reason -> its cure, of those that have one. The program does not know the operator."""
    return json.dumps(cures(), indent=2, ensure_ascii=False) + "\n"


def cures() -> dict[str, str]:
    """Reason -> what to do about it."""
    return {reason.value: doc.remedy for reason, doc in REASONS.items() if doc.remedy}
