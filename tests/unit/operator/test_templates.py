"""Rendered charts: what is kept is bounded, and no namespace harms another's."""

import asyncio
import gc
import tracemalloc
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from streaminglab_operator.errors import RenderError
from streaminglab_operator.placeholders import Identity
from streaminglab_operator.plan import Release
from streaminglab_operator.reconcile.fair import FairSlots
from streaminglab_operator.reconcile.templates import TemplateCache
from streaminglab_operator.render import personalise


class Charts:
    """A renderer whose output is as large as the values say."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.at_once = 0
        self.most_at_once = 0

    async def render(
        self, chart: str, release: str, values: Mapping[str, Any]
    ) -> Sequence[Mapping[str, Any]]:
        self.order.append(values["of"])
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if values["of"] == "broken":
            raise RenderError("the chart refuses it")
        text = "x" * values.get("size", 10)
        data = {"t": text, "of": values["of"]}
        metadata = {"name": "c"}
        return [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}]


def _release(of: str, size: int = 10) -> Release:
    return Release("kafka", "kafka", {"of": of, "size": size})


async def test_a_shape_is_rendered_once_for_all_who_need_it() -> None:
    charts = Charts()
    cache = TemplateCache(charts)
    await asyncio.gather(*(cache.get(_release("a"), f"user-{n}") for n in range(20)))
    assert (charts.order, cache.renders, cache.hits) == (["a"], 1, 19)


async def test_a_shape_that_was_refused_is_not_kept() -> None:
    charts = Charts()
    cache = TemplateCache(charts)
    for _ in range(2):
        with pytest.raises(RenderError):
            await cache.get(_release("broken"), "ns")
    assert charts.order == ["broken", "broken"]
    assert cache.size == 0


async def test_what_one_namespace_renders_is_bounded_in_bytes_and_drives_out_only_its_own() -> None:
    cache = TemplateCache(Charts(), most=400_000)
    await cache.get(_release("quiet"), "user-bob")
    for number in range(300):
        await cache.get(_release(f"loud-{number}", 20_000), "user-mallory")
        assert cache.size <= 110_000
    before = cache.renders
    await cache.get(_release("quiet"), "user-bob")
    await cache.get(_release("loud-299", 20_000), "user-mallory")
    assert cache.renders == before


async def test_what_many_namespaces_render_is_bounded_in_bytes() -> None:
    cache = TemplateCache(Charts(), most=400_000)
    for number in range(300):
        await cache.get(_release(f"s-{number}", 20_000), f"user-{number}")
        assert cache.size <= 400_000


async def test_a_shape_of_a_whole_class_is_nobodys_share() -> None:
    cache = TemplateCache(Charts(), most=400_000)
    for who in ("user-mallory", "user-bob"):
        await cache.get(_release("common", 20_000), who)
    for number in range(30):
        await cache.get(_release(f"loud-{number}", 20_000), "user-mallory")
    before = cache.renders
    await cache.get(_release("common", 20_000), "user-carol")
    assert cache.renders == before


async def test_a_shape_that_is_larger_than_the_share_is_given_and_not_kept() -> None:
    cache = TemplateCache(Charts(), most=40_000)
    (template,) = await cache.get(_release("large", 20_000), "ns")
    assert template.size > 20_000
    assert cache.size == 0


async def test_what_is_kept_no_more_takes_no_memory_anywhere() -> None:
    """Each shape is filled in for a lab, as a pass does it; of 50 MB of them few are kept."""
    cache = TemplateCache(Charts(), most=400_000)
    who = Identity("meteo", "ns", "uid", "cluster")
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(250):
            personalise(await cache.get(_release(f"s-{number}", 200_000), "ns"), who)
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] < 4_000_000
    finally:
        tracemalloc.stop()


async def test_a_namespace_that_renders_much_keeps_no_other_from_its_turn() -> None:
    charts = Charts()
    cache = TemplateCache(charts)
    loud = [
        asyncio.create_task(cache.get(_release(f"loud-{n}"), "user-mallory")) for n in range(50)
    ]
    await asyncio.sleep(0)
    await cache.get(_release("quiet"), "user-bob")
    assert charts.order.index("quiet") <= 2
    await asyncio.gather(*loud)
    assert charts.most_at_once == 1


async def test_a_turn_whose_asker_was_cancelled_is_another_s() -> None:
    slots = FairSlots()

    async def take(whose: str) -> None:
        async with slots.slot(whose):
            await asyncio.sleep(0)

    async with slots.slot("a"):
        gone = [asyncio.create_task(take("b")) for _ in range(3)]
        await asyncio.sleep(0)
        for task in gone:
            task.cancel()
    late = asyncio.create_task(take("b"))
    # Cancelled at the very moment of its grant.
    slots._grant()
    late.cancel()
    await asyncio.gather(*gone, late, return_exceptions=True)
    await asyncio.wait_for(take("c"), 1)
