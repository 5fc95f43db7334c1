"""The operator's fixed words in French: all of them, and none that nobody says any more."""

import re

import pytest

from streaminglab_operator.api.reason_docs import REASONS
from streaminglab_operator.api.reasons import Reason
from tools.generate.french import OutOfStepError, fixed_words, french, in_step

TYPED = re.compile(r"`([^`]+)`")


def test_each_reason_is_told_in_french_with_what_it_means_and_what_to_do() -> None:
    told = french()
    for reason in Reason:
        doc = REASONS[reason]
        assert told[doc.meaning], reason
        assert doc.remedy == "" or told[doc.remedy], reason
    assert set(told) == set(fixed_words())


def test_what_is_typed_is_the_same_in_both_languages() -> None:
    for english, other in french().items():
        assert TYPED.findall(english) == TYPED.findall(other), english


def test_the_french_of_an_english_that_was_changed_is_refused() -> None:
    with pytest.raises(OutOfStepError, match=r"no French for \['Wait a bit\.'\].*\['Wait\.'\]"):
        in_step({"Wait.": "Attendez."}, ["Wait a bit."])


def test_a_sentence_without_french_is_refused() -> None:
    with pytest.raises(OutOfStepError, match=r"no French for \['Wait\.'\]"):
        in_step({"Wait.": ""}, ["Wait."])
