"""kopf as it is set up here: what it may look at, and what it must leave alone."""

import asyncio

import pytest
from kopf._cogs.structs.references import Insights, Resource
from kopf._core.reactor import observation

from streaminglab_operator import handlers


def test_kopf_writes_no_events_and_knows_no_peers() -> None:
    chosen = handlers.settings()
    assert not chosen.posting.enabled
    assert chosen.peering.standalone


def test_a_cluster_wide_operator_notices_a_crd_that_comes_later() -> None:
    assert not handlers.settings().scanning.disabled


async def test_limited_to_namespaces_kopf_lists_none_and_serves_those_named_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def refused(**_: object) -> None:
        raise AssertionError("namespaces were listed, which such an operator may not do")

    monkeypatch.setattr("kopf._core.reactor.queueing.watcher", refused)
    monkeypatch.setattr("kopf._cogs.clients.fetching.fetch_objs", refused)
    insights = Insights()
    await insights.backbone.fill(resources=[_namespaces()])
    observer = asyncio.create_task(
        observation.namespace_observer(
            clusterwide=False,
            namespaces=["user-alice", "user-bob"],
            insights=insights,
            settings=handlers.settings(limited=True),
        )
    )
    await asyncio.wait_for(insights.ready_namespaces.wait(), 5)
    assert insights.namespaces == {"user-alice", "user-bob"}
    assert not observer.done()
    observer.cancel()


def _namespaces() -> Resource:
    return Resource(
        "", "v1", "namespaces", kind="Namespace", preferred=True, verbs=frozenset(["list", "watch"])
    )
