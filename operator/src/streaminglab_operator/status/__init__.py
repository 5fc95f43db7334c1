"""The status of a lab: conditions, components, counts. A pure function of what was seen.

``Ready`` is only ever computed from the other conditions, and only here.
"""

from streaminglab_operator.status.summary import blocked, invalid, summarise

__all__ = ["blocked", "invalid", "summarise"]
