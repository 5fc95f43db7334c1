"""Jupyter: disks that are refused, and Spark with too little memory."""

from __future__ import annotations

from tests.services import Part


def spark(memory: str, *, on: bool = True) -> Part:
    """A spec with Spark and a memory of its own."""
    return {"jupyter": {"spark": on, "resources": {"memory": memory}}}


MEMORY = "spec.jupyter.resources.memory"

BAD = (
    (
        "storage-class-format",
        "spec.jupyter.storageClassName",
        {"jupyter": {"storageClassName": "A"}},
        None,
    ),
    ("spark-memory", MEMORY, spark("1535Mi"), None),
    ("spark-memory", MEMORY, spark("1Gi"), None),
    ("spark-memory", MEMORY, spark("999Mi"), None),
    ("spark-memory", MEMORY, spark("1Gi"), {"jupyter": {"resources": {"memory": "1Gi"}}}),
)

GOOD_CHANGES: tuple[tuple[str, Part, Part], ...] = (
    ("Spark with just enough", spark("1536Mi"), {"jupyter": {}}),
    ("Spark with more", spark("12Gi"), spark("2Gi")),
    ("Spark with much, in Mi", spark("10000Mi"), spark("2000Mi")),
    ("less memory without Spark", spark("512Mi", on=False), spark("2Gi")),
)

REFUSED = (
    ("jupyter", {"spark": {"memory": "lots"}}, "memory"),
    ("jupyter", {"env": {"SPARK_DRIVER_MEMORY": "9g"}}, "SPARK_DRIVER_MEMORY"),
)
