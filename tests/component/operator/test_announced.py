"""`spec.access.discoverable`: services of a catalog find the lab's, in the form that they read."""

from __future__ import annotations

import base64

import pytest

from tests.fakes.cluster import Crash, Writes
from tests.fakes.fields import Json
from tests.fakes.world import METEO, NAMESPACE, World

SPEC: Json = {
    "weather": False,
    "postgresql": {"database": "numbers", "username": "clerk"},
    "mongodb": {},
    "access": {"discoverable": True},
}


def found(world: World) -> dict[str, Json]:
    """By the annotation's word, the `data` of what a reader finds in the namespace."""
    secrets = {
        raw["metadata"].get("annotations", {}).get("onyxia/discovery", ""): raw["data"]
        for raw in world.server.find("Secret")
    }
    return {word: data for word, data in secrets.items() if word}


def plain(data: Json, key: str) -> str:
    return base64.b64decode(data[key]).decode()


def edit(world: World, spec: Json) -> None:
    world.server.edit("StreamingLab", NAMESPACE, METEO.name, {"spec": spec}, "kubectl")


def credential(world: World, key: str) -> str:
    return plain(world.server.get("Secret", NAMESPACE, "meteo-credentials")["data"], key)


async def brought_up() -> World:
    world = World()
    world.add_lab(SPEC)
    await world.settle(lambda: world.ready() and len(found(world)) == 3, seconds=120)
    return world


async def test_they_are_in_the_form_that_the_catalogs_charts_read() -> None:
    world = await brought_up()
    told = found(world)
    assert plain(told["kafka"], "kafka-service") == "meteo-kafka:9092"
    postgres = told["postgres"]
    assert plain(postgres, "postgres-service") == "meteo-postgresql"
    assert postgres["postgres-port"] == "5432", "readers do not decode it"
    assert plain(postgres, "postgres-database") == "numbers"
    assert plain(postgres, "postgres-username") == "clerk"
    for key in ("password", "postgres-password"):
        assert plain(postgres, key) == credential(world, "postgresql-password")
    mongodb = told["mongodb"]
    assert plain(mongodb, "mongodb-service") == "meteo-mongodb:27017"
    assert plain(mongodb, "mongodb-password") == credential(world, "mongodb-password")
    assert plain(mongodb, "mongodb-database") == "defaultdb"


async def test_nothing_is_told_of_what_does_not_answer_yet() -> None:
    world = World()
    world.add_lab(SPEC)
    seen: list[bool] = []

    def told_too_early() -> bool:
        up = any(p["status"].get("phase") == "Running" for p in world.server.find("Pod"))
        seen.append(bool(found(world)) and not up)
        return world.ready()

    await world.settle(told_too_early, seconds=120)
    assert not any(seen)


async def test_unless_it_is_asked_for_nothing_is_told() -> None:
    world = World()
    world.add_lab({**SPEC, "access": {}})
    await world.settle(world.ready, seconds=120)
    await world.settle(seconds=60)
    assert found(world) == {}


async def test_what_is_taken_out_or_rests_is_found_no_more_and_comes_back() -> None:
    world = await brought_up()
    edit(world, {"mongodb": None})
    await world.settle(lambda: set(found(world)) == {"kafka", "postgres"}, seconds=60)
    left = world.server.get("Secret", NAMESPACE, "discoverable-meteo-mongodb")
    assert left["data"] == {}, "no copy of a password stays behind"
    edit(world, {"suspend": True})
    await world.settle(lambda: not found(world), seconds=60)
    edit(world, {"suspend": False})
    await world.settle(lambda: set(found(world)) == {"kafka", "postgres"}, seconds=120)
    edit(world, {"access": {"discoverable": False}})
    await world.settle(lambda: not found(world), seconds=60)


@pytest.mark.parametrize("write", range(6))
@pytest.mark.parametrize("spec", [{"suspend": True}, {"access": {"discoverable": False}}])
async def test_what_is_found_no_more_is_so_wherever_the_operator_ends_in_between(
    spec: Json, write: int
) -> None:
    """None of its writes, and no start anew, leaves a Secret behind that tells of what is not."""
    world = await brought_up()
    world.writes = Writes(write)
    world.start_operator()
    edit(world, spec)
    try:
        await world.settle(seconds=60)
    except Crash:
        world.restart()
        await world.settle(seconds=60)
    assert found(world) == {}
    assert world.status()["announced"] == []


async def test_nothing_is_told_before_the_status_says_so() -> None:
    """Otherwise one that starts anew, when it is asked for no more, would not know of it."""
    world = World()
    world.add_lab(SPEC)
    early: list[set[str]] = []

    def seen() -> bool:
        words = {word.replace("postgres", "postgresql") for word in found(world)}
        early.append(words - set(world.status().get("announced", ())))
        return world.ready() and len(words) == 3

    await world.settle(seen, seconds=120)
    assert not any(early)


async def test_a_rotated_password_is_told() -> None:
    world = await brought_up()
    before = credential(world, "postgresql-password")
    change = {"metadata": {"annotations": {"streaminglab.dev/rotate": "now"}}}
    world.server.edit("StreamingLab", NAMESPACE, METEO.name, change, "kubectl")
    await world.settle(lambda: plain(found(world)["postgres"], "password") != before, seconds=120)
    assert plain(found(world)["postgres"], "password") == credential(world, "postgresql-password")


async def test_a_secret_of_somebody_else_is_left_as_it_is() -> None:
    world = World()
    where = {"name": "discoverable-meteo-kafka", "namespace": NAMESPACE}
    theirs = {"kind": "Secret", "metadata": where, "data": {"own": "eA=="}}
    world.server.create(theirs, "kubectl")
    world.add_lab(SPEC)
    await world.settle(lambda: world.ready() and len(found(world)) == 2, seconds=120)
    assert world.server.get("Secret", NAMESPACE, where["name"])["data"] == {"own": "eA=="}


async def test_one_that_was_deleted_comes_back_also_with_a_new_operator() -> None:
    world = await brought_up()
    world.server.delete("Secret", NAMESPACE, "discoverable-meteo-kafka")
    world.restart()
    await world.settle(lambda: "kafka" in found(world), seconds=60)
    (owner,) = world.server.get("Secret", NAMESPACE, "discoverable-meteo-kafka")["metadata"][
        "ownerReferences"
    ]
    assert owner["kind"] == "StreamingLab"
