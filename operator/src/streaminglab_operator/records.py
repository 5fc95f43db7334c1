"""An object that we serve, at the store's door: parsed once, and only what is needed of it is kept.

Whatever is beyond the door reads a :class:`Record`, and never the API server's JSON.
"""

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic

import orjson

from streaminglab_operator import names
from streaminglab_operator.api import LAB, StreamingLabSpec, StreamingLabStatus
from streaminglab_operator.names import LabKey
from streaminglab_operator.schema.kinds import Kind, S, T
from streaminglab_operator.schema.shared import Shared
from streaminglab_operator.schema.validation import InvalidSpec, Problem, broken_rules, parse

MAX_SPEC_BYTES = 256 * 1024
"""Of a spec as JSON. etcd takes some 1.5 MB; as models that is ten times as much memory."""
MAX_STATUS_BYTES = 1024 * 1024
MAX_EXERCISES_BYTES = 128 * 1024
"""Of the status what the lab's page writes, and whoever comes by its account: each pass reads it,
and a megabyte of it takes half a second. A set of the largest size has some 100 KB."""
MAX_PROBLEMS = 50
NO_ROOM = "no-room"

_LONGEST = 63
Fits = Callable[[int], bool]
"""Whether there is a place for a spec of so many bytes."""
_NO_ROOM = (
    "cannot be read, because the labs of this namespace are too many, or their specs too large, "
    "all together: delete some (kubectl get slab), and have this one read again by any edit of it "
    "(kubectl annotate slab {} read-again=1 --overwrite)"
)


@dataclass(frozen=True, slots=True)
class Record(Generic[S, T]):
    """One object of a kind as it was last seen; ``LabRecord`` is that of a lab.

    - ``spec``: None where keys, types or bounds are wrong
    - ``problems``: all that is wrong with it, but for what it must not change of the one in force
    - ``stored``: the status as packed JSON: as models it would take ten times the memory
    - ``paused``: whether an annotation tells the operator to leave the lab alone
    - ``rotate``: the annotation that asks for new credentials
    - ``asked``: changes with what a pass is asked for: another lab, spec, annotation, or its end
    """

    key: LabKey
    uid: str
    generation: int
    created: str
    deleting: bool
    asked: str
    kind: Kind[S, T]
    spec: S | None = None
    problems: tuple[Problem, ...] = ()
    stored: bytes = b""
    paused: bool = False
    rotate: str = ""

    @property
    def left_out(self) -> bool:
        """Whether there was no place for its spec, which is then read again whenever it is told."""
        return any(problem.rule == NO_ROOM for problem in self.problems)

    def status(self) -> T:
        """The status as it is stored, as far as it can be read. Parsed anew at each call."""
        return self.kind.status.read(
            orjson.loads(zlib.decompress(self.stored)) if self.stored else None
        )


LabRecord = Record[StreamingLabSpec, StreamingLabStatus]


def lab_record(
    raw: Mapping[str, Any],
    before: LabRecord | None = None,
    fits: Fits = lambda _size: True,
    shared: Shared[StreamingLabSpec] | None = None,
) -> LabRecord:
    """:func:`record` of a lab."""
    return record(LAB, raw, before, fits, shared)


def record(
    kind: Kind[S, T],
    raw: Mapping[str, Any],
    before: Record[S, T] | None = None,
    fits: Fits = lambda _size: True,
    shared: Shared[S] | None = None,
) -> Record[S, T]:
    """Parse and check an object as the API server gives it. ``before``: its last record, whose spec
    is taken over when the generation is the same: the API server counts it up with each change of
    a spec. So each spec is checked once: that of a large one takes longest of all that is done for
    a lab, and all others wait meanwhile. ``shared``: specs of other objects of the kind.
    """
    metadata = raw["metadata"]
    uid, generation = metadata["uid"], metadata.get("generation", 0)
    same = before is not None and (before.uid, before.generation) == (uid, generation)
    if before is not None and same and not before.left_out:
        spec, problems = before.spec, before.problems
    else:
        known = Shared[S]() if shared is None else shared
        spec, problems = _checked(kind, raw.get("spec"), metadata["name"], fits, known)
    return Record(
        kind=kind,
        key=key_of(raw),
        uid=uid,
        generation=generation,
        created=metadata.get("creationTimestamp", ""),
        deleting="deletionTimestamp" in metadata,
        asked=_asked(metadata),
        spec=spec,
        problems=problems,
        stored=_stored(raw.get("status")),
        paused=_is_paused(metadata.get("annotations")),
        rotate=_rotate(metadata.get("annotations")),
    )


def key_of(raw: Mapping[str, Any]) -> LabKey:
    """Which lab an object of the API server is."""
    return LabKey(raw["metadata"]["namespace"], raw["metadata"]["name"])


def _checked(
    kind: Kind[S, T], raw: Mapping[str, Any] | None, name: str, fits: Fits, shared: Shared[S]
) -> tuple[S | None, tuple[Problem, ...]]:
    try:
        text = json.dumps(raw, ensure_ascii=False).encode(errors="surrogatepass")
        size = len(text)
        if size > MAX_SPEC_BYTES:
            said = f"is {size // 1024} KiB large; a lab's spec may have {MAX_SPEC_BYTES // 1024}"
            return None, (Problem("spec", f"{said} KiB", "too-large"),)
        if not fits(size):
            return None, (Problem("spec", _NO_ROOM.format(name), NO_ROOM),)
        check = partial(_broken, kind, name)
        return shared.get(text, name, lambda: parse(kind, raw), check)
    except InvalidSpec as error:
        return None, tuple(error.problems[:MAX_PROBLEMS])
    except Exception as error:
        # Whatever the parser stumbles over is this lab's trouble, and nobody else's.
        word = type(error).__name__
        return None, (Problem("spec", f"cannot be read ({word})", "unreadable"),)


def _broken(kind: Kind[S, T], name: str, spec: S) -> tuple[Problem, ...]:
    return tuple(broken_rules(kind, spec, name=name)[:MAX_PROBLEMS])


def _stored(status: Any) -> bytes:
    """A status as packed JSON; nothing of one that cannot be ours: it is written anew then."""
    if not status:
        return b""
    try:
        text = orjson.dumps(_bounded(status))
    except (TypeError, ValueError, RecursionError):
        return b""
    return zlib.compress(text, 1) if len(text) <= MAX_STATUS_BYTES else b""


def _bounded(status: Any) -> Any:
    """Without exercises that are too many: that there are some is all that is known of them then.
    They stay as they are stored, which is the page's to write."""
    exercises = status.get("exercises") if isinstance(status, Mapping) else None
    if not exercises or len(orjson.dumps(exercises)) <= MAX_EXERCISES_BYTES:
        return status
    return {**status, "exercises": {"set": "", "summary": "", "items": []}}


def _is_paused(annotations: Any) -> bool:
    return isinstance(annotations, Mapping) and annotations.get(names.PAUSED_ANNOTATION) == "true"


def _rotate(annotations: Any) -> str:
    """An annotation that the status repeats; of a long one its digest."""
    found = annotations.get(names.ROTATE_ANNOTATION) if isinstance(annotations, Mapping) else None
    text = found if isinstance(found, str) else ""
    return text if len(text) <= _LONGEST else names.digest(text, length=16)


def _asked(metadata: Mapping[str, Any]) -> str:
    """Annotations only as a digest: `kubectl apply` keeps a whole spec in one of them."""
    watched = ("uid", "generation", "deletionTimestamp", "annotations")
    return names.digest(json.dumps([metadata.get(key) for key in watched], sort_keys=True))
