"""Fixtures: the labs of the documents on a real API server, and a shell in front of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.component.api.control_plane import control_plane, kubeconfig
from tests.component.pages.prompt import Prompt
from tests.component.pages.stage import labs, put
from tools.cluster.api import Api


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The kubeconfig of an API server with the labs of all pages; no command changes them."""
    directory = tmp_path_factory.mktemp("control-plane")
    # First: the API server ends a connection that nobody uses while they are rendered.
    made = asyncio.run(labs())
    with control_plane(directory) as client:
        config = kubeconfig(directory, client.port)
        put(client, Api.of(config), made)
        yield config


@pytest.fixture
def prompt(cluster: Path, tmp_path: Path) -> Prompt:
    """Where a command is typed, and where no other has left a file."""
    return Prompt(tmp_path, cluster)
