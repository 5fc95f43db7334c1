"""What the API server would refuse of a lab is refused before anything is made.

Onyxia installs a release whose lab is refused half: the card vanishes, and nothing leads to what
was made. So each case of a lab that is not admitted, and that the tile's values can express, must
be refused by `helm template`.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from streaminglab_operator.api import LAB, admit
from streaminglab_operator.api.validate import InvalidSpec
from tests.admission_cases import BAD, BAD_FOR_OPERATOR, BadCase
from tests.charts.support import CHARTS, TILE, manifests, only, run_helm
from tests.charts.test_tile import SWITCHES, admitted, lab_of, launched
from tests.mutations.generate import all_plans
from tests.mutations.plan import Plan
from tools.generate.tile_chart import COMPARED
from tools.generate.tile_spec import LEFT_OUT

MENDED = {
    "lab-name": "the tile makes the lab's name from the release's",
    "grafana-needs-weather": "the form does not show its switch then, and the lab comes without it",
    "metrics-needs-weather": "likewise",
}
"""Rules that no values of the tile break."""
OF_ALL_TEXTS = "no-placeholder"
"""The one that the API server cannot say, and Helm can."""
WORDS = {rule.id: rule.message.replace("\\", "") for rule in LAB.rules}
SAID_BY_HELM = {"profile-format": "value must be one of 'nano', 'standard', 'resilience'"}
"""Rules whose words speak of sites, of which Helm knows nothing."""
NEW = [case for case in BAD if case.old is None and case.rule not in MENDED]


def overlaid(below: Any, above: Any) -> Any:
    """Values as Helm merges them: maps key by key, everything else whole."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return copy.deepcopy(above)
    return {
        key: overlaid(below.get(key), above[key]) if key in above else below[key]
        for key in (*below, *(k for k in above if k not in below))
    }


def values_of(spec: dict[str, Any]) -> dict[str, Any]:
    """The form, filled in so that it would give this lab."""
    values = launched()
    values["lab"] = overlaid(values["lab"], spec)
    for name in SWITCHES:
        if isinstance(values["lab"][name], dict):
            asked = spec.get(name, {"enabled": False})
            values["lab"][name]["enabled"] = asked is not None and asked.get("enabled", True)
    return values


def without_left_out(spec: dict[str, Any]) -> dict[str, Any]:
    """What the form has fields for."""
    kept = copy.deepcopy(spec)
    for path in LEFT_OUT:
        *way, last = path.split(".")
        at: Any = kept
        for name in way:
            at = at.get(name) if isinstance(at, dict) else None
        if isinstance(at, dict):
            at.pop(last, None)
    return kept


def problem(spec: dict[str, Any], name: str = "meteo") -> str:
    """What the API server or the operator has against a lab; empty: nothing."""
    try:
        admit(spec, name=name)
    except InvalidSpec as error:
        return str(error)
    return ""


def in_the_form(case: BadCase) -> bool:
    """Whether the tile has the fields of a case at all."""
    return not any(_has(case.new, path.split(".")) for path in LEFT_OUT)


def _has(spec: Any, path: list[str]) -> bool:
    return (
        isinstance(spec, dict)
        and path[0] in spec
        and (not path[1:] or _has(spec[path[0]], path[1:]))
    )


@pytest.mark.parametrize("bad", [c for c in NEW if in_the_form(c)], ids=str)
def test_a_lab_that_would_be_refused_is_refused_by_helm(bad: BadCase) -> None:
    done = run_helm("template", "lab", str(CHARTS / TILE), values=values_of(bad.new))
    assert done.returncode, "it would be installed, and then refused"
    assert "metaschema" not in done.stderr, "a schema that is wrong refuses everything"
    # Helm quotes what it shows, and a pattern has signs that stand for themselves.
    shown = done.stderr.replace("\\", "")
    assert bad.rule in SAID_BY_HELM or WORDS[bad.rule] in shown, "not in the API server's words"
    part = bad.field.removeprefix("spec").lstrip(".").split(".")[0].partition("[")[0]
    whole = "at '/lab':" in shown and bad.field.count(".") == 1
    assert f"/lab/{part}" in shown or f"lab.{part}" in shown or whole, "the field is not named"


