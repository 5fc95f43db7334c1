"""What a lab should look like now, and what to do next: a pure function of what was seen.

No client, no clock and no chance in here, so that the same lab always gives the same plan and a
test is a table. The order of a lab's life is that of `services.PROGRAMS`, with the gates
of `plan.steps`.
"""

from streaminglab_operator.plan.desired import Desired, Release
from streaminglab_operator.plan.lab import Lab, Options
from streaminglab_operator.plan.steps import plan

__all__ = ["Desired", "Lab", "Options", "Release", "plan"]
