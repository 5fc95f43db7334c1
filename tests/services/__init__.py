"""What the tests know of one optional service and its declaration does not say: a module each.

A module has the name of the service's field in the spec's model, and what of these it needs:

- ``BAD``: rule, end of the field's path, spec, spec in force before (None: a new lab)
- ``BAD_FOR_OPERATOR``: rule, end of the field's path, spec; the API server lets it in
- ``GOOD_CHANGES``: what it shows, new spec, spec in force before
- ``DRAWN``: a strategy for its part of the spec, where the model does not say enough
- ``REFUSED``: chart, values that it refuses, the key that Helm names
- ``PROBES``: chart and probe that start a program, and which
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

Part = dict[str, Any]

MODULES = {
    found.name: import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)
}


def collected(what: str) -> list[Any]:
    """The lists of this name of all services, one after the other."""
    return [item for module in MODULES.values() for item in getattr(module, what, ())]
