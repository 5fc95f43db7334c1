"""The termination message: how a job tells the operator, and so the student, how it ended.

Kubernetes reads at most 4096 bytes from the file (``terminationMessagePath``); 3 KiB is the limit
kept here, so that nothing that quotes it is cut.
"""

import contextlib
import json
import os
from pathlib import Path
from typing import Any

LIMIT_BYTES = 3072
DEFAULT_PATH = "/dev/termination-log"


def write(report: dict[str, Any]) -> None:
    """Write ``report`` as JSON. Outside a pod there is no such file: then nothing happens."""
    path = Path(os.environ.get("STREAMINGLAB_TERMINATION_LOG", DEFAULT_PATH))
    with contextlib.suppress(OSError):
        path.write_bytes(encode(report))


def encode(report: dict[str, Any]) -> bytes:
    """Encode ``report``; a message too long for the limit is shortened, the counts never are."""
    encoded = json.dumps(report).encode()
    if len(encoded) <= LIMIT_BYTES:
        return encoded
    room = LIMIT_BYTES - len(json.dumps({**report, "message": ""}).encode())
    message = str(report.get("message", ""))
    while message and len(json.dumps(message + "...")) - 2 > room:
        message = message[: -max(1, len(message) // 16)]
    return json.dumps({**report, "message": message + "..."}).encode()
