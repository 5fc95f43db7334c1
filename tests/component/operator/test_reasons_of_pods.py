"""What kubelet and the scheduler say of a pod is what the lab says, by the same word."""

from typing import Any

import pytest

from streaminglab_operator.api import Reason
from tests.fakes.controllers import NO_PROXY
from tests.fakes.world import METEO, World


def waiting(word: str, message: str = "") -> dict[str, Any]:
    return {"state": {"waiting": {"reason": word, "message": message}}}


def ended(word: str, code: int, message: str = "") -> dict[str, Any]:
    return {"state": {"terminated": {"reason": word, "exitCode": code, "message": message}}}


async def told_of(world: World, status: dict[str, Any], reason: Reason) -> str:
    """Telegraf's pod gets a status; the message of the lab, which heals with the pod."""
    (pod,) = world.names("Pod", "telegraf")
    unready = {"type": "Ready", "status": "False"}
    status["conditions"] = [*status.get("conditions", ()), unready]
    world.server.set_status("Pod", METEO.namespace, pod, status)
    await world.settle(lambda: world.condition("TelegrafReady")["reason"] == reason, seconds=60)
    ready = world.condition("Ready")
    assert (ready["status"], ready["reason"]) == ("False", reason)
    assert world.condition("TelegrafReady")["message"] in ready["message"]
    assert pod in ready["message"]
    world.server.delete("Pod", METEO.namespace, pod)
    await world.settle(world.ready, seconds=60)
    return str(ready["message"])


@pytest.mark.parametrize(
    ("reason", "container", "words"),
    [
        pytest.param(
            Reason.ERR_IMAGE_PULL,
            waiting("ErrImagePull", "manifest unknown"),
            ("cannot be pulled", "manifest unknown"),
            marks=pytest.mark.provokes(Reason.ERR_IMAGE_PULL),
        ),
        pytest.param(
            Reason.ERR_IMAGE_NEVER_PULL,
            waiting("ErrImageNeverPull"),
            ("is not on the node", "pulling is switched off"),
            marks=pytest.mark.provokes(Reason.ERR_IMAGE_NEVER_PULL),
        ),
        pytest.param(
            Reason.INVALID_IMAGE_NAME,
            waiting("InvalidImageName", "couldn't parse image reference"),
            ("is not valid", "couldn't parse"),
            marks=pytest.mark.provokes(Reason.INVALID_IMAGE_NAME),
        ),
        pytest.param(
            Reason.CREATE_CONTAINER_CONFIG_ERROR,
            waiting("CreateContainerConfigError", 'secret "mine" not found'),
            ("a Secret or ConfigMap that it needs is missing", 'secret "mine" not found'),
            marks=pytest.mark.provokes(Reason.CREATE_CONTAINER_CONFIG_ERROR),
        ),
        pytest.param(
            Reason.CREATE_CONTAINER_ERROR,
            waiting("CreateContainerError", "context deadline exceeded"),
            ("the node could not create it", "context deadline exceeded"),
            marks=pytest.mark.provokes(Reason.CREATE_CONTAINER_ERROR),
        ),
        pytest.param(
            Reason.RUN_CONTAINER_ERROR,
            waiting("RunContainerError", 'exec: "telegraf": not found'),
            ("the node could not start it", "not found"),
            marks=pytest.mark.provokes(Reason.RUN_CONTAINER_ERROR),
        ),
        pytest.param(
            Reason.OOM_KILLED,
            ended("OOMKilled", 137),
            ("more memory than its limit", "OOMKilled"),
            marks=pytest.mark.provokes(Reason.OOM_KILLED),
        ),
        pytest.param(
            Reason.ERROR,
            ended("Error", 3, "no such output plugin"),
            ("ended with code 3", "no such output plugin"),
            marks=pytest.mark.provokes(Reason.ERROR),
        ),
    ],
    ids=str,
)
async def test_what_is_wrong_with_a_container_is_the_labs_reason(
    world: World, reason: Reason, container: dict[str, Any], words: tuple[str, ...]
) -> None:
    main = {"name": "telegraf", "image": "telegraf:mine", "ready": False, **container}
    message = await told_of(world, {"phase": "Pending", "containerStatuses": [main]}, reason)
    assert [word for word in words if word not in message] == []


@pytest.mark.provokes(Reason.SCHEDULING_GATED)
async def test_a_pod_that_a_gate_holds_back_is_said_to_find_no_node(world: World) -> None:
    words = "Scheduling is blocked due to non-empty scheduling gates"
    gate = {"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}
    status = {"phase": "Pending", "conditions": [gate | {"message": words}]}
    assert words in await told_of(world, status, Reason.SCHEDULING_GATED)


@pytest.mark.provokes(Reason.EVICTED)
async def test_an_eviction_is_told_with_the_volume_that_was_full(world: World) -> None:
    words = 'Usage of EmptyDir volume "tmp" exceeds the limit "64Mi". '
    status = {"phase": "Failed", "reason": "Evicted", "message": words}
    message = await told_of(world, status, Reason.EVICTED)
    assert "its emptyDir tmp" in message
    assert "holds at most 64Mi" in message


@pytest.mark.provokes(Reason.POD_FAILED)
async def test_a_word_of_kubelet_that_has_no_row_is_in_the_message(world: World) -> None:
    status = {"phase": "Failed", "reason": "OutOfcpu", "message": "Node didn't have enough cpu"}
    message = await told_of(world, status, Reason.POD_FAILED)
    assert "failed (OutOfcpu): Node didn't have enough cpu" in message


@pytest.mark.provokes(Reason.OTHER_CONTAINER_RUNS)
async def test_a_proxy_that_keeps_a_job_from_ending_is_told_and_the_lab_heals_without_it() -> None:
    """A mesh adds it to each pod; the Job's template cannot change, so that the Job is another."""
    world = World()
    world.controllers.mesh = True
    world.add_lab()
    await world.settle(
        lambda: world.condition("TopicsReady")["reason"] == Reason.OTHER_CONTAINER_RUNS, seconds=60
    )
    (pod,) = world.names("Pod", "init")
    message = world.condition("Ready")["message"]
    assert [word for word in (pod, "a-proxy", "spec.pods") if word not in message] == []
    world.edit_lab({"pods": {"annotations": {NO_PROXY: "false"}}})
    await world.settle(world.ready, seconds=240)
    assert world.ready(), world.status()
    assert world.lies == []
