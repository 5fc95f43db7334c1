"""Rendered charts by shape: the cache between the real Helm and a thousand labs."""

import asyncio
import hashlib
from collections import OrderedDict
from dataclasses import dataclass

from streaminglab_operator.plan import Release
from streaminglab_operator.ports import Renderer
from streaminglab_operator.reconcile.fair import FairSlots
from streaminglab_operator.render import Template, templates

MAX_BYTES = 32 * 1024 * 1024
SHARE = 4
"""Of shapes that one namespace alone has, at most this part of it is kept."""
_ENTRY_BYTES = 2048
"""What an entry takes beside its texts, about."""

COMMON = ""
"""The owner of shapes that labs of several namespaces have."""


@dataclass(slots=True)
class Entry:
    """A shape: whose it is, and the bytes of its templates once they are there."""

    task: asyncio.Task[tuple[Template, ...]]
    owner: str
    size: int = 0


class TemplateCache:
    """Least recently used, bounded in bytes; two labs that need the same new shape wait for one
    render. One namespace can neither drive out what others have nor keep them from their turn."""

    def __init__(self, renderer: Renderer, most: int = MAX_BYTES) -> None:
        self._renderer = renderer
        self._most = most
        self._slots = FairSlots()
        self._shapes: OrderedDict[str, Entry] = OrderedDict()
        self._sizes: dict[str, int] = {}
        self.hits = 0
        self.renders = 0

    @property
    def size(self) -> int:
        """Bytes of all that is kept, about."""
        return sum(self._sizes.values())

    async def get(self, release: Release, namespace: str) -> tuple[Template, ...]:
        """The templates of a release. ``namespace``: of the lab that asks.

        Raises :class:`errors.RenderError`, which is not cached.
        """
        shape = hashlib.sha256(release.shape()).hexdigest()
        entry = self._shapes.get(shape)
        if entry is None:
            self.renders += 1
            task = asyncio.create_task(self._render(release, namespace))
            entry = self._shapes[shape] = Entry(task, namespace)
            task.add_done_callback(lambda _: self._rendered(shape, entry))
        else:
            self.hits += 1
            self._shapes.move_to_end(shape)
            self._share(entry, namespace)
        return entry.task.result() if entry.task.done() else await asyncio.shield(entry.task)

    async def _render(self, release: Release, namespace: str) -> tuple[Template, ...]:
        async with self._slots.slot(namespace):
            documents = await self._renderer.render(
                release.chart, release.placeholder_name(), release.values
            )
        return tuple(
            found for document in documents for found in templates(document, limits=release.limits)
        )

    def _rendered(self, shape: str, entry: Entry) -> None:
        if entry.task.cancelled() or entry.task.exception() is not None:
            self._shapes.pop(shape, None)
            return
        entry.size = _ENTRY_BYTES + sum(template.size for template in entry.task.result())
        self._count(entry, entry.size)
        owner = entry.owner
        while owner != COMMON and self._sizes.get(owner, 0) > self._most // SHARE:
            self._evict(owner)
        while self.size > self._most:
            self._evict(max(self._sizes, key=self._sizes.__getitem__))

    def _share(self, entry: Entry, namespace: str) -> None:
        """What a second namespace asks for is common from then on."""
        if entry.owner not in (namespace, COMMON):
            self._count(entry, -entry.size)
            entry.owner = COMMON
            self._count(entry, entry.size)

    def _evict(self, owner: str) -> None:
        shape, entry = next((s, e) for s, e in self._shapes.items() if e.owner == owner and e.size)
        del self._shapes[shape]
        self._count(entry, -entry.size)

    def _count(self, entry: Entry, size: int) -> None:
        self._sizes[entry.owner] = self._sizes.get(entry.owner, 0) + size
        if not self._sizes[entry.owner]:
            del self._sizes[entry.owner]
