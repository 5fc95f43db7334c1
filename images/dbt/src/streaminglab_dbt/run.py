"""One run of dbt: a process of its own, without a shell, and what it said."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from streaminglab_base.errors import Stopped
from streaminglab_base.stopping import Stopping
from streaminglab_dbt import project
from streaminglab_dbt.settings import Settings

PROFILES = Path("/opt/dbt")
DBT = ("dbt",)
GRACE_SECONDS = 15.0
"""From SIGINT (on which dbt cancels its queries, unlike on SIGTERM) to SIGKILL."""
LONGEST_LINE = 500
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_CLOCK = re.compile(r"^\d\d:\d\d:\d\d(\.\d+)?\s+")
_ERROR = re.compile(r"error|not match|does not exist|failed", re.IGNORECASE)


@dataclass(kw_only=True)
class Outcome:
    """How a command ended."""

    status: str
    """`success`, `error` (dbt said so), `timeout` or `refused` (no command)."""
    seconds: float = 0.0
    models: list[dict[str, Any]] = field(default_factory=list)
    error: str | None = None
    """The first line that tells why."""

    def as_json(self) -> dict[str, Any]:
        """For the result message."""
        return asdict(self)


def arguments(select: str, work: Path) -> list[str]:
    """The command line; `select` was checked by command.parse."""
    return [
        "--no-use-colors", "--no-send-anonymous-usage-stats",
        "--log-path", str(work / "logs"), "run", "--select", select,
        "--project-dir", str(work / "project"), "--profiles-dir", str(PROFILES),
        "--target-path", str(work / "target"),
    ]  # fmt: skip


def packages(work: Path) -> list[str]:
    """The command line that brings the packages of the project."""
    return [
        *("--no-use-colors", "--no-send-anonymous-usage-stats", "--log-path", str(work / "logs")),
        *("deps", "--project-dir", str(work / "project"), "--profiles-dir", str(PROFILES)),
    ]


def run(
    select: str, settings: Settings, stopping: Stopping, program: Sequence[str] = DBT
) -> Outcome:
    """Run the models. Raises Stopped, with dbt ended, when the pod is asked to end meanwhile."""
    begin = stopping.clock.monotonic()
    settings.work.mkdir(parents=True, exist_ok=True)
    results = settings.work / "target" / "run_results.json"
    results.unlink(missing_ok=True)
    there = settings.work / "project"
    project.lay_out(settings.given, settings.default, there)
    secret = settings.password_file.read_text().rstrip("\r\n")
    dbt = _Dbt(program, settings.work / "output", secret, stopping, begin + settings.timeout)
    code: int | None = 0
    if project.lacks_packages(there):
        code = dbt(packages(settings.work))
        if code == 0:
            project.has_packages(there)
    if code == 0:
        code = dbt(arguments(select, settings.work))
    seconds = round(stopping.clock.monotonic() - begin, 2)
    models = models_of(results)
    if code is None:
        error = f"the run took longer than {settings.timeout} s and was ended"
        return Outcome(status="timeout", seconds=seconds, models=models, error=error)
    if code:
        error = first_error(models, dbt.said())
        return Outcome(status="error", seconds=seconds, models=models, error=error)
    return Outcome(status="success", seconds=seconds, models=models)


@dataclass
class _Dbt:
    """dbt, called without a shell, until a moment of the clock; what it says is in a file."""

    program: Sequence[str]
    output: Path
    secret: str
    stopping: Stopping
    deadline: float

    def __call__(self, arguments: Sequence[str]) -> int | None:
        """Its exit code; None, with it ended, when it takes too long."""
        with self.output.open("wb") as output:
            process = subprocess.Popen(
                [*self.program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # The prefix makes dbt keep the value out of everything that it prints.
                env={**os.environ, "DBT_ENV_SECRET_POSTGRES": self.secret},
                start_new_session=True,
            )
            left = self.deadline - self.stopping.clock.monotonic()
            return process.returncode if wait(process, left, self.stopping) else None

    def said(self) -> str:
        """Without the password, which a database may quote."""
        return self.output.read_text(errors="replace").replace(self.secret or "\0", "***")


def wait(process: subprocess.Popen[bytes], seconds: float, stopping: Stopping) -> bool:
    """Wait for the end of a process; False, with the process ended, when it takes too long."""
    deadline = stopping.clock.monotonic() + seconds
    while process.poll() is None:
        if stopping.asked:
            end(process)
            raise Stopped
        if stopping.clock.monotonic() > deadline:
            end(process)
            return False
        stopping.sleep(0.1)
    return True


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started; does not return before it is gone."""
    for number, patience in ((signal.SIGINT, GRACE_SECONDS), (signal.SIGKILL, None)):
        try:
            os.killpg(process.pid, number)
            process.wait(patience)
        except (subprocess.TimeoutExpired, ProcessLookupError):
            continue
        return


def models_of(results: Path) -> list[dict[str, Any]]:
    """Each model with its status, from dbt's run_results.json; none when dbt wrote none."""
    try:
        found = json.loads(results.read_text())["results"]
        return [
            {
                "name": str(one["unique_id"]).rpartition(".")[2],
                "status": one["status"],
                "seconds": round(float(one["execution_time"]), 2),
                "rows": one.get("adapter_response", {}).get("rows_affected"),
                **({} if one["status"] == "success" else {"message": _line(one["message"] or "")}),
            }
            for one in found
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def first_error(models: list[dict[str, Any]], said: str) -> str:
    """The line that tells best why a run failed."""
    for model in models:
        if model.get("message"):
            return f"{model['name']}: {model['message']}"
    lines = [_CLOCK.sub("", _COLOUR.sub("", line)).strip() for line in said.splitlines()]
    telling = [line for line in lines if _ERROR.search(line)]
    # dbt heads an error with a line that only says that there is one.
    for line in telling:
        if not re.fullmatch(r"(Encountered an error|.*\bError):?", line):
            return line[:LONGEST_LINE]
    return next((line for line in reversed(lines) if line), "dbt ended without a word")[
        :LONGEST_LINE
    ]


def _line(message: str) -> str:
    # A path in the pod helps nobody outside it.
    reported = message.partition("compiled code at ")[0]
    return " ".join(reported.split())[:LONGEST_LINE]
