"""What a plan does to the calls of the operator: errors in place of answers, and its end."""

from collections.abc import Callable, Mapping
from typing import Any

from streaminglab_operator.errors import ApiError, api_error
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import Observed
from streaminglab_operator.ports import OPAQUE, EventToPublish, ObjectToApply, VolumeChange
from tests.fakes.api_server import ApiServer
from tests.fakes.cluster import Crash, FakeCluster, Writes
from tests.fakes.time import Clock
from tests.faults.plan import Answer, CrashAfter, Outage, Plan

WORDS: Mapping[int, str] = {
    0: "the API server does not answer (TimeoutError)",
    409: "Operation cannot be fulfilled: the object has been modified; please apply your changes "
    "to the latest version and try again",
    422: "spec: Invalid value: field is immutable",
    429: "the server has received too many requests and has asked us to try again later",
    500: "Internal error occurred: etcdserver: request timed out",
}
WEBHOOK = 'Internal error occurred: failed calling webhook "check.example.com": connection refused'


class PlannedWrites(Writes):
    """Counts writes over all runs of the operator. ``at_write`` is called after each of them."""

    def __init__(self, plan: Plan, at_write: Callable[[int], None]) -> None:
        super().__init__()
        self._crashes = [f for f in plan.faults if isinstance(f, CrashAfter)]
        self._at_write = at_write
        self.dying: CrashAfter | None = None

    def before(self) -> None:
        if self.dying is not None:
            raise Crash(f"after write {self.dying.at}: {self.done[-1]}")

    def after(self, what: str) -> None:
        self.done.append(what)
        self._at_write(len(self.done))
        due = [f for f in self._crashes if f.at <= len(self.done)]
        if due and self.dying is None:
            self.dying = due[0]
            self._crashes.remove(self.dying)
            if self.dying.answer == "lost":
                self.before()

    def buried(self) -> CrashAfter | None:
        """How the operator died, if it did; the next one lives."""
        died, self.dying = self.dying, None
        return died


class Troubles:
    """Which errors are due. ``until``: when the last of them ended, by the world's clock.

    ``cut`` is called with the seconds of an outage when it begins: watches end with it.
    """

    def __init__(
        self, plan: Plan, clock: Clock, writes: PlannedWrites, cut: Callable[[float], None]
    ) -> None:
        self._clock = clock
        self._cut = cut
        self._writes = writes
        self._left = {f: f.times for f in plan.faults if isinstance(f, Answer)}
        self._began: dict[Answer | Outage, float] = {}
        self._outages = [f for f in plan.faults if isinstance(f, Outage)]
        self.until = 0.0

    def outage(self) -> ApiError | None:
        """The error of a call while nothing answers."""
        for fault in self._outages:
            if self._due(fault):
                if fault not in self._began:
                    self._cut(fault.seconds)
                if self._lasts(fault):
                    return ApiError(0, WORDS[0])
        return None

    def answer(self, what: str, kind: str) -> tuple[ApiError | None, bool]:
        """The error of a write, if it has one, and whether the write is carried out."""
        for fault in self._left:
            if fault.status == 409 and what.startswith("delete "):
                continue  # to a delete it means that there is another object of that name
            if fault.kind in ("", kind) and self._due(fault) and self._strikes(fault):
                words = WEBHOOK if fault.kind and fault.status == 500 else WORDS[fault.status]
                return api_error(fault.status, words, what, self._asks(fault)), fault.landed
        return None, True

    def _asks(self, fault: Answer) -> float:
        """Retry-After, in seconds."""
        left = self._began[fault] + fault.seconds - self._clock.time
        return max(1.0, left) if fault.status == 429 else 0.0

    def _due(self, fault: Answer | Outage) -> bool:
        return len(self._writes.done) + 1 >= fault.at

    def _lasts(self, fault: Answer | Outage) -> bool:
        began = self._began.setdefault(fault, self._clock.time)
        self.until = max(self.until, min(self._clock.time, began + fault.seconds))
        return self._clock.time < began + fault.seconds

    def _strikes(self, fault: Answer) -> bool:
        if self._lasts(fault):
            return True
        self._left[fault] -= 1
        strikes = self._left[fault] >= 0 and not fault.seconds
        if strikes:
            self.until = max(self.until, self._clock.time)
        return strikes


class FaultyCluster(FakeCluster):
    """``ports.Cluster`` with the errors of a plan, as the adapter makes them of HTTP's."""

    def __init__(self, server: ApiServer, writes: PlannedWrites, troubles: Troubles) -> None:
        super().__init__(server, writes)
        self._troubles = troubles

    def _reach(self) -> None:
        super()._reach()
        if (error := self._troubles.outage()) is not None:
            raise error

    def _refused(self, what: str, kind: str) -> ApiError | None:
        """Raises where the write does not land; else the error that comes after it."""
        self._reach()
        error, lands = self._troubles.answer(what, kind)
        if error is not None and not lands:
            self.writes.after(f"refused {error.status} {what}")
            raise error
        return error

    async def apply(self, item: ObjectToApply) -> Observed:
        late = self._refused(f"apply {item.kind} {item.name}", item.kind)
        made = await super().apply(item)
        _raise(late)
        return made

    async def delete(self, item: Observed, namespace: str) -> None:
        late = self._refused(f"delete {item.kind} {item.name}", item.kind)
        await super().delete(item, namespace)
        _raise(late)

    async def change_volume(self, namespace: str, item: Observed, change: VolumeChange) -> None:
        late = self._refused(f"change {item.kind} {item.name}", item.kind)
        await super().change_volume(namespace, item, change)
        _raise(late)

    async def create_secret(
        self,
        namespace: str,
        name: str,
        values: Mapping[str, str],
        metadata: Mapping[str, Any],
        *,
        kind: str = OPAQUE,
    ) -> str:
        late = self._refused(f"secret {name}", "Secret")
        version = await super().create_secret(namespace, name, values, metadata, kind=kind)
        _raise(late)
        return version

    async def patch_secret(
        self,
        namespace: str,
        name: str,
        values: Mapping[str, str | None],
        metadata: Mapping[str, Any],
        version: str,
    ) -> str:
        late = self._refused(f"secret {name}", "Secret")
        made = await super().patch_secret(namespace, name, values, metadata, version)
        _raise(late)
        return made

    async def patch_status(
        self, key: LabKey, uid: str, fields: Mapping[str, Any], *, first: bool = False
    ) -> bool:
        late = self._refused(f"status {key}", "StreamingLab")
        there = await super().patch_status(key, uid, fields, first=first)
        _raise(late)
        return there

    async def publish(self, key: LabKey, uid: str, event: EventToPublish) -> None:
        try:
            self._refused(f"event {event.reason}", "Event")
            await super().publish(key, uid, event)
        except ApiError:
            return  # as the adapter does: an Event is not worth a pass

    async def nudge(self, namespace: str, item: Observed, stamp: str) -> None:
        late = self._refused(f"nudge {item.kind} {item.name}", item.kind)
        await super().nudge(namespace, item, stamp)
        _raise(late)


def _raise(late: ApiError | None) -> None:
    if late is not None:
        raise late
