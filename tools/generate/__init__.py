"""Files that are made from the operator's models: the CRD, its two reference pages,
and the values of the catalog tile (charts/streaminglab) with their schema.

`python -m tools.generate` writes them; `--check` says which ones are stale and writes nothing.
They are committed, so that a reader and `kubectl apply -f` need no Python.
"""
