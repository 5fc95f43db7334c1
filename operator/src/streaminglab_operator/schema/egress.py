"""`spec.egress`: how the programs of a lab reach servers outside the cluster.

The same model is what an administrator sets for all labs; what a lab says is laid over it.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from streaminglab_operator.schema import formats
from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.schema.parts import Address

Proxy = Annotated[str, StringConstraints(max_length=300), formats.PROXY]
NoProxy = Annotated[str, StringConstraints(max_length=253), formats.NO_PROXY]
# Some fifteen certificates. Several ConfigMaps and the etcd object of the lab hold it.
Certificates = Annotated[str, StringConstraints(max_length=32_768), formats.CERTIFICATES]


class EgressSpec(SpecModel):
    """How programs of the lab reach servers outside the cluster."""

    http_proxy: Proxy | None = Field(
        default=None,
        description="Proxy for addresses that begin with http://. Unset: the administrator's "
        "choice. Example: http://proxy.example.org:3128",
    )
    https_proxy: Proxy | None = Field(
        default=None,
        description="Proxy for addresses that begin with https://. Unset: the administrator's "
        "choice. Example: http://proxy.example.org:3128",
    )
    no_proxy: list[NoProxy] = Field(
        default_factory=list,
        max_length=32,
        description="Hosts, domains and address ranges that are reached without a proxy, beside "
        "the administrator's; the lab's own servers and the cluster's always are. "
        "Example: [.example.org, 10.0.0.0/8]",
    )
    ca_bundle: Certificates | None = Field(
        default=None,
        description="Certificates of authorities (PEM) to trust beside the usual ones and the "
        "administrator's. They are public: everybody in the namespace can read them. "
        "Example: '-----BEGIN CERTIFICATE-----...'",
    )
    pip_index: Annotated[Address, StringConstraints(max_length=512)] | None = Field(
        default=None,
        description="Index that pip has packages of Python from. Unset: the administrator's "
        "choice. Example: https://pypi.example.org/simple",
    )
