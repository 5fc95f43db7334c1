"""What it takes that a part, or a whole lab, begins anew, and what is lost by it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from streaminglab_cli.errors import SlabError
from streaminglab_cli.lab import API_VERSION, KIND, Json, Lab, Part

KAFKA = "kafka"
HANDED_ON = ("labels", "annotations")


@dataclass(frozen=True, slots=True)
class Beginning:
    """``loses``: what is lost, in a few words; empty: nothing is. ``job``: it runs once more.
    ``claims``: the volumes that are emptied."""

    loses: str
    job: bool = False
    claims: tuple[str, ...] = ()


def of_part(part: Part, claims: list[str]) -> Beginning:
    """A Job runs once more; a server comes back with an empty volume, or without what it had in
    its memory. Kafka's volumes are refused: without them the other parts are out of step."""
    if part.kind == "Job":
        return Beginning("", job=True)
    if part.name == KAFKA:
        raise SlabError(
            "the records of every topic are on Kafka's volumes, and all other parts build on them",
            "begin the whole lab anew: `kubectl slab reset`",
        )
    if claims:
        return Beginning(f"all data of {part.name} ({', '.join(claims)})", claims=tuple(claims))
    return Beginning(f"what {part.name} has in its pod")


def of_lab(lab: Lab) -> Beginning:
    """Everything goes, and the same spec is applied again."""
    if lab.spec.get("retainData"):
        raise SlabError(
            f"{lab.name} has retainData: true, so a new lab would find the old data",
            "set it to false and apply the lab, then reset it",
        )
    return Beginning(f"all data of the lab {lab.name}: topics, points, databases, files")


def body(lab: Lab) -> Json:
    """The same lab, to be made again."""
    metadata = lab.raw.get("metadata", {})
    kept = {name: metadata[name] for name in HANDED_ON if metadata.get(name)}
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": {"name": lab.name, "namespace": lab.namespace, **kept},
        "spec": lab.spec,
    }
