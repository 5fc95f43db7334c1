"""What is filled into rendered charts for one lab."""

from streaminglab_operator import names
from streaminglab_operator.plan import Lab, Release
from streaminglab_operator.render import Identity


def identity(
    lab: Lab, release: Release | None = None, credentials: str = "", operator: str = ""
) -> Identity:
    """``credentials``: the checksum of those that the release reads."""
    return Identity(
        lab=lab.key.name,
        namespace=lab.key.namespace,
        uid=lab.uid,
        cluster_id=names.cluster_id(lab.key),
        digest=release.digest if release else "",
        credentials=credentials,
        operator=operator,
        numbers=release.numbers if release else (),
    )
