"""What the changelog says that an upgrade rolls, against what has changed since the release."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from streaminglab_operator.services import TABLE, Service
from tests.charts.lab_charts import lab_objects
from tests.charts.released import GOAL, digests
from tests.charts.support import pod_templates
from tools.artifacts.versions import pin
from tools.shell.paths import ROOT

BEFORE: dict[str, Any] = json.loads(GOAL.read_text())
TITLES = {
    entry.component: (entry.title if isinstance(entry, Service) else entry.component).lower()
    for entry in TABLE
}
LINE = re.compile(r"^- \*\*Rolls on upgrade:\*\* (.+(?:\n  .+)*)", re.MULTILINE)


def named(words: str) -> set[str]:
    """The parts that a note names; Kafka Connect is not Kafka."""
    found, left = set(), words.lower().replace("kafka connect", "connect")
    for component, title in sorted(TITLES.items(), key=lambda item: -len(item[1])):
        if re.search(rf"\b{re.escape(title)}\b", left):
            found.add(component)
            left = left.replace(title, "")
    return found


def unreleased() -> set[str]:
    note = (ROOT / "CHANGELOG.md").read_text().split("## [Unreleased]", 1)[1].split("\n## [", 1)[0]
    (line,) = LINE.findall(note)
    return named(line)


def test_what_was_is_of_the_release_before() -> None:
    assert BEFORE["commit"] == pin("release", "before"), "python -m tests.charts.released"


@pytest.mark.parametrize("lab", BEFORE["labs"])
def test_the_changelog_names_each_part_whose_pods_are_made_anew(lab: str) -> None:
    now = digests(pod_templates(lab_objects(BEFORE["labs"][lab])))
    rolled = {part for part, was in BEFORE["pods"][lab].items() if now.get(part, was) != was}
    assert rolled & set(TITLES) <= unreleased()


def test_names_are_told_apart() -> None:
    assert named("Kafka Connect (its image), SFTP") == {"connect", "sftp"}
    assert named("Kafka (4.4), and the schema registry") == {"kafka", "schema-registry"}
    assert named("nothing.") == set()


def test_a_template_that_is_another_one_has_another_digest() -> None:
    owner, pod = next(p for p in pod_templates(lab_objects({})) if p[0]["kind"] != "Job")
    other = {**pod, "spec": {**pod["spec"], "hostNetwork": True}}
    assert digests([(owner, pod)]) != digests([(owner, other)])
    assert digests([({"kind": "Job"}, pod)]) == {}
