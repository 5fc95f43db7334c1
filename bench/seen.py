"""What one step of a run cost, and what was seen of the labs meanwhile. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bench import audit
from bench.curve import Curve

MEBIBYTE = 2**20


@dataclass(slots=True)
class Seen:
    """One step.

    - ``seconds``: until it was done; ``whole``: until all was counted
    - ``cpu``, ``helm_cpu``, ``api_cpu``: CPU seconds of the operator with its children, of those of
      them that have ended, and of the API server
    - ``peak``, ``peak_alone``, ``peak_pss``: bytes, as of :class:`bench.sampler.MemorySampler`
    - ``api_memory``, ``etcd``: bytes of the API server in memory and of etcd on disk at the end
    - ``labs``: how many it was about; ``curve``: when each came, and when it was as it should be
    - ``others``: share of the machine that others used
    - ``failure``: why it could not be done, in plain words; empty if it was
    """

    name: str
    labs: int = 0
    seconds: float = 0.0
    whole: float = 0.0
    requests: list[audit.Request] = field(default_factory=list)
    cpu: float = 0.0
    helm_cpu: float = 0.0
    api_cpu: float = 0.0
    passes: float = 0.0
    renders: float = 0.0
    failed_passes: int = 0
    peak: int = 0
    peak_alone: int = 0
    peak_pss: int = 0
    sample_gap: float = 0.0
    api_memory: int = 0
    etcd: int = 0
    others: float = 0.0
    curve: Curve = field(default_factory=lambda: Curve((), ()))
    failure: str = ""

    @property
    def writes(self) -> int:
        """Without the renewals of the Lease."""
        return audit.writes(self.requests)[0]

    def counts(self) -> dict[str, object]:
        """As a line of JSON has it."""
        writes, leases = audit.writes(self.requests)
        labs = self.labs or 1
        return {
            **self.curve.summary(),
            "passes": self.passes,
            "passesPerLab": round(self.passes / labs, 2),
            "failedPasses": self.failed_passes,
            "renders": self.renders,
            "writes": writes,
            "writesPerLab": round(writes / labs, 2),
            "leaseRenewals": leases,
            "reads": sum(not r.is_write for r in self.requests),
            "refused": sum(refused(self.requests).values()),
            "requests": audit.by_kind_with_latency(self.requests),
            **self._machine(),
        }

    def _machine(self) -> dict[str, object]:
        percent = 100 * self.cpu / self.whole if self.whole else 0.0
        return {
            "cpuSeconds": round(self.cpu, 2),
            "cpuMsPerLab": round(1000 * self.cpu / (self.labs or 1), 1),
            "cpuPercentOfACore": round(percent, 2),
            "helmCpuSeconds": round(self.helm_cpu, 2),
            "apiServerCpuSeconds": round(self.api_cpu, 2),
            "apiServerCpuMsPerLab": round(1000 * self.api_cpu / (self.labs or 1), 1),
            "peakMiB": round(self.peak / MEBIBYTE, 1),
            "peakAloneMiB": round(self.peak_alone / MEBIBYTE, 1),
            "peakPssMiB": round(self.peak_pss / MEBIBYTE, 1),
            "apiServerMiB": round(self.api_memory / MEBIBYTE, 1),
            "etcdMiB": round(self.etcd / MEBIBYTE, 1),
            "others": self.others,
        }


def refused(requests: Iterable[audit.Request]) -> dict[str, int]:
    """Requests that the API server could not answer then, by kind: 429 and 5xx."""
    return audit.by_kind(r for r in requests if r.status >= 500 or r.status == 429)
