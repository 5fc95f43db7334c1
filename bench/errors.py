"""What a benchmark may raise."""


class BenchError(Exception):
    """A benchmark cannot run, or could not end; the message says why in plain words."""


class WatchEnded(BenchError):
    """A watch ended, as each does once: the API server closes one that it is ahead of by too much
    (Kubernetes, "Efficient detection of changes": list anew, and watch from there)."""
