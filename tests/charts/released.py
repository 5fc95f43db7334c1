"""What the pods of labs were made of in the release before: `python -m tests.charts.released`.

It takes that release's tree out of git, has it render labs with everything that it knew, and
writes digests of the pod templates into `data/released.json`. A template that is another one now is
what an upgrade rolls, and what the changelog has to name. To be run whenever `release.before` of
versions.toml changes; `test_rolls.py` says so.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tools.artifacts.versions import pin
from tools.shell.paths import ROOT

GOAL = Path(__file__).parent / "data" / "released.json"
PROBE = """
import json
from tests.charts.lab_charts import EVERYTHING, lab_objects
from tests.charts.support import pod_templates

alerts = [{"name": "heat", "field": "temperature", "above": 35.0}]
labs = {
    "everything": EVERYTHING,
    "alerts": {"influxdb": {"alerts": alerts}},
    "three brokers": {"profile": "resilience"},
}
found = {name: list(pod_templates(lab_objects(spec))) for name, spec in labs.items()}
print(json.dumps({"labs": labs, "pods": found}))
"""


def digests(pods: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> dict[str, str]:
    """Component -> digest of its pods' template. Pods of Jobs come and go by their nature."""
    return dict(sorted(_digests(pods)))


def _digests(
    pods: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]],
) -> Iterator[tuple[str, str]]:
    for owner, pod in pods:
        if owner["kind"] != "Job":
            text = json.dumps(pod, sort_keys=True)
            component = pod["metadata"]["labels"]["app.kubernetes.io/component"]
            yield component, hashlib.sha256(text.encode()).hexdigest()[:16]


def taken(commit: str, folder: Path) -> dict[str, Any]:
    """What the tree of a commit makes of labs."""
    packed = subprocess.run(
        ["git", "-C", str(ROOT), "archive", commit], capture_output=True, check=True
    )
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    paths = [".", *(str(path.relative_to(folder)) for path in folder.glob("**/src"))]
    done = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=folder, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    """Write the file."""
    commit = pin("release", "before")
    with tempfile.TemporaryDirectory(prefix="released-") as scratch:
        found = taken(commit, Path(scratch))
    pods = {name: digests(each) for name, each in found["pods"].items()}
    text = json.dumps({"commit": commit, "labs": found["labs"], "pods": pods}, indent=1)
    GOAL.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
