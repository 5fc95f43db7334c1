"""What is filled into rendered charts for one lab."""

from streaminglab_operator import names
from streaminglab_operator.plan import Lab
from streaminglab_operator.render import Identity


def identity(lab: Lab, digest: str = "", credentials: str = "", operator: str = "") -> Identity:
    """``digest``: of a Job, what ends its name; ``credentials``: the checksum of those it reads."""
    return Identity(
        lab=lab.key.name,
        namespace=lab.key.namespace,
        uid=lab.uid,
        cluster_id=names.cluster_id(lab.key),
        digest=digest,
        credentials=credentials,
        operator=operator,
    )
