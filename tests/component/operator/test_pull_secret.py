"""The registries' logins: given once, handed to each lab, and nowhere else to be read."""

from __future__ import annotations

import base64
import json

import pytest

from streaminglab_operator.api import Reason
from streaminglab_operator.plan import Options
from tests.component.operator.test_services import PLAIN
from tests.fakes.fields import Json
from tests.fakes.world import METEO, NAMESPACE, World

HOME = "streaminglab-system"
OPTIONS = Options(image_pull_secrets=("registry",), copy_pull_secrets=True)
COPY = "meteo-image-pull"
PASSWORD = "SECRET-of-the-registry"


def config(password: str = PASSWORD) -> str:
    return json.dumps({"auths": {"registry.example.org": {"password": password}}})


def give(world: World, text: str, name: str = "registry") -> None:
    """An administrator's `kubectl create secret docker-registry`."""
    data = {".dockerconfigjson": base64.b64encode(text.encode()).decode()}
    where = {"name": name, "namespace": HOME}
    kind = "kubernetes.io/dockerconfigjson"
    world.server.create(
        {"apiVersion": "v1", "kind": "Secret", "type": kind, "metadata": where, "data": data},
        "kubectl",
    )


def copied(world: World) -> Json:
    return dict(world.server.get("Secret", NAMESPACE, COPY))


def held(world: World) -> Json:
    text = base64.b64decode(copied(world)["data"][".dockerconfigjson"]).decode()
    return dict(json.loads(text)["auths"])


async def test_each_lab_gets_the_logins_before_its_first_pod_and_loses_them_with_itself() -> None:
    world = World(options=OPTIONS)
    give(world, config())
    world.add_lab(PLAIN)
    await world.settle(world.ready, seconds=60)
    made = copied(world)
    assert made["type"] == "kubernetes.io/dockerconfigjson"
    assert held(world) == {"registry.example.org": {"password": PASSWORD}}
    (owner,) = made["metadata"]["ownerReferences"]
    assert owner["kind"] == "StreamingLab"
    pods = world.server.find("Pod")
    assert pods
    assert all(pod["spec"]["imagePullSecrets"] == [{"name": COPY}] for pod in pods)
    first = next(i for i, write in enumerate(world.writes.done) if "StatefulSet" in write)
    assert any(COPY in write for write in world.writes.done[:first])


async def test_a_new_password_reaches_labs_that_run_and_no_pod_is_rolled() -> None:
    world = World(options=OPTIONS)
    give(world, config())
    world.add_lab(PLAIN)
    await world.settle(world.ready, seconds=60)
    world.writes.done.clear()
    world.server.delete("Secret", HOME, "registry")
    give(world, config("SECRET-new"))
    await world.settle(
        lambda: held(world)["registry.example.org"]["password"] == "SECRET-new", seconds=1500
    )
    assert [w for w in world.writes.done if "Secret" not in w and "status" not in w] == []


async def test_a_copy_that_was_deleted_comes_back() -> None:
    world = World(options=OPTIONS)
    give(world, config())
    world.add_lab(PLAIN)
    await world.settle(world.ready, seconds=60)
    world.server.delete("Secret", NAMESPACE, COPY)
    await world.settle(lambda: ("Secret", NAMESPACE, COPY) in world.server.objects, seconds=1500)


@pytest.mark.provokes(Reason.PULL_SECRET_MISSING)
@pytest.mark.parametrize("given", [None, "{}", "no JSON SECRET-of-the-registry"])
async def test_logins_that_are_not_there_are_named_and_waited_for(given: str | None) -> None:
    world = World(options=OPTIONS)
    if given is not None:
        give(world, given)
    world.add_lab(PLAIN)
    await world.settle(seconds=30)
    said = world.condition("Ready")
    assert (said["status"], said["reason"]) == ("False", "PullSecretMissing")
    assert HOME in said["message"]
    assert "registry" in said["message"]
    assert PASSWORD not in json.dumps(world.status())
    assert world.server.find("Pod") == []
    if given is not None:
        world.server.delete("Secret", HOME, "registry")
    give(world, config())
    await world.settle(world.ready, seconds=60)


async def test_a_lab_that_has_its_copy_outlives_the_loss_of_the_original() -> None:
    world = World(options=OPTIONS)
    give(world, config())
    world.add_lab(PLAIN)
    await world.settle(world.ready, seconds=60)
    world.server.delete("Secret", HOME, "registry")
    world.restart()
    await world.settle(seconds=60)
    assert world.ready()
    assert held(world) == {"registry.example.org": {"password": PASSWORD}}


async def test_somebody_elses_secret_of_the_name_is_left_alone() -> None:
    world = World(options=OPTIONS)
    give(world, config())
    where = {"name": COPY, "namespace": NAMESPACE}
    world.server.create({"apiVersion": "v1", "kind": "Secret", "metadata": where}, "kubectl")
    world.add_lab(PLAIN)
    await world.settle(seconds=30)
    assert world.condition("Ready")["reason"] == "NameTaken"
    assert COPY in world.condition("Ready")["message"]
    assert "data" not in copied(world)


async def test_unless_it_is_asked_for_nothing_is_copied() -> None:
    world = World(options=Options(image_pull_secrets=("registry",)))
    give(world, config())
    world.add_lab(PLAIN)
    await world.settle(world.ready, seconds=60)
    assert ("Secret", NAMESPACE, COPY) not in world.server.objects
    names = [pod["spec"]["imagePullSecrets"] for pod in world.server.find("Pod")]
    assert all(found == [{"name": "registry"}] for found in names)


async def test_no_login_is_anywhere_but_in_the_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    world = World(options=OPTIONS)
    give(world, config())
    world.add_lab(PLAIN)
    await world.settle(world.ready, seconds=60)
    everything = json.dumps(
        [raw for key, raw in world.server.objects.items() if key[0] != "Secret"]
    )
    memory = repr(world.reconciler._memories)
    assert "PullSecretMemory" in memory
    tools = repr(world.reconciler._tools.pull_secrets._known)
    written = capsys.readouterr()
    for text in (everything, memory, tools, written.out, written.err, world.store.objects(METEO)):
        assert PASSWORD not in repr(text)
