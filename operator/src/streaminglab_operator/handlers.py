"""The only kopf decorators: kopf starts the operator and watches the labs.

``on.event``, and not ``on.create``/``on.update``: those are edge-triggered, keep progress in
annotations of the student's object and may need a finalizer. A level-triggered pass needs only the
wake-up (kopf's documentation, "Reconciliation"). And no ``index``: it would be the word that all
labs are known, for which kopf holds each of them, as it came, until all are told, and wakes all
that wait with each one (docs/decisions/0099); :mod:`adapters.roll_call` finds it out.
"""

from collections.abc import Awaitable, Callable
from typing import Any, cast

import kopf

from streaminglab_operator.api import LAB
from streaminglab_operator.heard import Heard
from streaminglab_operator.store import Store

LABS_OF_A_PAGE = 10
HELD_SECONDS = 0.1
"""For so long kopf keeps a lab, as it came, and the task that told of it, for what comes next of
it. By default it is five seconds: a list of a thousand labs takes as long, and all of them would be
in memory at once."""


def registry(
    store: Store,
    start: Callable[[], Awaitable[None]],
    heard: Heard,
) -> kopf.OperatorRegistry:
    """A kopf registry that feeds one store.

    - ``start``: all that must have come about before labs are watched; what it raises ends kopf
    - ``heard``: notes what was told, so that what was not can be found out
    """
    handlers = kopf.OperatorRegistry()

    @kopf.on.startup(registry=handlers, errors=kopf.ErrorsMode.PERMANENT)
    async def started(**_: Any) -> None:
        await start()

    @kopf.on.login(registry=handlers)
    def login(settings: kopf.OperatorSettings, **_: Any) -> kopf.ConnectionInfo | None:
        pod = kopf.login_with_service_account(settings=settings)
        return pod or kopf.login_with_kubeconfig(settings=settings)

    @kopf.on.event(LAB.group, LAB.version, LAB.plural, registry=handlers)
    async def lab_event(event: kopf.RawEvent, **_: Any) -> None:
        # None: it was in a list.
        what = event["type"] or "ADDED"
        store.lab_event(what, event["object"])
        heard.note(what, event["object"])

    return handlers


class _NothingKept(kopf.DiffBaseStorage):
    """kopf compares each object with what it left in an annotation of it. Nothing of ours asks for
    that, and whoever writes such an annotation of his own would have each event of his lab fail
    before it is told: its deletion is then never heard of (see :mod:`heard`)."""

    def build(self, **_: Any) -> kopf.BodyEssence:
        return cast(kopf.BodyEssence, {})

    def fetch(self, **_: Any) -> None:
        return None

    def store(self, **_: Any) -> None:
        """There is nothing to keep."""


_NO_FINALIZER = ""
"""The API server takes none of that name. kopf would take its own away from a lab on which somebody
has written it, which the operator may not, and would tell of the lab ever more slowly."""


def settings(*, limited: bool = False) -> kopf.OperatorSettings:
    """kopf's defaults that hurt, set on purpose. ``limited``: to namespaces named in advance.

    - no Events for every handler call (one API write each)
    - nothing that kopf keeps on objects is read, or taken away: anybody can have written it
    - no peering: one writer is held by a Lease, where equal priorities would freeze both
    - labs are listed in pages: each may have 1.5 MB, and by default all come in one answer
    - a watch is made anew after six minutes at most; a silent one after 70 s, by kopf's own default
    - a lab that was told is let go soon
    - no scan for namespaces and CRDs where neither may be listed: each refusal is tried again for
      about a minute, and no lab is heard of before
    """
    chosen = kopf.OperatorSettings()
    chosen.posting.enabled = False
    chosen.peering.standalone = True
    chosen.persistence.diffbase_storage = _NothingKept()
    chosen.persistence.finalizer = _NO_FINALIZER
    chosen.watching.server_timeout = 290
    chosen.watching.client_timeout = 360
    chosen.watching.chunk_size = LABS_OF_A_PAGE
    chosen.queueing.idle_timeout = HELD_SECONDS
    chosen.watching.reconnect_backoff = 1.0
    chosen.networking.request_timeout = 30
    chosen.networking.connect_timeout = 5
    chosen.scanning.disabled = limited
    return chosen
