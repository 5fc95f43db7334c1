"""The lists and watches of one run of the operator, in memory: they feed its store."""

import json
from collections.abc import Mapping

from streaminglab_operator.adapters.kinds import WATCHED, Resource
from streaminglab_operator.api import LAB
from streaminglab_operator.names import LAB_LABEL
from streaminglab_operator.store import Store
from tests.fakes.api_server import ApiServer
from tests.fakes.fields import Json

KINDS: Mapping[str, Resource] = {resource.kind: resource for resource in WATCHED}
"""The watched kinds of children, in the order in which they are listed."""


class Watches:
    """Lists everything once, then tells what happened, in order."""

    def __init__(self, server: ApiServer, store: Store) -> None:
        self.server = server
        self.store = store

    def begin(self) -> None:
        """The first lists: of labs, then of children."""
        self.server.events.clear()
        for kind in (LAB.kind, *KINDS):
            for raw in self.server.find(kind):
                self.tell("ADDED", kind, raw)

    def deliver(self) -> None:
        """All watches say what happened, in order."""
        while self.server.events:
            self.tell(*self.server.events.popleft())

    def tell(self, event: str, kind: str, raw: Json) -> None:
        """One event of one watch, as far as the operator asks for it."""
        if kind == LAB.kind:
            self._lab_event(event, raw)
        elif kind in KINDS and LAB_LABEL in raw["metadata"].get("labels", {}):
            seen = raw if KINDS[kind].whole else {"metadata": raw["metadata"]}
            self.store.object_seen(kind, event, json.loads(json.dumps(seen)))

    def _lab_event(self, event: str, raw: Json) -> None:
        self.store.lab_event(event, json.loads(json.dumps(raw)))
