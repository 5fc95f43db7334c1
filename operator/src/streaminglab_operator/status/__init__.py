"""The status of a lab: conditions, components, counts. A pure function of what was seen.

It is the model of :mod:`streaminglab_operator.api.status` all the way; only who writes it to the
API server makes JSON of it. ``Ready`` is only ever computed from the other conditions, and only in
:mod:`status.overall`.
"""

from streaminglab_operator.status.blocking import blocked, invalid, paused, waiting
from streaminglab_operator.status.summary import summarise

__all__ = ["blocked", "invalid", "paused", "summarise", "waiting"]
