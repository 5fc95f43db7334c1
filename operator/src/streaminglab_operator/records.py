"""A lab at the store's door: parsed once, and only what the operator needs of it is kept.

Whatever is beyond the door reads a :class:`LabRecord`, and never the API server's JSON.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api import (
    InvalidSpec,
    Problem,
    StreamingLabSpec,
    StreamingLabStatus,
    parse_spec,
)
from streaminglab_operator.names import LabKey


@dataclass(frozen=True, slots=True)
class LabRecord:
    """One lab as it was last seen.

    - ``spec``: None where keys, types or bounds are wrong; ``problems`` names each of them then
    - ``stored``: the status as JSON: as models it would take five times the memory
    - ``asked``: changes with what a pass is asked for: another lab, spec, annotation, or its end
    """

    key: LabKey
    uid: str
    generation: int
    created: str
    deleting: bool
    asked: str
    spec: StreamingLabSpec | None = None
    problems: tuple[Problem, ...] = ()
    stored: str = ""

    def status(self) -> StreamingLabStatus:
        """The status as it is stored, as far as it can be read. Parsed anew at each call."""
        return StreamingLabStatus.read(json.loads(self.stored) if self.stored else None)


def lab_record(raw: Mapping[str, Any], before: LabRecord | None = None) -> LabRecord:
    """Parse a lab as the API server gives it. ``before``: its last record, whose spec is taken
    over when the generation is the same: the API server counts it up with each change of a spec.
    """
    metadata = raw["metadata"]
    uid, generation = metadata["uid"], metadata.get("generation", 0)
    if before is not None and (before.uid, before.generation) == (uid, generation):
        spec, problems = before.spec, before.problems
    else:
        spec, problems = _parsed(raw.get("spec"))
    return LabRecord(
        key=key_of(raw),
        uid=uid,
        generation=generation,
        created=metadata.get("creationTimestamp", ""),
        deleting="deletionTimestamp" in metadata,
        asked=_asked(metadata),
        spec=spec,
        problems=problems,
        stored=json.dumps(raw["status"], separators=(",", ":")) if raw.get("status") else "",
    )


def key_of(raw: Mapping[str, Any]) -> LabKey:
    """Which lab an object of the API server is."""
    return LabKey(raw["metadata"]["namespace"], raw["metadata"]["name"])


def _parsed(
    raw: Mapping[str, Any] | None,
) -> tuple[StreamingLabSpec | None, tuple[Problem, ...]]:
    try:
        return parse_spec(raw), ()
    except InvalidSpec as error:
        return None, tuple(error.problems)


def _asked(metadata: Mapping[str, Any]) -> str:
    """Annotations only as a digest: `kubectl apply` keeps a whole spec in one of them."""
    watched = ("uid", "generation", "deletionTimestamp", "annotations")
    return names.digest(json.dumps([metadata.get(key) for key in watched], sort_keys=True))
