"""`spec.passwordsSecretName`: passwords of one's own choice."""

from __future__ import annotations

import base64
import json
import re

import pytest

from streaminglab_operator.api import Reason
from tests.component.operator.test_services import PLAIN
from tests.fakes.fields import Json
from tests.fakes.world import METEO, NAMESPACE, World

NAME = "class-passwords"
SPEC: Json = {
    **PLAIN,
    "page": {},
    "kafkaUI": {},
    "mongodb": {},
    "sftp": {"users": [{"name": "alice"}, {"name": "bob"}]},
    "passwordsSecretName": NAME,
}
CHOSEN = {"page-password": "SECRET-of-the-page", "mongodb-password": "SECRET.of~mongo_1"}
ALICES = {"sftp-alice-password": "SECRET-of-alice"}


def give(world: World, values: dict[str, str]) -> None:
    """`kubectl create secret generic`, in place of one that is there."""
    if ("Secret", NAMESPACE, NAME) in world.server.objects:
        world.server.delete("Secret", NAMESPACE, NAME)
    data = {k: base64.b64encode(v.encode()).decode() for k, v in values.items()}
    where = {"name": NAME, "namespace": NAMESPACE}
    world.server.create({"kind": "Secret", "metadata": where, "data": data}, "kubectl")


def values(world: World) -> dict[str, str]:
    data = world.server.get("Secret", NAMESPACE, "meteo-credentials")["data"]
    return {k: base64.b64decode(v).decode() for k, v in data.items()}


def sftp_users(world: World) -> dict[str, str]:
    """The password of each user of SFTP."""
    lines = values(world)["sftp-users"].splitlines()
    return {name: password for name, _, password in (line.partition(":") for line in lines)}


def annotate(world: World, **annotations: str) -> None:
    change = {
        "metadata": {"annotations": {f"streaminglab.dev/{k}": v for k, v in annotations.items()}}
    }
    world.server.edit("StreamingLab", NAMESPACE, METEO.name, change, "kubectl")


async def brought_up(chosen: dict[str, str]) -> World:
    world = World()
    give(world, chosen)
    world.add_lab(SPEC)
    await world.settle(world.ready, seconds=120)
    return world


async def test_the_lab_has_the_passwords_that_were_chosen_and_draws_the_others() -> None:
    world = await brought_up({**CHOSEN, "influxdb-password": "SECRET-not-taken", "else": "x"})
    found = values(world)
    assert {key: found[key] for key in CHOSEN} == CHOSEN
    assert f":{CHOSEN['mongodb-password']}@" in found["mongodb-uri"]
    assert len(found["kafka-ui-password"]) > 20
    assert "else" not in found
    assert "influxdb-password" not in found, "a lab without the weather has none"


async def test_a_user_of_sftp_has_the_password_that_was_chosen_and_the_other_a_drawn_one() -> None:
    world = await brought_up({**CHOSEN, **ALICES, "sftp-carol-password": "SECRET-of-nobody"})
    found = sftp_users(world)
    assert list(found) == ["foo", "alice", "bob"]
    assert found["foo"] == values(world)["sftp-password"]
    assert found["alice"] == "SECRET-of-alice"
    assert re.fullmatch("[0-9a-f]{24}", found["bob"])
    assert not {k for k in values(world) if "alice" in k or "carol" in k}


async def test_another_password_of_an_sftp_user_restarts_its_server_and_nothing_else() -> None:
    world = await brought_up({**CHOSEN, **ALICES})
    before, pods = sftp_users(world), {c: world.names("Pod", c) for c in ("mongodb", "kafka-ui")}
    templates = world.server.get("StatefulSet", NAMESPACE, "meteo-sftp")["spec"]["template"]
    give(world, {**CHOSEN, "sftp-alice-password": "SECRET-the-second"})
    annotate(world, passwords="2")
    await world.settle(lambda: sftp_users(world)["alice"] == "SECRET-the-second", seconds=30)
    await world.settle(seconds=60)
    assert sftp_users(world) == {**before, "alice": "SECRET-the-second"}
    assert world.server.get("StatefulSet", NAMESPACE, "meteo-sftp")["spec"]["template"] != templates
    assert {c: world.names("Pod", c) for c in pods} == pods


async def test_a_chosen_password_of_an_sftp_user_lasts_until_it_is_rotated() -> None:
    world = await brought_up({**CHOSEN, **ALICES})
    before = sftp_users(world)
    annotate(world, rotate="now")
    await world.settle(lambda: sftp_users(world)["bob"] != before["bob"], seconds=60)
    assert sftp_users(world)["alice"] == "SECRET-of-alice"
    world.server.edit(
        "StreamingLab", NAMESPACE, METEO.name, {"spec": {"passwordsSecretName": None}}, "kubectl"
    )
    await world.settle(seconds=60)
    assert sftp_users(world)["alice"] == "SECRET-of-alice"
    annotate(world, rotate="again")
    await world.settle(lambda: sftp_users(world)["alice"] != "SECRET-of-alice", seconds=60)


