"""What is remembered of a connector between two looks, and how it changes. Pure.

Losing it costs one more restart or one more check, and nothing else.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from streaminglab_operator.backoff import doubled
from streaminglab_operator.observed import Culprit
from streaminglab_operator.services.connect_spec import ConnectorState

FIRST_WAIT = 5.0
LONGEST_WAIT = 300.0
LONGEST_CHECK_WAIT = 60.0
SETTLED_SECONDS = 10.0
RESET_SECONDS = 120.0

Order = Literal["put", "create", "pause", "resume", "stop", "restart", "delete"]


@dataclass(frozen=True, slots=True)
class Action:
    """One call to Connect. ``digest`` stands for the config with the Secrets it refers to."""

    order: Order
    name: str
    config: Mapping[str, str] = field(default_factory=dict, repr=False)
    state: ConnectorState = "running"
    digest: str = ""

    @property
    def writes_config(self) -> bool:
        """Whether Connect has to judge the config first."""
        return self.order in ("put", "create")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A config that could not be put: not tried again before its time, or before it changes."""

    digest: str
    culprit: Culprit
    count: int
    not_before: float


@dataclass(frozen=True, slots=True)
class Track:
    """Times are in seconds since the epoch.

    - ``failures``: restarts since it last ran for two minutes; ``retry_at``: when the next is due
    - ``running_since``: since when all of it is as declared
    - ``trouble``: why it failed last; told until it has run for ten seconds, because a task that
      fails at its first record is RUNNING for a moment after each restart
    - ``written``, ``written_at``: digest of the config that Connect has taken, and when;
      ``rewrites``: how often it was put again since, because Connect showed another one
    - ``ordered``, ``ordered_at``: the last of pause, resume, stop, delete
    - ``moving_since``: since when it is on its way
    """

    failures: int = 0
    retry_at: float | None = None
    running_since: float | None = None
    trouble: Culprit | None = None
    written: str = ""
    written_at: float = 0.0
    rewrites: int = 0
    ordered: str = ""
    ordered_at: float = 0.0
    moving_since: float | None = None
    refused: Refusal | None = None


def wait_before(failures: int, longest: float = LONGEST_WAIT) -> float:
    """Seconds to wait after so many failures: 5, 10, 20, ... up to five minutes."""
    return doubled(FIRST_WAIT, longest, failures)


def digest_of(config: Mapping[str, str], secrets: str) -> str:
    """Changes with the config, and with the values of the Secrets it refers to."""
    text = json.dumps([sorted(config.items()), secrets])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def failed(track: Track, why: Culprit, now: float) -> Track:
    """It was seen to have failed: its next restart gets a date."""
    due = track.retry_at if track.retry_at is not None else now + wait_before(track.failures)
    return replace(track, trouble=why, retry_at=due, running_since=None, moving_since=None)


def fine(track: Track, now: float) -> Track:
    """All of it is as declared; after a while what was is forgotten."""
    since = track.running_since if track.running_since is not None else now
    return replace(
        track,
        running_since=since,
        moving_since=None,
        retry_at=None,
        trouble=None if now - since >= SETTLED_SECONDS else track.trouble,
        failures=0 if now - since >= RESET_SECONDS else track.failures,
    )


def moving(track: Track, now: float) -> Track:
    """It is on its way to what was declared."""
    since = track.moving_since if track.moving_since is not None else now
    return replace(track, running_since=None, moving_since=since)


def carried_out(track: Track, action: Action, now: float) -> Track:
    """Connect has accepted a call; that it took effect shows at the next look."""
    if action.writes_config:
        # Another config: what went wrong with the last one says nothing of this one.
        again = track.rewrites + 1 if track.written == action.digest else 0
        return Track(written=action.digest, written_at=now, rewrites=again)
    if action.order == "restart":
        return replace(track, failures=track.failures + 1, retry_at=None)
    return replace(track, ordered=action.order, ordered_at=now)


def turned_down(track: Track, action: Action, why: Culprit, now: float) -> Track:
    """Connect has refused a call, or what the call needs is not there."""
    if not action.writes_config:
        return carried_out(track, action, now)
    last = track.refused
    count = last.count + 1 if last is not None and last.digest == action.digest else 0
    due = now + wait_before(count, LONGEST_CHECK_WAIT)
    return replace(track, refused=Refusal(action.digest, why, count, due))
