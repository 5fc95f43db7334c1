"""``ports.Doors`` in memory: closed, as where NetworkPolicies are enforced."""

from collections.abc import Sequence


class FakeDoors:
    """``open``: whether connections are made; ``tried``: each host and port that was tried."""

    def __init__(self) -> None:
        self.open = False
        self.tried: Sequence[tuple[str, int]] = ()

    async def opens(self, host: str, port: int) -> bool:
        self.tried = (*self.tried, (host, port))
        return self.open
