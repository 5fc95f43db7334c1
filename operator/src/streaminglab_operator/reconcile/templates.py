"""Rendered charts by shape: the cache between the real Helm and a thousand labs."""

import asyncio
from collections import OrderedDict

from streaminglab_operator.plan import Release
from streaminglab_operator.ports import Renderer
from streaminglab_operator.render import Template, template

MAX_SHAPES = 256


class TemplateCache:
    """Least recently used; two labs that need the same new shape wait for one render."""

    def __init__(self, renderer: Renderer, size: int = MAX_SHAPES) -> None:
        self._renderer = renderer
        self._size = size
        self._shapes: OrderedDict[str, asyncio.Task[tuple[Template, ...]]] = OrderedDict()
        self.hits = 0
        self.renders = 0

    async def get(self, release: Release) -> tuple[Template, ...]:
        """The templates of a release. Raises :class:`errors.RenderError`, which is not cached."""
        shape = release.shape()
        task = self._shapes.get(shape)
        if task is None:
            self.renders += 1
            task = asyncio.create_task(self._render(release))
            self._shapes[shape] = task
            while len(self._shapes) > self._size:
                self._shapes.popitem(last=False)
        else:
            self.hits += 1
            self._shapes.move_to_end(shape)
        try:
            return await asyncio.shield(task)
        except Exception:
            self._shapes.pop(shape, None)
            raise

    async def _render(self, release: Release) -> tuple[Template, ...]:
        documents = await self._renderer.render(
            release.chart, release.placeholder_name(), release.values
        )
        return tuple(template(document) for document in documents)
