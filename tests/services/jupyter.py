"""Jupyter: disks that are refused."""

BAD = (
    (
        "storage-class-format",
        "spec.jupyter.storageClassName",
        {"jupyter": {"storageClassName": "A"}},
        None,
    ),
)
