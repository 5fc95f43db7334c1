"""What is in the way, what it means, and what to do."""

from typing import Any

import pytest

from streaminglab_cli.lab import Lab as Told
from streaminglab_cli.why import causes as told_by_kubectl
from streaminglab_page.declared import declared
from streaminglab_page.lab import lab as shown
from streaminglab_page.logins import Logins
from streaminglab_page.view import Cause
from tests.unit.page.labs import component, condition, lab

NO_IMAGE = "kafka-ui: no such image"


def found(**status: Any) -> tuple[Cause, ...]:
    return shown(lab(**status), Logins()).causes


def not_ready(reason: str, message: str) -> dict[str, Any]:
    return {"conditions": [condition("Ready", "False", reason, message)]}


def test_nothing_is_in_the_way_of_a_lab_that_is_ready() -> None:
    assert found() == ()
    assert found(conditions=[]) == ()


def test_the_part_that_ready_names_comes_first_with_its_log() -> None:
    first, *_ = found(
        **not_ready("ImagePullBackOff", NO_IMAGE),
        components=[
            component("telegraf", "0/1", "Starting", "telegraf: is starting"),
            component("kafka-ui", "0/1", "ImagePullBackOff", NO_IMAGE),
        ],
    )
    assert (first.what, first.reason, first.message) == ("kafka-ui", "ImagePullBackOff", NO_IMAGE)
    assert first.cure == declared().cures["ImagePullBackOff"]
    assert first.command.startswith("kubectl -n user-alice logs --tail=50 -l ")
    assert "app.kubernetes.io/component=kafka-ui" in first.command


def test_trouble_comes_before_what_only_waits() -> None:
    parts = [
        component("telegraf", "0/1", "Starting", "telegraf: is starting"),
        component("producer", "0/1", "OOMKilled", "producer: was killed"),
    ]
    status = not_ready("WaitingForTopics", "waiting for topics")
    assert [one.what for one in found(**status, components=parts)] == [
        "Ready",
        "producer",
        "telegraf",
    ]


def test_what_is_in_the_way_is_told_with_what_it_means() -> None:
    (one,) = found(**not_ready("Paused", "the lab is paused"), components=[])
    assert (one.means, one.cure) == (declared().means["Paused"], declared().cures["Paused"])
    assert one.command == "kubectl -n user-alice describe slab meteo"
    (one,) = found(**not_ready("Unheard", "nobody knows"), components=[])
    assert (one.means, one.cure) == ("", "")


def test_a_part_that_is_as_it_shall_be_is_in_nobodys_way() -> None:
    parts = [
        component("kafka", "3/3", "Ready", "kafka: 3 of 3 ready"),
        component("init", "1/1", "Complete", "init is done"),
    ]
    raw = lab(**not_ready("Paused", "the lab is paused"), components=parts)
    found = shown(raw, Logins())
    assert [one.what for one in found.causes] == ["Ready"]
    assert [part.state for part in found.components] == ["ready", "ready"]


def test_a_name_that_is_a_command_stays_a_word() -> None:
    (one,) = found(
        **not_ready("Starting", "x: is starting"),
        components=[component("x; rm -rf ~", "0/1", "Starting", "x: is starting")],
    )
    assert "'x; rm -rf ~'" in one.command


@pytest.mark.parametrize("reason", ["OOMKilled", "Starting", "Paused", "Unheard"])
def test_it_says_what_kubectl_slab_why_says(reason: str) -> None:
    raw = lab(
        **not_ready(reason, "kafka: is not well"),
        components=[
            component("kafka", "0/1", reason, "kafka: is not well"),
            component("telegraf", "0/1", "Starting", "telegraf: is starting"),
            component("influxdb", "1/1", "Ready", "influxdb: 1 of 1 ready"),
            component("init", "1/1", "Complete", "init is done"),
        ],
    )
    mine = shown(raw, Logins()).causes
    theirs = told_by_kubectl(Told(raw))
    assert [(one.message, one.reason) for one in mine] == [
        (one.message, one.reason) for one in theirs
    ]
    for one, other in zip(mine, theirs, strict=True):
        assert one.cure in (other.cure, "")