KEYS = (
    ({"lab": {"kafka": {"config": {"node.id": "3"}}}}, "/lab/kafka/config/node.id"),
    ({"lab": {"kafka": {"config": {"A b": "3"}}}}, "/lab/kafka/config/A b'"),
    ({"lab": {"pods": {"labels": {"job-name": "x"}}}}, "/lab/pods/labels/job-name"),
    ({"lab": {"pods": {"nodeSelector": {"-": "x"}}}}, "/lab/pods/nodeSelector/-'"),
    ({"configMaps": {"a": {"b c": "x"}}}, "/configMaps/a': additional properties 'b c'"),
    ({"configMaps": {"a": {"b" * 254: "x"}}}, "/configMaps/a': additional properties"),
    ({"configMaps": {"B": {"b": "x"}}}, "/configMaps': additional properties 'B'"),
    ({"ingress": {"annotations": {"b c": "x"}}}, "/ingress/annotations': additional"),
    ({"commonLabels": {"b c": "x"}}, "/commonLabels': additional properties 'b c'"),
)
"""Values with a key that does not fit, and how Helm says where."""


@pytest.mark.parametrize(("values", "said"), KEYS, ids=[said for _, said in KEYS])
def test_a_key_that_does_not_fit_is_named_with_its_field(values: dict[str, Any], said: str) -> None:
    done = run_helm("template", "lab", str(CHARTS / TILE), values=values)
    assert f"at '{said}" in done.stderr


def test_rules_that_compare_values_are_told_in_the_api_servers_words() -> None:
    words = {rule.id: rule.message for rule in LAB.rules}
    told = {bad.rule: bad for bad in NEW if bad.rule in COMPARED}
    assert set(told) == COMPARED - {OF_ALL_TEXTS}
    for rule, bad in told.items():
        done = run_helm("template", "lab", str(CHARTS / TILE), values=values_of(bad.new))
        assert words[rule] in done.stderr
        assert f"lab.{bad.field.removeprefix('spec.').split('.')[0]}" in done.stderr


def test_a_switch_that_is_not_shown_without_weather_makes_nothing() -> None:
    lab = lab_of(values_of({"grafana": {}, "weather": False}))
    assert "grafana" not in lab["spec"]
    assert admitted(lab).weather is False


@pytest.mark.parametrize("bad", [c for c in BAD_FOR_OPERATOR if c.rule == OF_ALL_TEXTS], ids=str)
def test_a_word_that_the_api_server_would_let_in_is_refused_in_the_operators_words(
    bad: BadCase,
) -> None:
    words = {rule.id: rule.message for rule in LAB.rules}
    done = run_helm("template", "lab", str(CHARTS / TILE), values=values_of(bad.new))
    assert words[OF_ALL_TEXTS] in done.stderr


EDITS = [
    plan
    for plan in all_plans()
    if not any(plan.place.startswith(f"spec.{path}") for path in LEFT_OUT)
]
"""Each place of the CRD's schema, with values of each sort (`tests.mutations`): a new field or
bound is among them from its first day."""
SOME = 80


@pytest.mark.parametrize("plan", EDITS[:: len(EDITS) // SOME], ids=lambda p: f"{p.name}")
def test_what_is_installed_is_admitted_and_what_is_admitted_is_installed(plan: Plan) -> None:
    spec = without_left_out(plan.after())
    done = run_helm("template", "lab", str(CHARTS / TILE), values=values_of(spec))
    if done.returncode:
        # Helm takes a key with null away, and an item of a list it cannot.
        assert problem(spec) or plan.sort == "null", done.stderr
        return
    lab = only(manifests(done.stdout), "StreamingLab")
    assert problem(lab["spec"], lab["metadata"]["name"]) == ""
