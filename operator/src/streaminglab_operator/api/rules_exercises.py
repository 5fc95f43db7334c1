"""Rules on the exercises of a lab."""

from __future__ import annotations

from collections.abc import Iterator

from streaminglab_operator.api.rules_lab import LabCase
from streaminglab_operator.schema.rules import Rule
from streaminglab_operator.services.page import PAGE


def _one_source(case: LabCase) -> Iterator[str]:
    exercises = case.new.exercises
    if exercises and (exercises.set is None) == (exercises.config_map_name is None):
        yield "spec.exercises"


def _needs_page(case: LabCase) -> Iterator[str]:
    if case.new.exercises is not None and case.new.part(PAGE.part) is None:
        yield "spec.exercises"


EXERCISES_RULES: tuple[Rule, ...] = (
    Rule(
        id="exercises-of-one-set",
        at=("spec.exercises",),
        cel="has(self.set) != has(self.configMapName)",
        message="name the exercises once: set, or configMapName",
        check=_one_source,
    ),
    Rule(
        id="exercises-needs-page",
        at=("spec",),
        field_path=".exercises",
        cel="!has(self.exercises) || self.page.enabled",
        message="the lab's page looks at the exercises: set spec.page.enabled to true",
        check=_needs_page,
    ),
)
