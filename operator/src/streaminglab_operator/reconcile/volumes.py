"""Volumes of a former lab of the same name, which a StatefulSet must not come up on.

Claims go with their lab, and of labs of before with their StatefulSet (KEP-1847): the garbage
collector deletes them after it, and not before the last pod that uses them has ended. A StatefulSet
that is made meanwhile would find the old data, and lose it a moment later. The API server is asked
when a StatefulSet is to be made, which is seldom: no watch tells of one without the label.
"""

import json
from collections.abc import Collection, Iterator, Mapping

from streaminglab_operator.observed import Culprit, ObjectKey, Observed
from streaminglab_operator.observed.refusals import former_volume
from streaminglab_operator.ports import Cluster
from streaminglab_operator.render import Manifest
from streaminglab_operator.render.volumes import KIND, named


def of_the_lab(objects: Mapping[ObjectKey, Observed], lab: str) -> frozenset[str]:
    """The claims that go with the lab itself, as far as they were seen: of those nobody is asked.
    ``lab``: its uid."""
    return frozenset(
        o.name for o in objects.values() if o.kind == KIND and o.owner == lab and not o.deleting
    )


async def in_the_way(
    cluster: Cluster, manifest: Manifest, lab: str, seen: Collection[str] = ()
) -> Culprit | None:
    """The first claim of a StatefulSet, which is not there yet, that something else has. ``lab``:
    the uid of the lab; ``seen``: claims that are its own."""
    for name in claims(manifest):
        if name not in seen and await cluster.volume_goes(manifest.namespace, name, lab):
            return former_volume(name)
    return None


def claims(manifest: Manifest) -> Iterator[str]:
    """The names of the claims that the pods of a StatefulSet have; of one without pods, those of
    its first."""
    if manifest.kind == "StatefulSet":
        yield from (name for name, _ in named(json.loads(manifest.body), least=1))
