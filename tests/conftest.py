"""What all tests share: a random example may take its time, for how long it takes is no test."""

import gc

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_finish() -> None:
    """What was loaded stays until the end: to walk over it again and again was a fifth of the time
    of a component test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
