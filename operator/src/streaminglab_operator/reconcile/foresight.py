"""What labs are made of is rendered while their objects are still being listed.

Helm takes longest of all that is done when an operator starts anew: one process for each shape,
one after another, for which every first pass waits. Lists keep the other core of a small machine
busy meanwhile. What is foreseen wrongly costs a process, and nothing else.
"""

from collections.abc import Iterator

import structlog

from streaminglab_operator.api import effective
from streaminglab_operator.api.site import filled
from streaminglab_operator.api.status_topics import TopicsStatus
from streaminglab_operator.errors import OperatorError
from streaminglab_operator.observed import LabView
from streaminglab_operator.plan import Desired, Lab, Options, plan
from streaminglab_operator.reconcile.templates import TemplateCache
from streaminglab_operator.records import LabRecord
from streaminglab_operator.store import Store

log = structlog.get_logger()

MOST = 8
"""Different specs that are looked at. A class has one: equal specs are one model."""


async def render_ahead(store: Store, templates: TemplateCache, options: Options) -> None:
    """Fill the cache with what the labs that are there will ask of it first."""
    try:
        for record in _different(store.labs()):
            desired = foreseen(record, options)
            for release in desired.releases if desired else ():
                await templates.get(release, record.key.namespace)
    except OperatorError as error:
        # Its pass meets the same, and says so in the status of the lab.
        log.info("not rendered ahead", error=str(error))
    except Exception:
        # A fault of ours that costs a moment must not end what goes on without it.
        log.exception("not rendered ahead")


def foreseen(record: LabRecord, options: Options) -> Desired | None:
    """What a lab consists of when nothing of it waits. None of a spec that cannot work."""
    if record.spec is None or record.problems or record.paused:
        return None
    spec = effective(filled(record.spec, options.site))
    lab = Lab(record.key, record.uid, record.generation, spec)
    seen = LabView(topics=record.status().topics or TopicsStatus())
    return plan(lab, seen, options, ahead=True)


def _different(records: list[LabRecord]) -> Iterator[LabRecord]:
    found = {id(record.spec): record for record in records if record.spec is not None}
    yield from list(found.values())[:MOST]
