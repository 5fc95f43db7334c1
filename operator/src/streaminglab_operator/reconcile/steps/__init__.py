"""The steps of a pass, in their order. The table in docs/architecture.md is made of this list.

A step is a module with a coroutine ``run``. What it must remember between two passes is a record
of its own; it returns when it wants to be run again, and the pass takes the earliest.
"""

from collections.abc import Sequence

from streaminglab_operator.reconcile.passes import Step
from streaminglab_operator.reconcile.steps import (
    admit,
    announce,
    apply,
    connectors,
    credentials,
    diagnose,
    fence,
    observe,
    pace,
    permit,
    plan,
    prune,
    pull_secret,
    render,
    rest,
    roll,
    set_up,
    summarise,
    upgrade,
    volumes,
)

STEPS: Sequence[Step] = (
    permit,
    admit,
    credentials,
    pull_secret,
    rest,
    observe,
    pace,
    plan,
    render,
    upgrade,
    volumes,
    apply,
    prune,
    roll,
    set_up,
    diagnose,
    connectors,
    announce,
    fence,
    summarise,
)
