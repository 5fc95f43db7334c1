"""One pass over one lab: the list of steps is :data:`reconcile.steps.STEPS`.

Level-triggered: a pass looks at what is there now, does what can be done now, says what it sees,
and returns. It never waits for a pod. Whatever changes later wakes the next pass.
"""

from streaminglab_operator.reconcile.passes import Addresses, Tools
from streaminglab_operator.reconcile.reconciler import Outcome, Reconciler
from streaminglab_operator.reconcile.steps import STEPS

__all__ = ["STEPS", "Addresses", "Outcome", "Reconciler", "Tools"]
