"""`spec.exercises`: which exercises the lab's page checks."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.schema.parts import ObjectName

Course = Literal["000", "001", "002", "003", "004", "006", "007"]
"""The sets that come along, as the page's image names their files."""


class ExercisesSpec(SpecModel):
    """Exercises that the lab's page shows and checks."""

    set: Course | None = Field(
        default=None,
        description="A set that comes along, named after its course. Example: '000'",
    )
    config_map_name: ObjectName | None = Field(
        default=None,
        description="Or a ConfigMap of this namespace with a set of your own under the key "
        "exercises.yaml. Example: my-exercises",
    )
