"""What came of an edit: it was refused by name, or reached; and it was undone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from streaminglab_operator.api import LAB, InvalidSpec, StreamingLabSpec, admit, parse_spec
from streaminglab_operator.api.crd import root_schema
from streaminglab_operator.api.structural import filled
from streaminglab_operator.schema.validation import Problem
from tests.mutations import sound
from tests.mutations.declared import Declared
from tests.mutations.labs import Spec
from tests.mutations.plan import Plan
from tests.mutations.state import State, changed

_SPEC = root_schema(LAB)["properties"]["spec"]
_ONLY_TOLD = re.compile(r"^(ConfigMap|Job|NetworkPolicy|Pod)/[^/]+/meteo-init-")
"""What tells `init` what to do: it shows in what `init` has done, or nowhere."""


def problems(plan: Plan) -> list[Problem]:
    """What the API server, or the operator, says of the spec; nothing if it is let in."""
    try:
        old: StreamingLabSpec | None = None
        if plan.moment == "edit":
            old = parse_spec(plan.before())
        admit(plan.after(), old=old, name="meteo")
    except InvalidSpec as error:
        return error.problems
    return []


def named(plan: Plan, found: list[Problem]) -> bool:
    """Whether one of the problems says which field it is about."""
    plain = re.sub(r"\[\d+\]", "", plan.field)
    return any(
        _related(problem.field, plan.field) or _mentions(problem.message, plain)
        for problem in found
    )


def _related(said: str, field: str) -> bool:
    shorter, longer = sorted((said, field), key=len)
    return shorter != "spec" and re.match(re.escape(shorter) + r"($|[.\[])", longer) is not None


def _mentions(message: str, plain: str) -> bool:
    parts = plain.split(".")
    return any(".".join(parts[start:]) in message for start in (0, 1))


def not_as_taken(plan: Plan) -> Iterator[str]:
    """What is wrong with a null: to Kubernetes it is a key that is not there."""
    if parse_spec(plan.after()) != parse_spec(plan.model_copy(update={"sort": "taken"}).after()):
        yield "a null is another thing than nothing"


def same(plan: Plan) -> bool:
    """Whether both specs are one by the declared defaults, as the API server fills them in."""
    before, after = _full(plan.before()), _full(plan.after())
    return bool(before == after)


def _full(spec: Spec) -> Any:
    return _in_any_order(_SPEC, filled(_SPEC, _without_nulls(spec)))


def _in_any_order(schema: Mapping[str, Any], value: Any) -> Any:
    """Lists whose items have a name are maps: their order says nothing."""
    if isinstance(value, Mapping):
        below = schema.get("properties", {})
        return {k: _in_any_order(below.get(k, {}), v) for k, v in value.items()}
    keys = schema.get("x-kubernetes-list-map-keys")
    if keys and isinstance(value, list):
        return {item[keys[0]]: _in_any_order(schema["items"], item) for item in value}
    return value


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _without_nulls(v) for k, v in value.items() if v is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def unnamed(plan: Plan, found: list[Problem]) -> Iterator[str]:
    """What is wrong with the words of a refusal."""
    if not named(plan, found):
        yield f"refused, and {plan.field} is not named: {found[0]}"


def refused(plan: Plan, found: list[Problem], before: State, after: State) -> Iterator[str]:
    """What is wrong with a refusal."""
    yield from unnamed(plan, found)
    if found[0].field not in after.sentences:
        yield f"refused, and the status does not say so: {found[0].field}"
    if plan.moment == "create":
        there = [name for name in after.made if name.startswith(("StatefulSet/", "ConfigMap/"))]
    else:
        there = [where(at) for at, _ in changed(before.made, after.made)]
    yield from (f"refused, and yet there is {name}" for name in there)


def reached(plan: Plan, declared: Declared, before: State, after: State) -> Iterator[str]:
    """What is wrong with an edit that was let in."""
    differing = [d for d in changed(before.made, after.made) if not _ONLY_TOLD.match(str(d[0][0]))]
    said = changed(before.said, after.said)
    if not differing and not (said and _says(plan, after)):
        if not same(plan) and not declared.allows("same", plan):
            yield "accepted and ignored"
        return
    text = plan.value if isinstance(plan.value, str) else ""
    if isinstance(plan.value, int | float) and not isinstance(plan.value, bool):
        text = str(plan.value)
    if plan.sort == "hostile" and not isinstance(plan.value, list) and plan.value == "1":
        text = str(plan.at[-1])
    if not text or plan.sort in ("taken", "null"):
        return
    if not sound.arrived(text, [*differing, *said]) and not declared.allows("derived", plan):
        yield f"{text[:60]!r} did not arrive as it is: {[where(at) for at, _ in differing][:4]}"
    if isinstance(plan.value, str):
        for fault in sound.faults(after.made, before.made, text):
            if not (sound.SEVERAL in fault and declared.allows("several", plan)):
                yield fault


def _says(plan: Plan, after: State) -> bool:
    """Whether the status speaks of the field, or of what it holds."""
    about = [str(step) for step in plan.at if isinstance(step, str)]
    if isinstance(plan.value, str):
        about.append(plan.value)
    return any(word and word in after.sentences for word in about)


def undone(plan: Plan, declared: Declared, before: State, after: State) -> Iterator[str]:
    """What is left of an edit that was taken back."""
    for at, value in (*changed(before.made, after.made), *changed(before.said, after.said)):
        # After an edit `init` may be told what to give back, and is then another Job.
        if not _ONLY_TOLD.match(str(at[0])) and not declared.allows("left", plan, where(at)):
            yield f"left behind: {where(at)}: {str(value)[:100]}"


def where(at: tuple[str | int, ...]) -> str:
    """A place in what was made, as one text."""
    return " ".join(str(step) for step in at)
