"""What the API server answered, as a sentence with what to do. Pure."""

from __future__ import annotations

import json
from http import HTTPStatus

from streaminglab_cli.errors import Conflict, NoCluster, NotThere, SlabError
from streaminglab_cli.lab import PLURAL

ROLE = "ask the administrator for the role `edit` in this namespace, or name yours by -n"


def refusal(status: HTTPStatus, body: str, reason: str | None = "") -> SlabError:
    """The error for an answer that is no success. ``body``: a Status of Kubernetes, as JSON."""
    found = _parsed(body)
    said = str(found.get("message") or reason or status.phrase)
    if status == HTTPStatus.UNAUTHORIZED:
        return NoCluster("the cluster does not know you", "log in again, as the first time")
    if status == HTTPStatus.FORBIDDEN:
        return SlabError(f"the cluster refuses: {said}", ROLE)
    if status == HTTPStatus.NOT_FOUND:
        return _not_found(found, said)
    if status == HTTPStatus.CONFLICT:
        return Conflict("somebody else changed the lab at this moment", "try again")
    return SlabError(f"the cluster refuses: {said}")


def _not_found(found: dict[str, object], said: str) -> SlabError:
    details = found.get("details")
    about = details if isinstance(details, dict) else {}
    if about.get("kind") == PLURAL and about.get("name"):
        return NotThere(
            f"there is no lab {about['name']} here",
            "`kubectl slab list` shows those that there are",
        )
    if about.get("name"):
        return NotThere(said)
    # Without the CRD the API server knows no such path, and its answer is no Status about one.
    return NotThere("this cluster knows no labs", "ask the administrator to install the operator")


def _parsed(body: str) -> dict[str, object]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
