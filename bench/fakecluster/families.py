"""Of which families the addresses of a fake cluster are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Families:
    """``loopback``: where the API server listens, as a URL has it; ``services``: the range of
    cluster IPs, the first family's first; ``node``, ``pods``: what nodes and pods say of
    themselves, which nothing reaches."""

    loopback: str
    services: str
    node: str
    pods: tuple[str, ...]

    @property
    def bind(self) -> str:
        """The address without the brackets of a URL."""
        return self.loopback.strip("[]")

    @property
    def advertised(self) -> tuple[str, ...]:
        """What the API server must be told besides: its own address is to be of the first family
        of services (kube-apiserver, `validatePublicIPServiceClusterIPRangeIPFamilies`), and by
        itself it takes the machine's."""
        return () if self == IPV4 else (f"--advertise-address={self.node}",)


IPV4 = Families("127.0.0.1", "10.96.0.0/12", "127.0.0.1", ("10.0.0.1",))
IPV6 = Families("[::1]", "fd00:10:96::/112", "fd00:10::5", ("fd00:10:244::1",))
IPV4_FIRST = Families(
    "127.0.0.1", "10.96.0.0/12,fd00:10:96::/112", "192.0.2.5", ("10.0.0.1", "fd00:10:244::1")
)
IPV6_FIRST = Families(
    "[::1]", "fd00:10:96::/112,10.96.0.0/12", "fd00:10::5", ("fd00:10:244::1", "10.0.0.1")
)
