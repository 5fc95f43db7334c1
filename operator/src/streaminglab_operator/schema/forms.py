"""JSON Schema that says what a rule says, where there is no CEL: in a form, and for Helm.

What keys a map may have is said by `patternProperties`. Of a broken `propertyNames` Helm names a
field that has nothing to do with it, because its validator keeps no copy of the field's path and
writes the next one over it: https://github.com/santhosh-tekuri/jsonschema/pull/269.
"""

import re
from collections.abc import Sequence
from typing import Any

Form = dict[str, Any]


def map_form(keys: str = "", values: str = "") -> Form:
    """JSON Schema for a map whose keys and values have these formats."""
    value: Form = {"pattern": values} if values else {}
    if not keys:
        return {"additionalProperties": value}
    return {"patternProperties": {keys: value}, "additionalProperties": False}


def keys_not(names: Sequence[str] = (), prefixes: Sequence[str] = (), pattern: str = "") -> Form:
    """JSON Schema for a map without these keys, and without such as begin so or fit."""
    whole = f"^({'|'.join(map(re.escape, names))})$" if names else ""
    begin = f"^({'|'.join(map(re.escape, prefixes))})" if prefixes else ""
    return {"patternProperties": {word: False for word in (whole, begin, pattern) if word}}


def begins_but_not(begin: str, word: str) -> str:
    """A pattern for what begins so and does not go on with a word, in the words that all programs
    know which read a form: Go has no way to look ahead."""
    other = (f"{re.escape(word[:i])}([^{re.escape(c)}]|$)" for i, c in enumerate(word))
    return f"^{re.escape(begin)}({'|'.join(other)})"
