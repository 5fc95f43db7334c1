"""What the words of a lab's status mean to who shows it, such as `kubectl slab why`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from streaminglab_operator.api.conditions import SUMMARIES, WELL
from streaminglab_operator.api.reason_docs import REASONS, WAIT
from tools.generate.french import french

PATH = Path("cli/src/streaminglab_cli/data/reasons.json")


def reasons_text() -> str:
    """Which reasons are well, and the cures of others. The program does not know the operator."""
    told, in_french = words(), french()
    cures = dict.fromkeys(doc.remedy for doc in REASONS.values() if doc.remedy)
    told = {**told, "french": {cure: in_french[cure] for cure in cures}}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def words() -> Mapping[str, object]:
    """What both programs that show a lab must know of its words."""
    return {
        "summaries": [kind.value for kind in SUMMARIES],
        "well": [reason.value for reason in WELL],
        "wait": WAIT,
        "cures": {reason.value: doc.remedy for reason, doc in REASONS.items() if doc.remedy},
    }
