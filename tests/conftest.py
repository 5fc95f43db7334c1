"""What all tests share: random examples, and how long they may take.

How long an example takes is no test. ``make test`` tries the same examples each time, so that what
it says of a commit is so tomorrow too; ``make test-search`` tries many others at each run.
"""

import gc

from hypothesis import HealthCheck, settings

settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile(
    "search", deadline=None, max_examples=3000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same")


def pytest_collection_finish() -> None:
    """What was loaded stays until the end: to walk over it again and again was a fifth of the time
    of a component test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
