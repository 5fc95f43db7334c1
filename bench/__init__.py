"""Benchmarks: each is one command, prints one line of JSON, and measures its own floor."""