async def test_nobody_gets_the_first_users_password_by_his_name() -> None:
    world = await brought_up({**CHOSEN, **ALICES})
    sftp = {"username": "bar", "users": [{"name": "foo"}]}
    world.server.edit("StreamingLab", NAMESPACE, METEO.name, {"spec": {"sftp": sftp}}, "kubectl")
    await world.settle(lambda: list(sftp_users(world)) == ["bar", "foo"], seconds=60)
    assert sftp_users(world)["bar"] == values(world)["sftp-password"]
    assert sftp_users(world)["foo"] != values(world)["sftp-password"]


async def test_another_password_is_taken_with_the_next_edit_and_its_pods_restart() -> None:
    world = await brought_up(CHOSEN)
    pods = {c: world.names("Pod", c) for c in ("mongodb", "kafka-ui")}
    give(world, {**CHOSEN, "mongodb-password": "SECRET-the-second"})
    annotate(world, passwords="2")
    await world.settle(lambda: values(world)["mongodb-password"] == "SECRET-the-second", seconds=30)
    await world.settle(seconds=60)
    assert "SECRET-the-second" in values(world)["mongodb-uri"]
    assert world.ready()
    assert [o for o in world.writes.done if "mongodb" in o]
    assert world.names("Pod", "kafka-ui") == pods["kafka-ui"]


async def test_without_an_edit_it_is_taken_a_little_later() -> None:
    world = await brought_up(CHOSEN)
    give(world, {**CHOSEN, "page-password": "SECRET-the-second"})
    await world.settle(lambda: values(world)["page-password"] == "SECRET-the-second", seconds=1500)


async def test_a_rotation_changes_none_that_was_chosen() -> None:
    world = await brought_up(CHOSEN)
    before = values(world)
    annotate(world, rotate="now")
    await world.settle(
        lambda: values(world)["kafka-ui-password"] != before["kafka-ui-password"], seconds=60
    )
    assert {key: values(world)[key] for key in CHOSEN} == CHOSEN


async def test_what_was_chosen_stays_without_the_field_until_it_is_rotated() -> None:
    world = await brought_up(CHOSEN)
    world.server.edit(
        "StreamingLab", NAMESPACE, METEO.name, {"spec": {"passwordsSecretName": None}}, "kubectl"
    )
    await world.settle(seconds=60)
    assert {key: values(world)[key] for key in CHOSEN} == CHOSEN
    annotate(world, rotate="now")
    await world.settle(
        lambda: values(world)["page-password"] != CHOSEN["page-password"], seconds=60
    )


async def test_what_somebody_writes_into_the_labs_own_secret_is_put_back() -> None:
    world = await brought_up(CHOSEN)
    data = {"page-password": base64.b64encode(b"SECRET-by-hand").decode()}
    world.server.edit("Secret", NAMESPACE, "meteo-credentials", {"data": data}, "kubectl")
    annotate(world, anything="1")
    await world.settle(
        lambda: values(world)["page-password"] == CHOSEN["page-password"], seconds=60
    )


@pytest.mark.provokes(Reason.PASSWORDS_NOT_USABLE)
@pytest.mark.parametrize(
    "given",
    [
        None,
        {"page-password": "SECRET-\n"},
        {"page-password": "SECRET"},
        {"mongodb-password": "SECRET@/x:"},
        {"sftp-alice-password": "SECRET:x"},
    ],
)
async def test_passwords_that_cannot_be_taken_are_named_and_waited_for(
    given: dict[str, str] | None,
) -> None:
    world = World()
    if given is not None:
        give(world, given)
    world.add_lab(SPEC)
    await world.settle(seconds=30)
    said = world.condition("Ready")
    assert (said["status"], said["reason"]) == ("False", "PasswordsNotUsable")
    assert NAME in said["message"]
    assert all(key in said["message"] for key in given or ())
    assert "SECRET" not in json.dumps(world.status())
    assert world.server.find("Pod") == []
    give(world, CHOSEN)
    await world.settle(world.ready, seconds=120)


async def test_no_chosen_password_is_anywhere_but_in_the_secrets(
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = await brought_up({**CHOSEN, **ALICES})
    others = json.dumps([raw for key, raw in world.server.objects.items() if key[0] != "Secret"])
    memory = repr(world.reconciler._memories)
    written = capsys.readouterr()
    for text in (others, memory, written.out, written.err, repr(world.store.objects(METEO))):
        assert not [value for value in (*CHOSEN.values(), *ALICES.values()) if value in text]
