"""Whether our own cluster is ready, and waiting until it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from tools.cluster import containers
from tools.cluster.api import Api
from tools.cluster.readiness import nodes_ready, pods_unready
from tools.machine import Docker
from tools.shell import paths
from tools.shell.errors import ToolError
from tools.shell.progress import wait_until

SYSTEM = ("kube-system", "local-path-storage")
"""Namespaces whose pods must be Ready before a cluster is called up."""


def ready(docker: Docker, found: list[containers.Node]) -> bool:
    """Whether API server, every node and every system pod is ready now."""
    config = paths.kubeconfig()
    if not config.exists() or not (api := Api.of(config)).answers():
        return False
    nodes = (len(found), len(found))
    return patient(lambda: nodes_ready(api) == nodes and not unready_pods(docker, api))()


def unready_pods(docker: Docker, api: Api) -> list[str]:
    """System pods that are late; what is older than the start of its node is not believed."""
    since = containers.started(docker, containers.find(docker))
    return pods_unready(api, *SYSTEM, restarted=since)


def wait_ready(docker: Docker, wanted: int, seconds: float) -> None:
    """Wait until nodes and system pods are ready; names what is late when they are not."""
    api = Api.of(paths.kubeconfig())
    late: list[str] = []

    def settled() -> bool:
        late[:] = unready_pods(docker, api)
        return not late

    wait_until("the API server", api.answers, seconds)
    wait_until("every node", patient(lambda: nodes_ready(api) == (wanted, wanted)), seconds)
    try:
        wait_until("the system's pods", patient(settled), seconds, pause=0.5)
    except ToolError as error:
        raise ToolError(f"{error.cause}: {', '.join(late)}") from error


def patient(look: Callable[[], bool]) -> Callable[[], bool]:
    """A look that says no while the API server is away or knows nobody's rights yet, as it is
    for some seconds while a cluster comes up."""

    def looked() -> bool:
        with suppress(ToolError):
            return look()
        return False

    return looked
