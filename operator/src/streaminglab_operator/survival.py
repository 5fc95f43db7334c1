"""No single object, whatever is in it, may end the process or hide the others.

What somebody in a namespace wrote is read by code that expects what Kubernetes promises. Where it
stumbles, that object is passed over, with one line in the log: controller-runtime recovers from a
panic in the same way, object by object.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog

log = structlog.get_logger()

MAX_NAME = 253

Unreadable = Callable[[str], None]
"""Called with the kind of an object that could not be read."""


@contextmanager
def passing_over(kind: str, raw: Any, unreadable: Unreadable) -> Iterator[None]:
    """Any error in the block is logged and counted, and ends there. ``raw``: the object, of any
    shape."""
    try:
        yield
    except Exception as error:
        log.warning(
            "object passed over",
            kind=kind,
            namespace=_named(raw, "namespace"),
            name=_named(raw, "name"),
            error=f"{type(error).__name__}: {str(error)[:200]}",
        )
        unreadable(kind)


def _named(raw: Any, field: str) -> str:
    metadata = raw.get("metadata") if isinstance(raw, Mapping) else None
    value = metadata.get(field) if isinstance(metadata, Mapping) else None
    return value[:MAX_NAME] if isinstance(value, str) else ""
