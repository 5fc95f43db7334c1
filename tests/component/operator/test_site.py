"""What the administrator lets labs ask for: told, and never to the harm of a lab that runs."""

from __future__ import annotations

from typing import Any

import pytest

from streaminglab_operator.api import Reason
from streaminglab_operator.plan import Options
from streaminglab_operator.schema.site import Site
from tests.component.operator.test_services import PLAIN
from tests.fakes import volumes
from tests.fakes.world import NAMESPACE, World

BIG = {"resources": {"memory": "3Gi"}}


def options(**said: Any) -> Options:
    return Options(site=Site.model_validate(said))


SMALL = options(maximum={"memory": "2Gi"})


def memory(world: World) -> str:
    """Of the toolbox, as it runs."""
    (name,) = world.names("Deployment", "toolbox")
    found = world.server.objects["Deployment", NAMESPACE, name]
    (container,) = found["spec"]["template"]["spec"]["containers"]
    return str(container["resources"]["limits"]["memory"])


def refusal(world: World) -> str:
    said = world.condition("Ready")
    assert (said["status"], said["reason"]) == ("False", "InvalidSpec")
    return str(said["message"])


async def with_toolbox(part: dict[str, Any], options: Options | None = None) -> World:
    world = World(options=options)
    world.add_lab({**PLAIN, "toolbox": part})
    await world.settle(world.ready, seconds=60)
    return world


async def after(world: World, options: Options) -> None:
    """The operator comes back with other settings."""
    world.options = options
    world.restart()
    await world.settle(seconds=60)


async def test_a_lab_that_asks_for_too_much_is_told_and_not_made() -> None:
    world = World(options=SMALL)
    world.add_lab({**PLAIN, "toolbox": BIG})
    await world.settle(seconds=60)
    assert "spec.toolbox.resources.memory: 3Gi is more than" in refusal(world)
    assert world.names("Deployment") == world.names("StatefulSet") == []


async def test_an_edit_beyond_the_limit_leaves_what_runs() -> None:
    world = await with_toolbox({}, SMALL)
    before = memory(world)
    world.edit_lab({"toolbox": BIG})
    await world.settle(seconds=60)
    assert "2Gi at most" in refusal(world)
    assert memory(world) == before
    world.edit_lab({"toolbox": {"resources": {"memory": "1Gi"}}})
    await world.settle(lambda: memory(world) == "1Gi", seconds=120)
    await world.settle(world.ready, seconds=120)


async def test_a_lab_above_a_new_limit_runs_on_and_is_looked_after() -> None:
    world = await with_toolbox(BIG)
    await after(world, SMALL)
    assert world.ready(), world.status()
    world.server.delete("Deployment", NAMESPACE, world.names("Deployment", "toolbox")[0])
    await world.settle(lambda: bool(world.names("Deployment", "toolbox")), seconds=60)
    assert memory(world) == "3Gi"


async def test_such_a_lab_may_change_what_is_no_more_than_before() -> None:
    world = await with_toolbox(BIG)
    await after(world, SMALL)
    world.edit_lab({"page": {"enabled": True}})
    await world.settle(lambda: bool(world.names("Deployment", "page")), seconds=120)
    world.edit_lab({"toolbox": {"resources": {"memory": "4Gi"}}})
    await world.settle(seconds=60)
    assert "4Gi is more than" in refusal(world)
    assert memory(world) == "3Gi"


async def test_a_profile_that_the_site_takes_away_takes_nothing_down() -> None:
    site = options(profiles={"small": {"sizes": {"toolbox": {"memory": "300Mi"}}}})
    world = World(options=site)
    world.add_lab({**PLAIN, "profile": "small", "toolbox": {}})
    await world.settle(world.ready, seconds=60)
    assert memory(world) == "300Mi"
    await after(world, Options())
    assert "there is no profile small here" in refusal(world)
    assert memory(world) == "300Mi"


async def test_another_class_of_the_site_is_for_disks_to_come() -> None:
    world = World(options=options(storage={"className": "standard"}))
    world.add_lab({**PLAIN, "sftp": {}})
    await world.settle(world.ready, seconds=60)
    kind = "PersistentVolumeClaim"
    claims = world.names(kind)
    await after(world, options(storage={"className": "fast"}))
    assert world.names(kind) == claims
    assert not [c for c in world.status()["conditions"] if c["type"] == "VolumesReady"]
    found = [world.server.objects[kind, NAMESPACE, name]["spec"] for name in claims]
    assert {spec["storageClassName"] for spec in found} == {"standard"}


async def test_a_lab_without_a_domain_has_that_of_the_site() -> None:
    world = World(options=options(ingress={"domain": "lab.example.org", "className": "public"}))
    world.add_lab({**PLAIN, "kafkaUI": {}, "access": {"ingress": {}}})
    await world.settle(lambda: bool(world.names("Ingress")), seconds=60)
    spec = world.server.objects["Ingress", NAMESPACE, world.names("Ingress")[0]]["spec"]
    assert spec["ingressClassName"] == "public"
    assert spec["rules"][0]["host"] == "user-alice-meteo-kafka-ui.lab.example.org"


async def with_account(account: str, options: Options) -> World:
    """A lab that is ready, and then asks for an account for its Jupyter."""
    world = World(options=options)
    world.add_lab({**PLAIN, "jupyter": {}})
    await world.settle(world.ready, seconds=60)
    world.edit_lab({"jupyter": {"serviceAccountName": account}})
    await world.settle(seconds=60)
    return world


def account(world: World) -> str:
    """Of the pods of Jupyter, as they would be made."""
    (name,) = world.names("StatefulSet", "jupyter")
    found = world.server.objects["StatefulSet", NAMESPACE, name]
    return str(found["spec"]["template"]["spec"].get("serviceAccountName", ""))


OPERATORS = Options(operator_namespace=NAMESPACE, own_account="the-operator")


async def test_jupyter_gets_an_account_of_its_namespace() -> None:
    world = await with_account("student", OPERATORS)
    await world.settle(world.ready, seconds=60)
    assert account(world) == "student"


async def test_jupyter_never_gets_the_operators_own_account() -> None:
    world = await with_account("the-operator", OPERATORS)
    assert "is the operator's own account" in refusal(world)
    assert account(world) == ""
    elsewhere = Options(operator_namespace="system", own_account="the-operator")
    assert account(await with_account("the-operator", elsewhere)) == "the-operator"


@pytest.mark.provokes(Reason.VOLUME_WITHOUT_CLASS)
async def test_a_cluster_without_a_default_class_is_told_with_what_to_write(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(volumes, "DEFAULT_CLASS", "")
    world = World()
    world.add_lab({**PLAIN, "sftp": {}})
    await world.settle(seconds=60)
    said = world.condition("VolumesReady")
    assert (said["status"], said["reason"]) == ("False", "VolumeWithoutClass")
    assert "spec.kafka.storageClassName" in said["message"]
    assert not world.ready()
