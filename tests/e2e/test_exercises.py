"""A set of a teacher's own, done by a student: to do, seen in part, passed, and still passed when
the page's pod is another one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.chromium import grave_faults
from tests.e2e.browser import forwarded, picture, visited
from tests.e2e.courses import Course
from tests.terminal import Terminal
from tools.cluster import kubectl as tool
from tools.pages import typed
from tools.shell.paths import ROOT

PAGE = "docs/exercises.md"
FRENCH = "docs/exercises.fr.md"
MAKE = typed(PAGE, "kubectl create configmap")
LIST = typed(PAGE, "kubectl get slab")
TRY = typed(PAGE, "kubectl exec -i deployment/meteo-page")
SAME = (
    typed(FRENCH, "kubectl create configmap"),
    typed(FRENCH, "kubectl get slab"),
    typed(FRENCH, "kubectl exec -i deployment/meteo-page"),
)
LAB: dict[str, Any] = {
    "weather": False,
    "profile": "nano",
    "page": {},
    "exercises": {"configMapName": "my-exercises"},
}
BROKER = "meteo-kafka-0-0"
# The smallest broker leaves a tool little memory.
KAFKA = "KAFKA_OPTS= KAFKA_HEAP_OPTS=-Xmx96m /opt/kafka/bin"
SERVERS = "--bootstrap-server meteo-kafka:9092"
TODO = {"topic-of-three": "todo", "one-key": "todo", "why": "unchecked"}
# The kubelet brings a ConfigMap that came later into a pod when it looks at the pod again.
MOUNTED_SECONDS = 180.0


@pytest.fixture(scope="module")
def lab(kubectl: Any, course_namespace: str) -> Course:
    made = Course(kubectl, course_namespace, "meteo")
    made.apply(LAB)
    made.wait("Ready")
    return made


@pytest.fixture(scope="module")
def slab(lab: Course, kubeconfig: Path) -> Callable[..., Any]:
    """What `kubectl slab` prints for programs."""
    programs = f"{Path(tool.program()).parent}{os.pathsep}{os.environ['PATH']}"
    more = {"KUBECONFIG": str(kubeconfig), "PATH": programs}
    command = [sys.executable, "-m", "streaminglab_cli", "-n", lab.namespace]
    environment = {**os.environ, **more, "PYTHONPATH": str(ROOT / "cli" / "src")}

    def run(*words: str) -> Any:
        done = subprocess.run(
            [*command, *words], capture_output=True, text=True, check=False, env=environment
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture
def shown(lab: Course, browser: Browser) -> Callable[[str], dict[str, Any]]:
    """What the page tells a reader of a language."""

    def ask(language: str) -> dict[str, Any]:
        with (
            forwarded(lab, "meteo-page", 8080) as address,
            visited(lab, browser, address, language) as page,
        ):
            spoken = {"Accept-Language": language}
            found: dict[str, Any] = page.request.get(f"{address}/exercises", headers=spoken).json()
        return found

    return ask


def told(lab: Course) -> dict[str, Any]:
    return dict(lab.get()["status"].get("exercises", {}))


def states(found: dict[str, Any], key: str = "items") -> dict[str, str]:
    return {each["name"]: each["state"] for each in found.get(key, [])}


def until(lab: Course, **wanted: str) -> None:
    want = TODO | {name.replace("_", "-"): state for name, state in wanted.items()}
    lab.until(lambda: states(told(lab)) == want, f"{want} in the status", MOUNTED_SECONDS)


def topics(lab: Course, words: str) -> None:
    lab.shell(BROKER, f"{KAFKA}/kafka-topics.sh {SERVERS} {words}")


def test_what_a_set_lacks_is_told_and_found_when_it_comes(
    lab: Course, course_terminal: Terminal
) -> None:
    lab.until(lambda: told(lab).get("problem"), "what is wrong with the set")
    assert "ConfigMap 'my-exercises' is not there" in told(lab)["problem"]
    text = (ROOT / PAGE).read_text()
    (found,) = re.findall(r"```yaml\n(title: .*?)```", text, re.DOTALL)
    (course_terminal.home / "exercises.yaml").write_text(found)
    assert course_terminal.type(TRY) == "3 exercises, 2 of them with checks\n"
    assert "created" in course_terminal.type(MAKE)
    until(lab)
    assert (MAKE, LIST, TRY) == SAME


def test_two_exercises_are_done(
    lab: Course, slab: Callable[..., Any], shown: Callable[[str], dict[str, Any]]
) -> None:
    topics(lab, "--create --topic orders --partitions 1")
    lab.until(lambda: told(lab)["items"][0].get("seen"), "the first check", MOUNTED_SECONDS)
    first = told(lab)["items"][0]
    assert first["hint"] == {
        "en": "It has another number of partitions.",
        "fr": "Il a un autre nombre de partitions.",
    }
    assert shown("fr")["exercises"][0]["hint"] == first["hint"]["fr"]
    topics(lab, "--alter --topic orders --partitions 3")
    until(lab, topic_of_three="passed")
    write = f"{KAFKA}/kafka-console-producer.sh {SERVERS} --topic orders"
    keyed = "--property parse.key=true --property key.separator=:"
    lab.shell(BROKER, f"printf '42:a\\n42:b\\n' | {write} {keyed}")
    until(lab, topic_of_three="passed", one_key="passed")
    english = shown("en")
    assert (english["passed"], english["checked"], english["title"]) == (2, 2, "Keys")
    assert states(english, "exercises") == states(told(lab))
    assert slab("check", "-o", "json") == told(lab)


def test_the_screen_speaks_the_readers_language(lab: Course, browser: Browser) -> None:
    with (
        forwarded(lab, "meteo-page", 8080) as address,
        visited(lab, browser, address, "fr") as page,
    ):
        page.click("nav.views >> text=Exercices")
        cards = page.locator("#exercises-list article")
        expect(cards).to_have_count(3)
        expect(page.locator("#exercises-head")).to_contain_text("2 exercices réussis sur 2")
        expect(cards.first).to_contain_text("Créez un topic nommé orders")
        expect(cards.first.locator(".state")).to_contain_text("réussi")
        hint = cards.first.locator("details p")
        expect(hint).to_be_hidden()
        cards.first.locator("summary").click()
        expect(hint).to_have_text("La vue Kafka de cette page a un formulaire.")
        expect(cards.last.locator(".state")).to_have_text("sur papier")
        assert grave_faults(page) == []
        picture(page, "exercises", "fr")


def test_it_stays_passed_when_topic_and_page_are_gone(
    lab: Course, slab: Callable[..., Any], course_terminal: Terminal
) -> None:
    before = told(lab)
    topics(lab, "--delete --topic orders")
    old = lab.pod("page")
    lab.kill(old)
    lab.until(lambda: lab.pod("page") != old, "another pod of the page")
    lab.wait("Ready")
    assert told(lab) == before
    assert slab("check", "-o", "json")["summary"] == "2/2"
    assert "2/2" in course_terminal.type(LIST)


def test_an_edit_of_the_lab_forges_nothing(lab: Course) -> None:
    before = told(lab)
    forged = {"status": {"exercises": {**before, "summary": "9/9"}}}
    lab.kubectl(
        "patch", "slab", "meteo", "-n", lab.namespace, "--type=merge", "-p", json.dumps(forged)
    )
    assert told(lab) == before


def test_without_exercises_the_status_has_none(lab: Course) -> None:
    lab.kubectl(
        "patch", "slab", "meteo", "-n", lab.namespace, "--type=merge",
        "-p", '{"spec": {"exercises": null}}',
    )  # fmt: skip
    lab.until(lambda: not told(lab), "the end of status.exercises")
