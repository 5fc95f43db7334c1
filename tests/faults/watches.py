"""Watches that freeze, that lose what happened, and lists that are old."""

from collections import deque
from collections.abc import Callable, Iterable

from streaminglab_operator.api import LAB
from streaminglab_operator.store import Store
from tests.fakes.api_server import ApiServer
from tests.fakes.fields import Json
from tests.fakes.time import FakeTimers
from tests.fakes.watches import KINDS, Watches

ALL_KINDS = (*KINDS, LAB.kind)
News = tuple[str, str, Json]


class History:
    """Everything that the API server told, so that a list can be as old as a plan wants it."""

    def __init__(self, server: ApiServer) -> None:
        self._server = server
        self.reported: list[News] = []
        self._moments: dict[int, tuple[list[News], int]] = {}

    def take(self) -> list[News]:
        """What has happened since the last call."""
        news = list(self._server.events)
        self._server.events.clear()
        self.reported += news
        return news

    def mark(self, moment: int) -> None:
        """Remember what a list would show now."""
        objects = [("ADDED", kind, raw) for kind in ALL_KINDS for raw in self._server.find(kind)]
        self._moments[moment] = (objects, len(self.reported) + len(self._server.events))

    def since(self, moment: int, kinds: Iterable[str]) -> tuple[list[News], list[News]]:
        """A list of that moment, and what has happened since."""
        objects, position = self._moments.get(moment, ([], 0))
        wanted = set(kinds)
        listed = [news for news in objects if news[1] in wanted]
        return listed, [news for news in self.reported[position:] if news[1] in wanted]


class FaultyWatches(Watches):
    """Watches of one run of the operator, each kind by itself."""

    def __init__(
        self, server: ApiServer, store: Store, timers: FakeTimers, history: History
    ) -> None:
        super().__init__(server, store)
        self._timers = timers
        self._history = history
        self._held: dict[str, deque[News]] = {}
        self._cut: set[str] = set()

    def begin(self) -> None:
        self._history.take()
        for kind in ALL_KINDS:
            if kind not in self._held:
                self._list(kind)

    def begin_late(self, moment: int, kinds: tuple[str, ...], seconds: float) -> None:
        """The first lists of some kinds, as of then; their watches catch up after a while."""
        self._history.take()
        listed, missed = self._history.since(moment, kinds)
        self.freeze(kinds, seconds)
        for news in missed:
            self._held[news[1]].append(news)
        for news in listed:
            self.tell(*news)

    def freeze(self, kinds: Iterable[str], seconds: float) -> None:
        """Hold back what happens to these kinds, and tell it later."""
        for kind in kinds:
            self._held.setdefault(kind, deque())
        self._after(seconds, lambda: self._thaw(kinds))

    def drop(self, kinds: Iterable[str], seconds: float) -> None:
        """Lose what happens to these kinds; later they are listed anew."""
        self._cut.update(kinds)
        self._after(seconds, lambda: self._mend(kinds))

    def deliver(self) -> None:
        for news in self._history.take():
            kind = news[1]
            if kind in self._held:
                self._held[kind].append(news)
            elif kind not in self._cut:
                self.tell(*news)

    def _after(self, seconds: float, call: Callable[[], None]) -> None:
        self._timers.call_at(self._timers.time() + seconds, call)

    def _thaw(self, kinds: Iterable[str]) -> None:
        self.deliver()
        for kind in kinds:
            for news in self._held.pop(kind, ()):
                self.tell(*news)

    def _mend(self, kinds: Iterable[str]) -> None:
        self.deliver()
        for kind in kinds:
            self._cut.discard(kind)
            self._list(kind)
            if kind != LAB.kind:  # of labs kopf keeps the list, and it tells of none that is gone
                found = (raw["metadata"] for raw in self.server.find(kind))
                self.store.relisted(kind, None, {(m["namespace"], m["name"]) for m in found})

    def _list(self, kind: str) -> None:
        for raw in self.server.find(kind):
            self.tell("ADDED", kind, raw)
