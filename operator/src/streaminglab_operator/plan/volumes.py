"""What becomes of a lab's volumes: made, given an owner, grown, deleted. Pure.

The operator makes the claims that a StatefulSet would make, so that nobody else writes a fresh one
while the scheduler binds it (docs/decisions/0045). A claim that has a volume is never made anew:
what is kept has no owner, what goes with the lab has the lab for one.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from streaminglab_operator.api import LAB
from streaminglab_operator.observed import (
    ClaimState,
    ClaimTemplate,
    LabView,
    Observed,
    WorkloadState,
)
from streaminglab_operator.observed.quantity import bytes_of, same
from streaminglab_operator.plan.lab import Lab
from streaminglab_operator.render import Manifest
from streaminglab_operator.render.volumes import CLASS, KIND, named
from streaminglab_operator.services import BY_COMPONENT, Service

_WORKLOADS = ("StatefulSet", "Pod")
_GO_WITH = (*_WORKLOADS, LAB.kind)


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume claim as the spec wants it.

    - ``kept``: it outlives the lab
    - ``class_name``: its StorageClass, empty for the cluster's default; ``by_site``: it is the
      administrator's choice and not the spec's, and so only that of volumes to come
    """

    component: str
    manifest: Manifest
    size: str
    kept: bool
    class_name: str = ""
    by_site: bool = False

    @property
    def name(self) -> str:
        """Of the claim."""
        return self.manifest.name

    @property
    def field(self) -> str:
        """Where the spec says how large it is to be."""
        entry = BY_COMPONENT[self.component]
        return f"spec.{entry.part.key}.storage" if isinstance(entry, Service) else "its storage"

    @property
    def without(self) -> str:
        """What is taken away so that nothing uses it any more."""
        entry = BY_COMPONENT[self.component]
        optional = isinstance(entry, Service) and entry.optional
        return entry.part.without if optional else "delete the lab"

    @property
    def class_field(self) -> str:
        """Where the spec says of which StorageClass it is to be."""
        return f"{self.field}ClassName"

    def of_another_class(self, state: ClaimState) -> bool:
        """True if a claim asks for another StorageClass than this. Which one the default is nobody
        knows here; so any is right where none is wanted, unless it was once asked for by name."""
        if self.by_site:
            return False
        if self.class_name:
            return self.class_name != state.class_name
        return state.class_asked and bool(state.class_name)


@dataclass(frozen=True, slots=True)
class ClaimStep:
    """What is done next for a claim that is there; nothing of it: it is as it should be.

    - ``size``: it is to request so much
    - ``join``: the lab becomes an owner; ``leave``: these uids are owners no more
    - ``again``: it has no volume yet, so no data, and another size or class, which then nothing
      else can change: it is deleted, and made with the right one
    """

    size: str = ""
    join: bool = False
    leave: tuple[str, ...] = ()
    again: bool = False

    def __bool__(self) -> bool:
        return bool(self.size or self.join or self.leave or self.again)


NO_STEP = ClaimStep()


def names_no_class(lab: Lab, component: str) -> bool:
    """Whether a spec says nothing of the StorageClass of a component's disk."""
    part = lab.spec.parts[BY_COMPONENT[component].part.field]
    return getattr(part, "storage_class_name", None) is None


def volume(component: str, manifest: Manifest, *, no_class: bool = False) -> Volume:
    """A rendered claim. ``no_class``: the spec names none."""
    body = json.loads(manifest.body)
    spec, kept = body["spec"], "ownerReferences" not in body["metadata"]
    size = spec["resources"]["requests"]["storage"]
    class_name = spec.get(CLASS, "")
    return Volume(component, manifest, size, kept, class_name, no_class and bool(class_name))


def made_with(view: LabView) -> dict[str, dict[str, ClaimTemplate]]:
    """By StatefulSet of the lab, its claim templates."""
    found = view.of_kind("StatefulSet")
    return {o.name: dict(o.state.claims) for o in found if isinstance(o.state, WorkloadState)}


def in_pods(manifests: Iterable[Manifest]) -> Iterator[str]:
    """The names of the claims that pods of these StatefulSets mount; one at rest has none."""
    for manifest in manifests:
        if manifest.kind == "StatefulSet":
            yield from (name for name, _ in named(json.loads(manifest.body)))


def made_otherwise(view: LabView, wanted: Volume) -> Observed | None:
    """The StatefulSet that has the template of a claim, and was made with another size or class:
    its controller would make the claim by that before the operator does, and templates do not
    change."""
    for workload, templates in made_with(view).items():
        for name, template in templates.items():
            if wanted.name.rpartition("-")[0] == f"{name}-{workload}" and not (
                same(template.size, wanted.size) and template.class_name == wanted.class_name
            ):
                return view.get("StatefulSet", workload)
    return None


def claim(view: LabView, name: str) -> tuple[Observed, ClaimState] | None:
    """A claim that was seen whole."""
    item = view.get(KIND, name)
    return (item, item.state) if item and isinstance(item.state, ClaimState) else None


def goes(item: Observed, state: ClaimState, uid: str, workloads: Collection[str]) -> bool:
    """True if it is on its way out: deleted, or of a former lab or StatefulSet of the name.

    ``uid``: of the lab; ``workloads``: of its StatefulSets and pods that are there.
    """
    owners = {owner for kind, owner in state.owners if kind in _GO_WITH}
    if item.deleting or uid in owners:
        return item.deleting
    return bool(owners) and owners.isdisjoint(workloads)


def next_step(wanted: Volume, state: ClaimState, uid: str) -> ClaimStep:
    """What is done next for a claim that is not on its way out; one thing at a time.

    While it has no volume nothing is written: the scheduler and the provisioner write it then.
    """
    asked, size = bytes_of(state.asked), bytes_of(wanted.size)
    if not state.bound:
        other = asked is not None and size is not None and asked != size
        other = other or wanted.of_another_class(state)
        return ClaimStep(again=True) if other and state.fresh else NO_STEP
    if wanted.kept:
        leave = tuple(u for kind, u in state.owners if kind in _WORKLOADS or u == uid)
        if leave:
            return ClaimStep(leave=leave)
    elif all(owner != uid for _, owner in state.owners):
        return ClaimStep(join=True)
    return ClaimStep(size=wanted.size) if asked is not None and (size or 0) > asked else NO_STEP


def left_over(
    view: LabView, planned: Collection[str], kept: Collection[str], uid: str
) -> list[Observed]:
    """The claims of services that were taken out of the spec: their data goes with them.

    ``planned``: components that the lab has; ``kept``: those whose objects stay meanwhile.
    """
    return [
        item
        for item in view.of_kind(KIND)
        if isinstance(item.state, ClaimState)
        and any(owner == uid for _, owner in item.state.owners)
        and item.component
        and item.component not in planned
        and item.component not in kept
        and not item.deleting
    ]


def workload_uids(objects: Mapping[tuple[str, str], Observed]) -> frozenset[str]:
    """Of the StatefulSets and pods that are there and stay."""
    return frozenset(o.uid for (k, _), o in objects.items() if k in _WORKLOADS and not o.deleting)
