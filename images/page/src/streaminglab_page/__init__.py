"""The lab's page: its parts, their states, its addresses and how to come in, for a browser."""

__version__ = "0.1.0"
