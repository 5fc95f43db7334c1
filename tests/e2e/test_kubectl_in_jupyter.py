"""kubectl in a lab's Jupyter, with the rights of an account that was made as the page says."""

from __future__ import annotations

from tests.e2e.cluster import Kubectl, LabHandle
from tests.terminal import Terminal
from tools.pages import put, typed

ADMIN = "docs/admin.md"
JUPYTER = "meteo-jupyter-0"
SPEC = {"weather": False, "kafka": {"topics": [{"name": "test"}]}, "jupyter": {}}
WORK = (
    "kubectl create configmap mine --from-literal=a=b && kubectl get slab && "
    "kubectl get configmap mine -o jsonpath='{.data.a}'"
)
ASKED = """
kubectl auth can-i create pods
kubectl auth can-i create rolebindings
kubectl auth can-i list secrets -n streaminglab-system
kubectl auth can-i list nodes
true
"""


def test_a_terminal_of_jupyter_does_what_its_account_may_and_no_more(
    kubectl: Kubectl, namespace: str, terminal: Terminal
) -> None:
    lab = LabHandle(kubectl, namespace, "meteo")
    lab.apply(SPEC)
    lab.wait("Ready")
    without = _shell(lab, "kubectl get pods -o name --request-timeout=5s 2>&1 || true")
    assert "pod/" not in without, "without an account it reaches nothing"
    here = {"user-alice": namespace}
    terminal.type(put(typed(ADMIN, "kubectl -n user-alice create serviceaccount"), here))
    terminal.type(put(typed(ADMIN, "kubectl -n user-alice create rolebinding"), here))
    terminal.type(put(typed(ADMIN, "kubectl -n user-alice patch slab meteo"), here))
    lab.until(lambda: "b" in _tried(lab), "kubectl in Jupyter")
    said = _shell(lab, ASKED).split()
    assert said == ["yes", "no", "no", "no"]


def _tried(lab: LabHandle) -> str:
    """What the work prints, once Jupyter's pod is the new one."""
    done = f"({WORK}) 2>/dev/null | tail -n 1 || true"
    return _shell(lab, done)


def _shell(lab: LabHandle, line: str) -> str:
    words = ("exec", "-n", lab.namespace, JUPYTER, "--", "sh", "-c", line)
    return lab.kubectl(*words, check=False).stdout
