"""Runs dbt when a message asks for it, and publishes what came of it."""
