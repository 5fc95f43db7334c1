"""The API server's words in the form's refusals.

Whoever checks values by JSON Schema, Onyxia's form and Helm, says of a text that it does not match
a pattern, and shows the pattern. So the rule's words stand in it, behind a `.^`, which nothing
matches: `does not match pattern '^[a-z]+$|.^ use small letters'`. What may not be a key at all has
a value that nothing matches. Of a part whose fields do not go together the words are a field that
it lacks, `missing property 'a plugin comes from exactly one place'`, and that no part can have, as
they are closed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from streaminglab_operator.schema.forms import Form

SYNTAX = re.compile(r"[\\|?*+()\[\]{}]")
"""What would end the alternative, or make a pattern that is none; a dot may stay one."""

OF_TEXTS = frozenset({"enum", "const", "pattern", "anyOf"})
"""What is said of a text."""


def told_of_part(form: Mapping[str, Any], message: str) -> Form:
    """What is said of a part with fields of its own, in whose refusals the words are."""
    return {"anyOf": [dict(form), {"required": [message]}]}


def told(form: Mapping[str, Any], message: str) -> Form:
    """What is said of a text or of a map of somebody's own words, likewise."""
    words = f".^ {SYNTAX.sub(lambda found: chr(92) + found[0], message)}"
    kept: Form = dict(form)
    if "pattern" in kept:
        kept["pattern"] = f"{kept['pattern']}|{words}"
    if "additionalProperties" in kept:
        kept["additionalProperties"] = _value(kept["additionalProperties"], words, message)
    if "patternProperties" in kept:
        values = kept["patternProperties"]
        kept["patternProperties"] = {k: _value(v, words, message) for k, v in values.items()}
    for word in ("allOf", "anyOf"):
        if word in kept:
            kept[word] = [told(each, message) for each in kept[word]]
    if kept.get("not", {"": 0}).keys() <= OF_TEXTS:
        # Nothing else would be said than that `not` failed.
        refused = {"not": kept.pop("not")}
        kept["allOf"] = [*kept.get("allOf", ()), {"anyOf": [refused, _nothing(words)]}]
    return kept


def _value(value: Any, words: str, message: str) -> Form:
    return _nothing(words) if value is False else told(value, message)


def _nothing(words: str) -> Form:
    return {"type": "string", "pattern": words}
