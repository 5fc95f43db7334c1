"""`why`: what is in the way, once each, trouble before what only waits, and its cure."""

from __future__ import annotations

from streaminglab_cli.why import Cause, causes, cure_of, told, words
from streaminglab_operator.api.reason_docs import REASONS
from tests.unit.cli.labs import condition, lab, part

PULL = "container kafka-ui of pod meteo-kafka-ui-1 cannot pull its image"


def test_nothing_is_in_the_way_of_a_lab_that_is_ready() -> None:
    assert causes(lab()) == []


def test_a_lab_without_conditions_names_the_operator() -> None:
    (cause,) = causes(lab(conditions=[]))
    assert "operator" in cause.message
    assert "administrator" in cause.cure


def test_what_ready_says_comes_first_and_is_not_said_again() -> None:
    found = causes(
        lab(
            conditions=[
                condition("Ready", "False", "ImagePullBackOff", f"kafka-ui: {PULL}"),
                condition("Reconciling", "True", "ImagePullBackOff", f"kafka-ui: {PULL}"),
                condition("Stalled", "False", "Progressing", "the operator is at work"),
                condition("KafkaUIReady", "False", "ImagePullBackOff", PULL),
            ],
            components=[part("kafka-ui", "0/1", reason="ImagePullBackOff", message=PULL)],
        )
    )
    assert [(cause.what, cause.reason) for cause in found] == [("Ready", "ImagePullBackOff")]
    assert "registry" in found[0].cure


def test_trouble_comes_before_what_only_waits() -> None:
    found = causes(
        lab(
            conditions=[
                condition("Ready", "False", "Starting", "kafka: pod meteo-kafka-0-0 is starting"),
                condition("TopicsReady", "Unknown", "WaitingForComponents", "it waits for kafka"),
                condition("PageReady", "False", "OOMKilled", "the page needed more memory"),
            ],
            components=[],
        )
    )
    assert [cause.what for cause in found] == ["Ready", "PageReady", "TopicsReady"]


def test_each_reason_with_a_cure_is_known_with_the_operators_own_words() -> None:
    for reason, doc in REASONS.items():
        assert cure_of(reason.value) == (doc.remedy or cure_of("a word that nobody knows"))
    assert "logs" in cure_of("a word that nobody knows")


def test_a_person_reads_the_cure_in_their_language_and_with_the_name_of_their_lab() -> None:
    paused = [condition("Ready", "False", "Paused", "the lab is paused")]
    (cause,) = causes(lab(conditions=paused, components=[]))
    assert told(cause, "meteo", "en").cure.startswith("Run `kubectl annotate slab meteo ")
    assert told(cause, "meteo", "fr").cure.startswith("Tapez `kubectl annotate slab meteo ")


def test_each_cure_is_known_in_french() -> None:
    assert set(words().french) == set(words().cures.values())
    for cause in (*causes(lab(conditions=[])), Cause("Ready", "Unheard", "x", cure_of("Unheard"))):
        assert told(cause, "meteo", "fr").cure != cause.cure
