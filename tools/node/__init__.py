"""The image of a Kubernetes node: pulled, or assembled from packages. See README.md."""

from __future__ import annotations

from tools.node.source import assembling, ensure, outdated

__all__ = ["assembling", "ensure", "outdated"]
