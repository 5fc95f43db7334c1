"""What a student does in a course: apply its example, and type commands into its pods."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.e2e.cluster import READY_SECONDS, LabHandle

ROOT = Path(__file__).resolve().parents[2]
COURSES = ROOT / "docs" / "courses"
NOT_OFFERED = "NotOffered"


class Course(LabHandle):
    """The lab of a course in a namespace of its own."""

    def begin(self, example: str) -> None:
        """`kubectl apply -f examples/...`, and wait until the lab is Ready."""
        self.kubectl("apply", "-n", self.namespace, "-f", str(ROOT / "examples" / example))
        self.wait("Ready")

    def run(self, where: str, *words: str, stdin: str | None = None, seconds: float = 120) -> str:
        """`kubectl exec WHERE -- WORDS`; what it printed."""
        put_in = () if stdin is None else ("-i",)
        return self.kubectl(
            "exec", *put_in, "-n", self.namespace, where, "--", *words, stdin=stdin,
            timeout=seconds,
        ).stdout  # fmt: skip

    def shell(self, where: str, line: str) -> str:
        """A line typed into a shell in a pod."""
        return self.run(where, "sh", "-c", line)

    def not_offered(self) -> set[str]:
        """Conditions of the parts that this installation does not offer, because there is no image
        of them here: the lab is Ready without them."""
        conditions = self.get()["status"]["conditions"]
        return {c["type"] for c in conditions if c["reason"] == NOT_OFFERED}

    def create(self, body: Mapping[str, Any]) -> None:
        """Make an object in the course's namespace."""
        self.kubectl.api.create(dict(body), self.namespace)

    def passed(self) -> set[str]:
        """The exercises that are passed."""
        found = self.get()["status"].get("exercises", {}).get("items", [])
        return {item["name"] for item in found if item["state"] == "passed"}

    def until_passed(self, *names: str, seconds: float = READY_SECONDS) -> None:
        """Wait until exercises are passed."""
        self.until(lambda: {*names} <= self.passed(), f"passed: {names}", seconds)


def plain_pod(name: str, image: str, **container: Any) -> dict[str, Any]:
    """What `kubectl run` makes where only restricted pods are admitted; it has no label at all."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {
            "terminationGracePeriodSeconds": 0,
            "automountServiceAccountToken": False,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": 1000,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [
                {
                    "name": name,
                    "image": image,
                    "imagePullPolicy": "IfNotPresent",
                    "securityContext": {
                        "allowPrivilegeEscalation": False,
                        "capabilities": {"drop": ["ALL"]},
                    },
                    **container,
                }
            ],
        },
    }


def between(page: str, mark: str) -> str:
    """What a course's page holds between `<!-- MARK begin -->` and `<!-- MARK end -->`."""
    text = (COURSES / page).read_text(encoding="utf-8")
    _, _, rest = text.partition(f"<!-- {mark} begin -->\n")
    found, end, _ = rest.partition(f"\n<!-- {mark} end -->")
    assert end, f"{page} has no part {mark}"
    return found
