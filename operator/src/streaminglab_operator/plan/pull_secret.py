"""The registries' logins that a lab's nodes pull images with, as one Secret of the lab. Pure.

https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/
"""

from __future__ import annotations

import json
from collections.abc import Mapping

TYPE = "kubernetes.io/dockerconfigjson"
"""The kubelet takes logins from Secrets of this type alone, and its older brother dockercfg."""
KEY = ".dockerconfigjson"


def merged(found: Mapping[str, Mapping[str, str]]) -> str:
    """One text for the key `.dockerconfigjson`, out of several Secrets' values by their names.

    Of two logins for one registry the first one's counts. Raises ValueError naming a Secret that
    holds no logins; what it holds is never repeated.
    """
    auths: dict[str, object] = {}
    for name, values in found.items():
        for registry, login in _auths(name, values.get(KEY, "")).items():
            auths.setdefault(registry, login)
    return json.dumps({"auths": auths}, sort_keys=True)


def _auths(name: str, text: str) -> Mapping[str, object]:
    try:
        config = json.loads(text)
        auths = config["auths"]
    except (ValueError, RecursionError, TypeError, KeyError):
        auths = None
    if not isinstance(auths, dict):
        # "from None": the error of a parser quotes the text, and so a password.
        raise ValueError(f"{name} has no logins in its key {KEY}") from None
    return auths
