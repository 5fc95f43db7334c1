"""A machine that can run containers: a Docker engine found, installed or started. See README.md."""

from __future__ import annotations

from tools.machine.docker import Docker
from tools.machine.engine import ensure, find

__all__ = ["Docker", "ensure", "find"]
