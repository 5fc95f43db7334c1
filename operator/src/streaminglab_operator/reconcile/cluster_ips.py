"""Services of a lab that was made before its Services were headless. Pure."""

import json
from dataclasses import replace
from http import HTTPStatus

from streaminglab_operator.errors import ApiError
from streaminglab_operator.ports import ObjectToApply

_OF_HEADLESS = ("clusterIP", "publishNotReadyAddresses")


def has_one(item: ObjectToApply, error: ApiError) -> bool:
    """True if a Service was refused because it has a cluster IP, which never changes.

    In the words of Kubernetes (``ValidateServiceClusterIPsRelatedFields``; held against a real API
    server in tests/component/api): ``spec.clusterIPs[0]: Invalid value: ["None"]: may not change
    once set``.
    """
    invalid = item.kind == "Service" and error.status == HTTPStatus.UNPROCESSABLE_ENTITY
    return invalid and "spec.clusterIP" in error.message


def kept(item: ObjectToApply) -> ObjectToApply:
    """The same Service with the address that it has: it works as it did, and to make it anew would
    break off what its clients do."""
    body = json.loads(item.body)
    for field in _OF_HEADLESS:
        body["spec"].pop(field, None)
    return replace(item, body=json.dumps(body))
