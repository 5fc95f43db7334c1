"""How long a test waits for what is certain to come: how fast this machine is, is no test."""

PATIENCE = 120.0
"""Seconds, for what takes a moment where nobody else is. Not for what a test says never comes."""
