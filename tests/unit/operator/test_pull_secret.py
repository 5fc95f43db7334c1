"""Several Secrets with logins as one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.plan.pull_secret import KEY, merged

LOGINS = st.dictionaries(st.text(), st.dictionaries(st.text(), st.text(), max_size=2), max_size=4)
SECRETS = st.dictionaries(st.text(), LOGINS, max_size=4)


def secrets(found: dict[str, dict[str, dict[str, str]]]) -> dict[str, dict[str, str]]:
    return {name: {KEY: json.dumps({"auths": auths})} for name, auths in found.items()}


@given(SECRETS)
def test_every_registry_is_there_once_with_the_login_of_the_first_secret(
    found: dict[str, dict[str, dict[str, str]]],
) -> None:
    expected: dict[str, dict[str, str]] = {}
    for auths in found.values():
        expected = {**auths, **expected}
    assert json.loads(merged(secrets(found))) == {"auths": expected}


@given(SECRETS)
def test_the_same_logins_make_the_same_text(found: dict[str, dict[str, dict[str, str]]]) -> None:
    again = {name: dict(reversed(auths.items())) for name, auths in found.items()}
    assert merged(secrets(found)) == merged(secrets(again))


@given(st.one_of(st.text(), st.builds(json.dumps, st.lists(st.integers()))))
def test_what_is_no_login_is_named_and_never_repeated(text: str) -> None:
    with pytest.raises(ValueError, match=r"^registry has no logins in its key") as caught:
        merged({"registry": {KEY: text}})
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert str(caught.value) == f"registry has no logins in its key {KEY}"
