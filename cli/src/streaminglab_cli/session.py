"""What every verb gets: the namespace's cluster, the lab that is meant, the screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from streaminglab_cli.errors import NotThere, SlabError
from streaminglab_cli.kubectl import Kubectl
from streaminglab_cli.lab import Lab, Part
from streaminglab_cli.screen import Screen

if TYPE_CHECKING:
    from streaminglab_cli.cluster import Cluster


@dataclass
class Session:
    """One call of one verb. ``name``: the lab's, where it was said."""

    context: str | None = None
    namespace: str | None = None
    name: str | None = None
    screen: Screen = field(default_factory=Screen)

    @cached_property
    def cluster(self) -> Cluster:
        """Asked for by verbs that need one. The client takes half a second to import, which help
        and completion need not wait for."""
        from streaminglab_cli.cluster import Cluster

        return Cluster.of(self.context, self.namespace)

    @cached_property
    def kubectl(self) -> Kubectl:
        """kubectl in the same namespace."""
        return Kubectl(self.cluster.namespace, self.context)

    @cached_property
    def lab(self) -> Lab:
        """The lab that is meant: the one that was named, or the only one of the namespace."""
        if self.name:
            return self.cluster.lab(self.name)
        found = self.cluster.labs()
        where = self.cluster.namespace
        if not found:
            raise NotThere(
                f"namespace {where} has no lab",
                "make one (`kubectl apply -f lab.yaml`), or name another namespace by -n",
            )
        if len(found) > 1:
            names = ", ".join(sorted(lab.name for lab in found))
            raise NotThere(f"namespace {where} has several labs", f"name one by --lab: {names}")
        return found[0]

    def part(self, name: str) -> Part:
        """A part of the lab by its name."""
        found = self.lab.part(name)
        if found is None:
            if lacking := self.lab.lacks(name):
                raise lacking
            known = ", ".join(part.name for part in self.lab.parts) or "none yet"
            raise NotThere(f"the lab {self.lab.name} has no part {name}", f"its parts: {known}")
        return found

    def broker(self) -> str:
        """A broker's pod, one that answers if there is one."""
        pods = self.cluster.pods(self.lab.name, "kafka")
        if not pods:
            raise SlabError(
                f"no broker of the lab {self.lab.name} runs", "`kubectl slab why` says what is so"
            )
        return pods[0]
