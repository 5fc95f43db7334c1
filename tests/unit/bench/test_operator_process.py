"""The operator that is measured has what its image has, and no more."""

import subprocess
import sys

from bench.operator_process import LAUNCH, not_in_its_image


def test_what_the_image_has_not_cannot_be_imported() -> None:
    absent = not_in_its_image()
    assert {"kubernetes", "rich", "pygments", "pytest"} <= set(absent)
    assert not {"kopf", "aiohttp", "pydantic", "yaml", "orjson", "structlog"} & set(absent)
    tried = LAUNCH.replace("runpy.run_module(", "print(").partition("print(")[0]
    tried += "\nimport structlog, rich\n"
    done = subprocess.run(
        [sys.executable, "-c", tried, *absent], capture_output=True, text=True, check=False
    )
    assert done.returncode
    assert "import of rich halted" in done.stderr
