"""The LimitRanges of namespaces, as they were last read."""

from collections import OrderedDict

from streaminglab_operator.plan.limit_ranges import Limits, read, together
from streaminglab_operator.ports import Clock, Cluster

FRESH_SECONDS = 15.0
KNOWN_SECONDS = 300.0
"""How old what is known may be where no pod was refused: a start of a lab takes so long, and who is
sized by what was so a minute ago, and refused, is sized anew."""
MOST_NAMESPACES = 256


class LimitRanges:
    """Asked for only where something is to be made, and then once in a while: a start of a lab is
    a dozen passes, and a class starts at once."""

    def __init__(self, cluster: Cluster, clock: Clock) -> None:
        self._cluster = cluster
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, Limits]] = OrderedDict()

    def known(self, namespace: str) -> Limits | None:
        """What those of a namespace said of pods, where that was asked not long ago."""
        return self._younger(namespace, KNOWN_SECONDS)

    async def of(self, namespace: str, *, refused: bool = False) -> Limits:
        """What those of a namespace say of pods. Raises :class:`errors.ApiError`.

        ``refused``: a pod was, because of one of them: what is known may be too old.
        """
        limits = self._younger(namespace, FRESH_SECONDS if refused else KNOWN_SECONDS)
        if limits is None:
            now = self._clock.now()
            raw = await self._cluster.limit_ranges(namespace)
            limits = together(limit for item in raw for limit in read(item))
            self._known[namespace] = now, limits
            self._known.move_to_end(namespace)
            while len(self._known) > MOST_NAMESPACES:
                self._known.popitem(last=False)
        return limits

    def _younger(self, namespace: str, seconds: float) -> Limits | None:
        read_at, limits = self._known.get(namespace, (float("-inf"), None))
        return limits if self._clock.now() - read_at < seconds else None
