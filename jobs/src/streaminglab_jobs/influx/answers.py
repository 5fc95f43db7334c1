"""What InfluxDB's answers mean, for both ways to it: no, not now, or unknown."""

import json

from streaminglab_base.errors import JobError, Unavailable

FIRST_ERROR = 300
NOT_FOUND, UNPROCESSABLE = 404, 422
MESSAGE_LENGTH = 300
_PASSES_BY_ITSELF = frozenset({408, 425, 429, 500, 502, 503, 504})
_NOT_ALLOWED = frozenset({401, 403})


class Refused(JobError):
    """InfluxDB answered, and the answer is no: trying again cannot help."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def sorted_answer(url: str, doing: str, status: int, body: bytes) -> Refused | Unavailable:
    """The error for an answer from 300 on; ``doing`` is "POST /api/v2/write", without the query."""
    message = _message(body)
    said = f"InfluxDB at {url} answered {status} to {doing}: {message}"
    if status in _PASSES_BY_ITSELF:
        return Unavailable(said)
    if status in _NOT_ALLOWED:
        said = (
            f"InfluxDB at {url} does not accept this job's token for {doing} "
            f"({status}: {message}); check the Secret that holds the lab's credentials"
        )
    return Refused(status, said)


def _message(body: bytes) -> str:
    try:
        answer = json.loads(body)
        return str(answer.get("message") or answer.get("error") or answer)[:MESSAGE_LENGTH]
    except (ValueError, AttributeError):
        cut = body[:MESSAGE_LENGTH].decode(errors="replace").strip()
        return cut or "no reason given"
