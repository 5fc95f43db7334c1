"""The command lines of the control plane, for a small machine and a short life.

Nothing is kept (no fsync), nobody else is served (loopback), there is one of each (no leader
election). Client-side rate limits are lifted, because the API server itself is to be the limit,
as in the floor that each benchmark measures beside.
"""

from dataclasses import dataclass
from pathlib import Path

from bench.fakecluster.families import IPV4, Families

OPERATOR, FLOOR, ADMIN = "operator", "floor", "admin"
"""Users with a token each, so that the audit log tells their requests apart. ADMIN alone is
above priority and fairness: watching must not be slowed down by what is watched."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where one fake cluster lives."""

    root: Path
    etcd_port: int
    peer_port: int
    api_port: int
    families: Families = IPV4

    @property
    def server(self) -> str:
        """The API server's address."""
        return f"https://{self.families.loopback}:{self.api_port}"

    @property
    def audit_log(self) -> Path:
        """One JSON line for each request of the operator and of the floor."""
        return self.root / "audit.log"

    def etcd_bytes(self) -> int:
        """How large the store is on disk, with what it has not given back yet."""
        return (self.root / "etcd" / "member" / "snap" / "db").stat().st_size

    def kubeconfig(self, user: str) -> Path:
        """The kubeconfig of a user."""
        return self.root / f"kubeconfig-{user}"


def etcd(binary: Path, layout: Layout) -> list[str | Path]:
    """The store, without fsync: it needs to survive nothing."""
    client = f"http://127.0.0.1:{layout.etcd_port}"
    peer = f"http://127.0.0.1:{layout.peer_port}"
    return [
        binary, "--name=bench", f"--data-dir={layout.root}/etcd", "--unsafe-no-fsync",
        f"--listen-client-urls={client}", f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}", f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=bench={peer}", f"--quota-backend-bytes={4 * 2**30}",
        "--log-level=warn",
    ]  # fmt: skip


def apiserver(binary: Path, layout: Layout) -> list[str | Path]:
    """The API server: RBAC, admission and fairness as everywhere, and an audit log."""
    root = layout.root
    return [
        binary, f"--etcd-servers=http://127.0.0.1:{layout.etcd_port}",
        f"--bind-address={layout.families.bind}", *layout.families.advertised,
        f"--secure-port={layout.api_port}", f"--cert-dir={root}/tls",
        "--authorization-mode=RBAC", f"--token-auth-file={root}/tokens.csv",
        "--service-account-issuer=https://bench.invalid",
        f"--service-account-key-file={root}/sa.pub",
        f"--service-account-signing-key-file={root}/sa.key",
        f"--service-cluster-ip-range={layout.families.services}",
        "--endpoint-reconciler-type=none",
        # Its taint is taken away by a controller that looks for real heartbeats.
        "--disable-admission-plugins=TaintNodesByCondition",
        f"--audit-policy-file={root}/audit-policy.yaml", f"--audit-log-path={layout.audit_log}",
        "--audit-log-format=json", "--profiling=false",
    ]  # fmt: skip


def controller_manager(binary: Path, layout: Layout) -> list[str | Path]:
    """All controllers but those that watch real nodes."""
    return [
        binary, f"--kubeconfig={layout.kubeconfig(ADMIN)}", "--leader-elect=false",
        "--secure-port=0", f"--service-account-private-key-file={layout.root}/sa.key",
        "--controllers=*,-node-lifecycle-controller,-taint-eviction-controller,"
        "-node-ipam-controller,-horizontal-pod-autoscaler-controller",
        "--kube-api-qps=1000", "--kube-api-burst=2000", "--profiling=false",
    ]  # fmt: skip


def scheduler(binary: Path, layout: Layout) -> list[str | Path]:
    """The scheduler; its rate limit can only be set in a file."""
    return [binary, f"--config={layout.root}/scheduler.yaml", "--secure-port=0"]


def kwok(binary: Path, layout: Layout, stages: Path) -> list[str | Path]:
    """The fake kubelets of every node. No node leases: nobody looks for heartbeats."""
    return [
        binary, f"--kubeconfig={layout.kubeconfig(ADMIN)}", "--manage-all-nodes=true",
        "--node-lease-duration-seconds=0", f"--config={stages}",
        f"--node-ip={layout.families.node}", "--v=WARN",
    ]  # fmt: skip
