"""Every command of the documents with kubectl: verbs, options, names, keys and ports are those of
kubectl, of the API server and of the lab that the page speaks of."""

from __future__ import annotations

import re

import pytest

from streaminglab_operator.api import ConditionType
from tests.component.pages.prompt import Call, Prompt
from tests.component.pages.stage import namespace_of
from tools.pages import Command, calling, in_prose

OF_PLUGINS = re.compile(r"\bkubectl (?:slab|krew)\b")
"""Not kubectl's own: tests/unit/cli holds the verbs of our plugin, and those of docs/slab.md."""
CALLED = [c for c in (*calling("kubectl"), *in_prose()) if not OF_PLUGINS.search(c.text)]
ONCE = {(c.text, namespace_of(c.page, c.text)): c for c in CALLED}
"""Many stand in several pages."""
NO_NODE = {
    "exec": "does not have a host assigned",
    "port-forward": "pod is not running",
    "wait": "timed out waiting for the condition",
    "rollout": "timed out waiting for the condition",
}
"""How kubectl ends where words and names are right, and no pod runs."""


WRITTEN = re.compile(r"> (\S+)$")


def written_before(command: Command) -> list[Command]:
    """The commands above it on its page that write a file which it names: who types it has typed
    them."""
    return [
        before
        for before in CALLED
        if (before.page, before.line < command.line) == (command.page, True)
        and (file := WRITTEN.search(before.text))
        and file[1] in command.text.split()
    ]


def wrong(call: Call) -> str:
    """What is wrong with a call; empty when it is only that no pod runs here."""
    if call.code == 0:
        return call.said if "unknown field" in call.said else ""
    verb = next((word for word in call.words if word in NO_NODE), "")
    return "" if verb and NO_NODE[verb] in call.said else call.said or f"exit code {call.code}"


@pytest.mark.parametrize("command", list(ONCE.values()), ids=lambda command: command.place)
def test_kubectl_and_the_api_server_know_what_a_page_lets_one_type(
    prompt: Prompt, command: Command
) -> None:
    for before in written_before(command):
        prompt.type(before.text, namespace_of(before.page, before.text))
    printed, calls = prompt.type(command.text, namespace_of(command.page, command.text))
    assert calls, "kubectl was not called"
    assert [(call.words, wrong(call)) for call in calls if wrong(call)] == []
    if command.text.startswith("kubectl get secret") and ">" not in command.text:
        assert printed.strip(), "the Secret has no such key"


@pytest.mark.parametrize(
    "command",
    [
        "kubectl exec meteo-kafka-0 -- ls",
        "kubectl exec sts/meteo-kafka-0 -c broker -- ls",
        "kubectl get slab --wach",
        "kubectl get slabb",
        "kubectl get secret meteo-credentials -o go-template='{{.data.no | base64decode}}'",
        "kubectl port-forward service/meteo-page 8081",
        'kubectl patch slab meteo --type merge -p \'{"spec":{"suspended":true}}\'',
        "kubectl annotate slab --all -A rotate=1 -o nothing",
        "kubectl create -f examples/weather.yaml",
        "kubectl replace --force -f meteo-credentials.yaml",
        "kubectl edit slab meteo",
    ],
)
def test_what_a_page_must_not_say_is_seen(prompt: Prompt, command: str) -> None:
    _, calls = prompt.type(command, namespace_of("README.md"))
    assert [wrong(call) for call in calls] not in ([], [""])


@pytest.mark.parametrize(
    "change", ["delete secret/meteo-credentials", "replace --force -f secret.yaml"]
)
def test_what_a_command_would_change_is_only_tried(prompt: Prompt, change: str) -> None:
    """Each command of the pages meets the same cluster, whichever was typed before it."""
    look = "kubectl get secret/meteo-credentials -o yaml"
    before, _ = prompt.type(f"{look} | tee secret.yaml", namespace_of("README.md"))
    printed, calls = prompt.type(f"kubectl {change}", namespace_of("README.md"))
    assert [(call.words, wrong(call)) for call in calls if wrong(call)] == []
    assert "dry run" in printed
    assert prompt.type(look, namespace_of("README.md"))[0] == before


def test_the_condition_of_each_wait_is_one_that_a_lab_has() -> None:
    """One that is never met and one that there is not look alike to kubectl."""
    waited = {name for c in CALLED for name in re.findall(r"--for=condition=(\w+)", c.text)}
    assert waited
    assert waited <= set(ConditionType)
