"""The way out of a lab: proxies, certificate authorities and mirrors, as charts take them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from streaminglab_operator.placeholders import PLACEHOLDER
from streaminglab_operator.schema.egress import EgressSpec
from streaminglab_operator.services.context import ServiceContext

LOCAL = ("localhost", "127.0.0.1", "::1")


def laid_over(site: EgressSpec, own: EgressSpec) -> EgressSpec:
    """What holds for a lab: its own word over the site's; of lists and certificates both."""
    more = [found for found in own.no_proxy if found not in site.no_proxy]
    bundles = (site.ca_bundle, own.ca_bundle)
    # A copy and no new model: together both may hold more than one of them may write.
    return site.model_copy(
        update={
            "http_proxy": own.http_proxy or site.http_proxy,
            "https_proxy": own.https_proxy or site.https_proxy,
            "no_proxy": [*site.no_proxy, *more],
            "ca_bundle": "".join(f"{text.strip()}\n" for text in bundles if text) or None,
            "pip_index": own.pip_index or site.pip_index,
        }
    )


def values(ctx: ServiceContext) -> dict[str, Any]:
    """As charts take it; nothing for what is not set."""
    said = {key: found for key, found in ctx.egress.to_dict().items() if found}
    said.pop("noProxy", None)
    if ctx.egress.http_proxy or ctx.egress.https_proxy:
        said["noProxy"] = list(dict.fromkeys((*_inside(ctx), *ctx.egress.no_proxy)))
    return {"egress": said} if said else {}


def _inside(ctx: ServiceContext) -> Iterator[str]:
    """What no proxy can reach: the lab and the cluster. Every service that a lab may have, so that
    one more restarts nobody else."""
    yield from LOCAL
    yield from (".svc", f".{ctx.cluster_domain}", f".{PLACEHOLDER.namespace}")
    yield from ctx.host_names()
