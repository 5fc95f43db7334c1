"""Faults between the operator and the API server, as plans that can be kept and replayed.

The real reconciler, queue and engine work in the in-memory world of ``tests.fakes``; a plan says
which workload, and what goes wrong at which write. Whatever goes wrong, the end must be that of
the run in which nothing did.
"""
