"""What a benchmark was asked for."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """How many labs of what kind, and how they come.

    - ``distinct``: no two labs are alike, so that nothing rendered can be used twice
    - ``rate``: labs that arrive in a second; 0: all at once
    - ``example``: the file of ``examples/`` that each lab is like
    - ``least``, ``most``: of a list of runs, those of fewer or more labs are left out
    - ``idle``, ``timeout``, ``budget``: seconds, the last of a whole list of runs
    - ``as_it_is``: take the real cluster with what runs in it
    """

    labs: int = 100
    distinct: bool = False
    idle: float = 60.0
    timeout: float = 900.0
    logs: Path | None = None
    as_it_is: bool = False
    rate: float = 0.0
    example: str = "lab"
    budget: float = 7200.0
    least: int = 0
    most: int = 1000
