"""One pass over one lab: the visible list of steps.

Level-triggered: a pass looks at what is there now, does what can be done now, says what it sees,
and returns. It never waits for a pod. Whatever changes later wakes the next pass.
"""

from streaminglab_operator.reconcile.reconciler import Addresses, Outcome, Reconciler

__all__ = ["Addresses", "Outcome", "Reconciler"]
