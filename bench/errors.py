"""What a benchmark may raise."""


class BenchError(Exception):
    """A benchmark cannot run, or could not end; the message says why in plain words."""
