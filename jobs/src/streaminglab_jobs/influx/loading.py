"""Importing a large library without the garbage collector looking on.

An import makes a hundred thousand objects, and all of them stay. The collector would walk over
them again and again and find nothing: a fifth of what influxdb-client costs (docs/decisions/0019).
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep the collector off for as long as the block lasts; nothing is freed by hand."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
