"""What the administrator lets labs do with host names and Ingress objects. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from streaminglab_operator.names import LabKey

SAFE_ANNOTATIONS = (
    "cert-manager.io/cluster-issuer",
    "cert-manager.io/issuer",
    "kubernetes.io/tls-acme",
    "nginx.ingress.kubernetes.io/force-ssl-redirect",
    "nginx.ingress.kubernetes.io/proxy-body-size",
    "nginx.ingress.kubernetes.io/proxy-read-timeout",
    "nginx.ingress.kubernetes.io/proxy-send-timeout",
    "nginx.ingress.kubernetes.io/ssl-redirect",
    "nginx.org/client-max-body-size",
    "nginx.org/proxy-read-timeout",
    "nginx.org/proxy-send-timeout",
    "nginx.org/redirect-to-https",
    "nginx.org/websocket-services",
    "traefik.ingress.kubernetes.io/router.entrypoints",
    "traefik.ingress.kubernetes.io/router.tls",
)
"""Timeouts, sizes, TLS and websockets: nothing that leads anywhere else or holds configuration."""

CLUSTER_ISSUER, ISSUER = "cert-manager.io/cluster-issuer", "cert-manager.io/issuer"
ISSUERS = frozenset({CLUSTER_ISSUER, ISSUER, "kubernetes.io/tls-acme"})
"""By these cert-manager makes the certificate of an Ingress, in the Secret that it names."""
_NEVER = "snippet"
"""Configuration of the controller itself, which serves all namespaces (CVE-2021-25742)."""

PATTERN = r"^([a-z0-9.*-]|\{(namespace|lab|service)\})+$"
"""A host pattern: ``*`` stands for a part of one label, a word in braces for the lab's own."""


@dataclass(frozen=True, slots=True)
class IngressPolicy:
    """The administrator's choices for all labs.

    - ``namespace_labels``: of the ingress controller's namespace; empty: it may be any
    - ``host_patterns``: what host names given by name must look like; empty: as they like
    - ``annotations``: keys that labs may give to their Ingress; ``*`` at the end: any that begin so
    - ``issuer``: annotations of an Ingress with TLS for which a lab names neither issuer nor Secret
    - ``reports_addresses``: whether controllers say where an Ingress, or a route, is served
    """

    namespace_labels: Mapping[str, str] = field(default_factory=dict)
    host_patterns: tuple[str, ...] = ()
    annotations: tuple[str, ...] = SAFE_ANNOTATIONS
    reports_addresses: bool = True
    issuer: Mapping[str, str] = field(default_factory=dict)

    def allows_host(self, key: LabKey, component: str, host: str) -> bool:
        """Whether a lab may give this name to the page of a component."""
        patterns = self.patterns(key, component)
        return not patterns or any(re.fullmatch(_expression(p), host) for p in patterns)

    def patterns(self, key: LabKey, component: str) -> tuple[str, ...]:
        """The host patterns with the words of one page filled in."""
        words = {"namespace": key.namespace, "lab": key.name, "service": component}
        return tuple(pattern.format_map(words) for pattern in self.host_patterns)

    def refused_annotations(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Those of the keys that labs may not use."""
        return tuple(sorted(key for key in keys if not self._allows(key)))

    def _allows(self, key: str) -> bool:
        if _NEVER in key.lower():
            return False
        return any(
            key.startswith(one[:-1]) if one.endswith("*") else key == one
            for one in self.annotations
        )


def _expression(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", "[a-z0-9-]+")
