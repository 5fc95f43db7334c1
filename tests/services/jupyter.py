"""Jupyter: disks that are refused, and Spark with too little memory."""

from __future__ import annotations

from hypothesis import strategies as st

from streaminglab_operator.schema import units
from tests.drawing import some, text_of
from tests.services import Part


def files(**keys: object) -> Part:
    """A spec with files of one's own from one place."""
    return {"jupyter": {"files": [{"name": "tp1", **keys}]}}


ARCHIVE: Part = {"url": "https://git.example.org/v1.tar.gz", "sha256": "0" * 64}


def spark(memory: str, *, on: bool = True) -> Part:
    """A spec with Spark and a memory of its own."""
    return {"jupyter": {"spark": on, "resources": {"memory": memory}}}


ACCOUNT = "spec.jupyter.serviceAccountName"
MEMORY = "spec.jupyter.resources.memory"

FILES = "spec.jupyter.files[0]"
BAD = (
    ("files-one-source", FILES, files(), None),
    ("files-one-source", FILES, files(configMapName="a", **ARCHIVE), None),
    ("files-url-checksum", FILES, files(url=ARCHIVE["url"]), None),
    ("files-name-format", f"{FILES}.name", files(name="../up", configMapName="a"), None),
    ("files-name-format", f"{FILES}.name", files(name="a/b", configMapName="a"), None),
    ("files-sha256-format", f"{FILES}.sha256", files(url=ARCHIVE["url"], sha256="A" * 64), None),
    ("secret-name-format", f"{FILES}.configMapName", files(configMapName="A"), None),
    (
        "storage-class-format",
        "spec.jupyter.storageClassName",
        {"jupyter": {"storageClassName": "A"}},
        None,
    ),
    ("no-account-of-a-page", ACCOUNT, {"jupyter": {"serviceAccountName": "meteo-page"}}, None),
    ("object-name-format", ACCOUNT, {"jupyter": {"serviceAccountName": "Student"}}, None),
    ("spark-memory", MEMORY, spark("1535Mi"), None),
    ("spark-memory", MEMORY, spark("1Gi"), None),
    ("spark-memory", MEMORY, spark("999Mi"), None),
    ("spark-memory", MEMORY, spark("1Gi"), {"jupyter": {"resources": {"memory": "1Gi"}}}),
)

GOOD_CHANGES: tuple[tuple[str, Part, Part], ...] = (
    ("an account of another name", {"jupyter": {"serviceAccountName": "page"}}, {"jupyter": {}}),
    ("Spark with just enough", spark("1536Mi"), {"jupyter": {}}),
    ("Spark with more", spark("12Gi"), spark("2Gi")),
    ("Spark with much, in Mi", spark("10000Mi"), spark("2000Mi")),
    ("files from a ConfigMap", files(configMapName="notebooks"), {"jupyter": {}}),
    ("files from an archive", files(**ARCHIVE), files(configMapName="notebooks")),
    ("less memory without Spark", spark("512Mi", on=False), spark("2Gi")),
)

REFUSED = (
    ("jupyter", {"spark": {"memory": "lots"}}, "memory"),
    ("jupyter", {"env": {"KUBERNETES_SERVICE_HOST": "a"}}, "KUBERNETES_SERVICE_HOST"),
    ("jupyter", {"serviceAccountName": "Student"}, "serviceAccountName"),
    ("jupyter", {"env": {"SPARK_DRIVER_MEMORY": "9g"}}, "SPARK_DRIVER_MEMORY"),
)

NAMES = text_of(units.PLUGIN_NAME, 20)
GIVEN = st.one_of(
    st.fixed_dictionaries({"name": NAMES, "configMapName": NAMES}),
    st.fixed_dictionaries(
        {"name": NAMES, "url": text_of(units.URL, 60), "sha256": st.just("0" * 64)}
    ),
)
DRAWN = some(
    externalEgress=st.booleans(),
    envSecrets=st.lists(NAMES, max_size=2, unique=True),
    files=st.lists(GIVEN, max_size=3, unique_by=lambda one: one["name"]),
    solutions=st.booleans(),
    storage=text_of(units.STORAGE),
    storageClassName=NAMES,
)
"""A list whose items come from one place each."""
