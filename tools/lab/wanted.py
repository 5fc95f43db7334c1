"""Which images a file's labs want: read before anything is built, and refused then if need be.

All of them take an empty machine half an hour, and no lab has all services.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from streaminglab_operator.api import LAB, InvalidSpec, admit
from streaminglab_operator.api.effective import effective
from streaminglab_operator.services import SERVICES
from streaminglab_operator.services.images import JOBS
from tools.shell.errors import ToolError


def images_of(file: Path) -> frozenset[str]:
    """Keys of the images that the labs of a file run.

    Raises ToolError naming the fields that the API server would refuse.
    """
    documents = yaml.safe_load_all(file.read_text())
    labs = [d for d in documents if isinstance(d, Mapping) and d.get("kind") == LAB.kind]
    return frozenset(key for lab in labs for key in _of_lab(file, lab))


def _of_lab(file: Path, lab: Mapping[str, Any]) -> Iterator[str]:
    name = str((lab.get("metadata") or {}).get("name", ""))
    try:
        spec = effective(admit(lab.get("spec"), name=name))
    except InvalidSpec as error:
        raise ToolError(f"{file}: {error}", "correct the file; nothing was done yet") from error
    yield JOBS
    for service in SERVICES:
        if spec.has(service):
            yield from service.images_for(spec.part(service.part))
