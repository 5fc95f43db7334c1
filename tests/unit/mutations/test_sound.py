"""A text that does more than stand there is seen."""

import pytest

from tests.mutations.sound import arrived, faults, properties, words


def _pod(**container: object) -> dict[str, object]:
    return {"Job/a/b": {"spec": {"template": {"spec": {"containers": [container]}}}}}


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (("a",), "before {{ x }} after"),
        (("data", "config.json"), '{"topics": [{"name": "{{ x }}"}]}'),
        (("data", "config.json"), '{"{{ x }}": 1}'),
        (("data", "server.properties"), "a=1\nb={{ x }}"),
        (("annotations", "{{ x }}"), "1"),
    ],
)
def test_a_text_is_found_in_whatever_holds_it(at: tuple[str, ...], value: str) -> None:
    assert arrived("{{ x }}", [(at, value)])


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (("a",), "x"),
        (("a",), None),
        (("data", "config.json"), '{"name": "{{ y }}"'),
        (("data", "server.properties"), "{{\nx }}=1"),
    ],
)
def test_a_text_that_was_changed_on_its_way_is_missed(at: tuple[str, ...], value: object) -> None:
    assert not arrived("{{ x }}", [(at, value)])


def test_a_properties_file_is_read_as_java_reads_it() -> None:
    text = "# a=0\n! b\na=1\nb : 2\nc = x=y \n  d   4\ne"
    assert properties(text) == {"a": "1", "b": "2", "c": "x=y ", "d": "4", "e": ""}
    with pytest.raises(AssertionError, match="goes on"):
        properties("a=1\\\nb=2")
    assert not arrived(" x", [(("server.properties",), "a= x")]), "a blank before is lost"


def test_a_text_in_a_command_line_of_a_shell_is_told() -> None:
    bad = _pod(command=["/bin/sh", "-c", "echo $(id)"])
    assert [f for f in faults(bad, {}, "$(id)") if "shell" in f]
    assert list(faults(_pod(command=["cp", "; rm"]), {}, "; rm")) == []
    assert list(faults(_pod(command=["/bin/sh", "/start.sh"], args=["; rm"]), {}, "; rm")) == []


def test_a_reference_that_kubernetes_fills_in_is_told() -> None:
    bad = _pod(env=[{"name": "A", "value": "x $(HOME)"}])
    assert [f for f in faults(bad, {}, "$(HOME)") if "fill in" in f]
    assert list(faults(_pod(env=[{"name": "A", "value": "$HOME"}]), {}, "$HOME")) == []
    assert list(faults(bad, bad, "$(HOME)")) == [], "what did not change is no business of the edit"


def test_a_text_that_sets_more_than_one_property_is_told() -> None:
    before = {"ConfigMap/a/b": {"data": {"server.properties": "a=1\nb=2"}}}
    one = {"ConfigMap/a/b": {"data": {"server.properties": "a=3\nb=2"}}}
    two = {"ConfigMap/a/b": {"data": {"server.properties": "a=3\nlisteners=x\nb=2"}}}
    assert list(faults(one, before, "3")) == []
    (fault,) = faults(two, before, "3\nlisteners=x")
    assert fault.endswith("one text changed a, listeners")


def test_numbers_are_words_and_switches_are_none() -> None:
    assert list(words(("a",), 7)) == ["a", "7"]
    assert list(words(("a",), True)) == ["a"]
