"""The real Helm, off line: the only subprocess of the operator."""

import asyncio
import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from streaminglab_operator.errors import RenderError
from streaminglab_operator.render import PLACEHOLDER

TIMEOUT_SECONDS = 30.0
MAX_OUTPUT_BYTES = 4 * 1024 * 1024
_QUICK, _SMALL = {"GOGC": "off"}, {"GOGC": "20"}
"""Measured of seven charts: 0.051 s of CPU and 59 MiB, or 0.111 s and 48 MiB (Go, "A Guide to the
Go Garbage Collector"). Its peak is the operator's."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Helm:
    """``helm template`` with values on standard input: no shell, no cluster, no network.

    It is run and read in a thread: when the operator starts, turns of the event loop are long, and
    several of them for each chart took as long as Helm itself.
    """

    def __init__(self, charts: Path, executable: str = "helm", at_once: int = 1) -> None:
        self._charts = charts
        self._executable = executable
        # One child at a time: a helm process needs 80 MB, and distinct shapes are few.
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="helm")
        self._hasty = 0

    @contextmanager
    def in_haste(self) -> Iterator[None]:
        """What is rendered meanwhile takes half the time, and 11 MiB more."""
        self._hasty += 1
        try:
            yield
        finally:
            self._hasty -= 1

    async def render(
        self, chart: str, release: str, values: Mapping[str, Any]
    ) -> Sequence[Mapping[str, Any]]:
        """All objects that a chart makes of some values, in Helm's order."""
        work = partial(self._rendered, chart, release, _as_yaml(values))
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _rendered(self, chart: str, release: str, values: bytes) -> Sequence[Mapping[str, Any]]:
        try:
            done = self._run(chart, release, values)
        except OSError as error:
            raise RenderError(f"{self._executable} cannot be started: {error.strerror}") from error
        except subprocess.TimeoutExpired as error:
            raise RenderError(f"chart {chart}: helm took more than {TIMEOUT_SECONDS} s") from error
        if done.returncode:
            raise RenderError(f"chart {chart}: {_plain(done.stderr.decode(errors='replace'))}")
        if len(done.stdout) > MAX_OUTPUT_BYTES:
            raise RenderError(f"chart {chart}: its output is too large ({len(done.stdout)} bytes)")
        return [d for d in yaml.load_all(done.stdout, Loader=_Loader) if d]

    def _run(self, chart: str, release: str, values: bytes) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [
                self._executable,
                "template",
                release,
                str(self._charts / chart),
                "--namespace",
                PLACEHOLDER.namespace,
                "--values",
                "-",
            ],
            input=values,
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            env={**os.environ, **(_QUICK if self._hasty else _SMALL)},
            check=False,
        )


def _as_yaml(values: Mapping[str, Any]) -> bytes:
    """Flow mappings that Helm reads as YAML. Each key is an explicit one (``? key : value``): an
    implicit one ends after 1,024 characters (YAML 1.1, 7.4)."""
    return _flow(values).encode()


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"? {_scalar(k)} : {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    """As JSON writes it, but for ``\\u``: YAML knows no pairs of them for what is beyond 16 bits,
    and takes some characters for line breaks where they are no escapes (YAML 1.1, 5.7)."""
    text = json.dumps(value, ensure_ascii=False)
    return re.sub(r"[^ -~]", lambda found: f"\\U{ord(found[0]):08x}", text)


def _plain(stderr: str) -> str:
    """Helm's own message without its prefixes and advice."""
    advice = ("Use --debug", "level=INFO", "level=WARN")
    lines = [line for line in stderr.splitlines() if line and not line.startswith(advice)]
    return " ".join(" ".join(lines).replace("Error: ", "").split()) or "helm failed silently"
