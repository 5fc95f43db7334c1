"""The administrator's pull Secrets, as they were last read in the operator's own namespace."""

from __future__ import annotations

from dataclasses import dataclass, field

from streaminglab_operator.plan.pull_secret import merged
from streaminglab_operator.ports import Clock, Cluster

FRESH_SECONDS = 60.0
FAULT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Logins:
    """``config``: for the key `.dockerconfigjson`; empty, with what is wrong in ``fault``, where
    there is none."""

    config: str = field(default="", repr=False)
    fault: str = ""


class PullSecrets:
    """Read for all labs together, once a minute: nobody tells of a Secret that has changed."""

    def __init__(
        self, cluster: Cluster, clock: Clock, namespace: str, names: tuple[str, ...]
    ) -> None:
        self._cluster = cluster
        self._clock = clock
        self._namespace = namespace
        self._names = names
        self._known: tuple[float, Logins] | None = None
        """With the time until which it is taken as it was read."""

    async def logins(self) -> Logins | None:
        """What labs get; None where nothing is handed on. Raises :class:`errors.ApiError`."""
        if not self._names:
            return None
        now = self._clock.now()
        if self._known is not None and now < self._known[0]:
            return self._known[1]
        found = await self._read()
        self._known = now + (FAULT_SECONDS if found.fault else FRESH_SECONDS), found
        return found

    async def _read(self) -> Logins:
        found = {}
        for name in self._names:
            stored = await self._cluster.read_secret(self._namespace, name)
            if stored is None:
                return Logins(fault=f"{name} is not there")
            found[name] = stored.values
        try:
            return Logins(merged(found))
        except ValueError as error:
            return Logins(fault=str(error))
