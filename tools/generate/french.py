"""What the operator says in fixed words, and the same in French: `french.yaml`.

Its messages are made of what it sees, and stay as they are. Reasons and phases are a list, and what
each means and what to do about it stands once, in English: who shows a lab to people finds its
French by that very sentence, so that no French outlives the English that it was made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import yaml

from streaminglab_operator.api.reason_docs import REASONS
from streaminglab_operator.api.status import Phase
from streaminglab_operator.api.status_kafka import BrokerState
from streaminglab_operator.status.addresses import NO_LOGIN

PATH = Path(__file__).with_name("french.yaml")


class OutOfStepError(Exception):
    """The French is not that of what is said now."""


def fixed_words() -> Iterator[str]:
    """Every one: a lab and a broker in one word, what a reason means, what to do about it."""
    yield from (state.value for state in (*Phase, *BrokerState))
    yield NO_LOGIN
    for doc in REASONS.values():
        yield doc.meaning
        if doc.remedy:
            yield doc.remedy


def french() -> Mapping[str, str]:
    """The French of each. Raises OutOfStepError."""
    pairs = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return in_step({one["en"]: one["fr"] for one in pairs}, fixed_words())


def in_step(told: Mapping[str, str], said: Iterable[str]) -> Mapping[str, str]:
    """The French of all that is said, and of nothing else."""
    wanted = dict.fromkeys(said)
    lacking = [english for english in wanted if not told.get(english)]
    unsaid = [english for english in told if english not in wanted]
    if lacking or unsaid:
        raise OutOfStepError(f"{PATH.name}: no French for {lacking}; nobody says any more {unsaid}")
    return {english: told[english] for english in wanted}
