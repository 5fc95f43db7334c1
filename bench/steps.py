"""What is done with the labs of a run: rolled out, edited, left alone, deleted."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable

from bench import labs
from bench.client import Client, Json, at_rate, in_parallel
from bench.curve import Curve
from bench.errors import BenchError
from bench.options import Options
from bench.seen import Seen
from bench.stage import LABS, PASSES, Stage, in_force
from bench.waiting import Tracker, tracking

AT_ONCE = 16
EDITED_ONE_BY_ONE = 20
SETTLE_SECONDS = 10.0
MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}
EDIT = {"spec": {"access": {"namespacePods": False}}}
"""Closes a lab to other pods of its namespace: NetworkPolicies change, and no pod is replaced."""
EDIT_ALL = {"spec": {"access": {"namespacePods": True}}}

Key = tuple[str, str]


async def roll_out(stage: Stage, options: Options) -> Seen:
    """Apply all labs, at once or so many a second; until every one is Ready."""
    documents = labs.documents(options)
    came: dict[Key, float] = {}
    async with stage.measured("roll-out", options.labs) as seen:
        started = time.monotonic()
        await _arrive(stage.cluster.admin, documents, options.rate, came)
        until = started + options.timeout - time.monotonic()
        seen.seconds = await stage.ready.until(options.labs, until) - started
    seen.curve = curve(came, stage.ready)
    return seen


async def edit_one(stage: Stage, options: Options) -> Seen:
    """Edit some labs, one after the other: how long each edit takes to be in force."""
    names = labs.namespaces(min(options.labs, EDITED_ONE_BY_ONE))
    async with stage.measured("edit-one", len(names)) as seen:
        async for number in each_edited(stage, seen, names, options.timeout):
            stage.edited = number
        seen.seconds = seen.curve.waits[-1]
    return seen


async def each_edited(
    stage: Stage, seen: Seen, names: list[str], seconds: float
) -> AsyncIterator[int]:
    """Edit labs one after the other, and say how many edits are in force."""
    came: dict[Key, float] = {}
    async with tracking(stage.cluster.admin, LABS, in_force) as tracker:
        for number, name in enumerate(names, 1):
            came[name, labs.LAB_NAME] = time.monotonic()
            await edit(stage.cluster.admin, name, EDIT)
            await tracker.until_seen((name, labs.LAB_NAME), seconds)
            seen.curve = curve(came, tracker)
            yield number


async def edit_all(stage: Stage, options: Options) -> Seen:
    """Edit all labs at once, until every one is Ready as it is wanted now."""
    admin, names, came = stage.cluster.admin, labs.namespaces(options.labs), dict[Key, float]()
    # Those of the step before are closed already, and the others open: all are to be edited.
    closed = set(names[: stage.edited])

    async def one(name: str) -> None:
        came[name, labs.LAB_NAME] = time.monotonic()
        await edit(admin, name, EDIT_ALL if name in closed else EDIT)

    async with (
        stage.measured("edit-all", len(names)) as seen,
        tracking(admin, LABS, in_force) as tracker,
    ):
        started = time.monotonic()
        try:
            await in_parallel([one(name) for name in names], AT_ONCE)
            seen.seconds = await tracker.until(len(names), options.timeout) - started
        finally:
            seen.curve = curve(came, tracker)
    return seen


async def idle(stage: Stage, options: Options) -> Seen:
    """Leave all labs alone."""
    # Replaced pods of the last minute are still being cleared away by the controllers.
    await asyncio.sleep(SETTLE_SECONDS)
    async with stage.measured("idle", options.labs) as seen:
        await asyncio.sleep(options.idle)
        seen.seconds = options.idle
    return seen


async def restart(stage: Stage, options: Options) -> Seen:
    """End the operator and start it again, until it has looked at every lab."""
    operator = stage.operator
    operator.stop()
    async with stage.measured("restart", options.labs) as seen:
        operator.start()
        while (await operator.metric(PASSES) or 0) < options.labs:
            if time.monotonic() > operator.started_at + options.timeout:
                raise BenchError("not every lab was looked at again")
            await asyncio.sleep(0.05)
        seen.seconds = time.monotonic() - operator.started_at
        await asyncio.sleep(SETTLE_SECONDS / 2)
    return seen


async def delete_all(stage: Stage, options: Options) -> Seen:
    """Delete all labs at once, until nothing is left of them."""
    admin, names = stage.cluster.admin, labs.namespaces(options.labs)
    async with stage.measured("delete-all", len(names)) as seen:
        started = time.monotonic()
        await in_parallel([admin.delete(labs.lab_path(name)) for name in names], AT_ONCE)
        await all_gone(admin, started + options.timeout)
        seen.seconds = time.monotonic() - started
    return seen


async def all_gone(client: Client, deadline: float) -> None:
    """Wait until nothing is left of any lab."""
    while left := await labs.left(client):
        if time.monotonic() > deadline:
            raise BenchError(f"still there: {left}")
        await asyncio.sleep(0.5)


async def edit(client: Client, namespace: str, change: Json) -> None:
    """A student's ``kubectl patch`` of a lab's spec."""
    await client.text(
        "PATCH", labs.lab_path(namespace), body=json.dumps(change), headers=MERGE_PATCH
    )


def curve(came: dict[Key, float], tracker: Tracker) -> Curve:
    """Of those that came and were done."""
    done = [key for key in came if key in tracker.first]
    return Curve([came[key] for key in done], [tracker.first[key] for key in done])


async def _arrive(
    client: Client, documents: Iterable[Json], rate: float, came: dict[Key, float]
) -> None:
    async def one(document: Json) -> None:
        metadata = document["metadata"]
        came[metadata["namespace"], metadata["name"]] = time.monotonic()
        await client.apply(labs.lab_path(metadata["namespace"]), labs.body(document))

    jobs = [one(document) for document in documents]
    await (at_rate(jobs, rate) if rate else in_parallel(jobs, AT_ONCE))
