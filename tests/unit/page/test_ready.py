"""What a catalog is answered that shows a lab by its page's pod."""

from __future__ import annotations

from tests.unit.page.kube_server import KubeServer
from tests.unit.page.labs import condition, lab
from tests.unit.page.page_lab import Browser


async def ready(visitor: Browser, status: int) -> None:
    """Ask until the answer is this one: news of the lab comes a moment later."""
    while (await visitor.get("/ready")).status != status:
        pass


async def test_the_page_is_ready_while_the_lab_is(visitor: Browser, kube: KubeServer) -> None:
    await ready(visitor, 200)
    kube.put(lab(conditions=[condition("Ready", "False", "Suspended", "the lab rests")]))
    await ready(visitor, 503)
    kube.put(lab())
    await ready(visitor, 200)


async def test_it_is_not_without_a_lab(visitor: Browser, kube: KubeServer) -> None:
    await ready(visitor, 200)
    kube.put(lab(conditions=[]))
    await ready(visitor, 503)
    kube.delete()
    await ready(visitor, 503)


async def test_an_api_server_that_is_away_takes_no_card_its_colour(
    visitor: Browser, kube: KubeServer
) -> None:
    await ready(visitor, 200)
    asked = len(kube.requests)
    kube.refusal = (500, "away")
    kube.send(None)
    await kube.until(lambda: len(kube.requests) > asked)
    await ready(visitor, 200)


async def test_only_the_lab_is_asked_for_and_not_whether_the_page_answers(
    visitor: Browser, kube: KubeServer
) -> None:
    kube.put(lab(conditions=[condition("Ready", "False", "Starting")]))
    await ready(visitor, 503)
    assert (await visitor.get("/healthz")).status == 200
    assert (await visitor.get("/login")).status == 200
