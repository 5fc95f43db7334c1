"""JSON Schema that says what a rule says, where there is no CEL: in a form, and for Helm."""

import re
from collections.abc import Sequence
from typing import Any

Form = dict[str, Any]


def map_form(keys: str = "", values: str = "") -> Form:
    """JSON Schema for a map whose keys and values have these formats."""
    form: Form = {"propertyNames": {"pattern": keys}} if keys else {}
    return form | ({"additionalProperties": {"pattern": values}} if values else {})


def keys_not(names: Sequence[str] = (), prefixes: Sequence[str] = (), pattern: str = "") -> Form:
    """JSON Schema for a map without these keys, and without such as begin so or fit."""
    begin = "|".join(map(re.escape, prefixes))
    patterns = [f"^({begin})" if begin else "", pattern]
    bad: list[Form] = [{"enum": list(names)}] if names else []
    bad += ({"pattern": word} for word in patterns if word)
    return {"propertyNames": {"not": {"anyOf": bad}}}
