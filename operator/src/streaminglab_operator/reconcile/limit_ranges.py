"""The LimitRanges of namespaces, as they were last read."""

from collections import OrderedDict

from streaminglab_operator.plan.limit_ranges import Limits, read, together
from streaminglab_operator.ports import Clock, Cluster

FRESH_SECONDS = 15.0
MOST_NAMESPACES = 256


class LimitRanges:
    """Asked for only where something is to be made, and then once in a while: a start of a lab is
    a dozen passes, and a class starts at once."""

    def __init__(self, cluster: Cluster, clock: Clock) -> None:
        self._cluster = cluster
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, Limits]] = OrderedDict()

    async def of(self, namespace: str) -> Limits:
        """What those of a namespace say of pods. Raises :class:`errors.ApiError`."""
        now = self._clock.now()
        read_at, limits = self._known.get(namespace, (float("-inf"), None))
        if limits is None or now - read_at >= FRESH_SECONDS:
            raw = await self._cluster.limit_ranges(namespace)
            limits = together(limit for item in raw for limit in read(item))
            self._known[namespace] = now, limits
            self._known.move_to_end(namespace)
            while len(self._known) > MOST_NAMESPACES:
                self._known.popitem(last=False)
        return limits
