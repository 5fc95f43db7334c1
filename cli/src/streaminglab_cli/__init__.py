"""`kubectl slab`: a lab seen, opened and changed by one word."""

__version__ = "0.1.0"
