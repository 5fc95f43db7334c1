"""The rule on certificate authorities that a lab is to trust."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

from streaminglab_operator.api.spec import StreamingLabSpec
from streaminglab_operator.schema import units
from streaminglab_operator.schema.rules import Case, Rule

AT = "spec.egress.caBundle"


def readable(bundle: str) -> bool:
    """Whether each of the certificates is one: a worker with another does not start."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=bundle)
    except (ssl.SSLError, ValueError):
        return False
    return True


def _unreadable(case: Case[StreamingLabSpec]) -> Iterator[str]:
    bundle = case.new.egress.ca_bundle
    if bundle is not None and units.fits(units.CERTIFICATES, bundle) and not readable(bundle):
        yield AT


EGRESS_RULES: tuple[Rule, ...] = (
    # Without CEL, which knows no certificates.
    Rule(
        id="ca-bundle-readable",
        at=(AT,),
        message="one of the certificates is damaged: copy the files of the authorities anew, "
        "whole and without a line more",
        check=_unreadable,
    ),
)
