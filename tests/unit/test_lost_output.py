"""A look whose output was lost on the way is taken again, and nothing else is."""

import pytest

from tests.lost_output import TRIES, Done, whole

LOOK = "kubectl exec deploy/meteo-toolbox -- kafka-topics.sh --describe --topic weather"
WRITE = "kubectl exec -i deploy/meteo-toolbox -- kafka-console-producer.sh --topic weather"
NOTHING = Done([], 0, "", "")


class Tries:
    """Each time the next outcome; the last one for ever."""

    def __init__(self, *outcomes: Done) -> None:
        self._outcomes, self.count = outcomes, 0

    def __call__(self) -> Done:
        self.count += 1
        return self._outcomes[min(self.count, len(self._outcomes)) - 1]


def test_a_look_that_showed_nothing_is_taken_again() -> None:
    tries = Tries(NOTHING, Done([], 0, "Topic: weather", ""))
    assert whole(LOOK, tries).stdout == "Topic: weather"
    assert tries.count == 2


def test_what_shows_nothing_each_time_does_so() -> None:
    tries = Tries(NOTHING)
    assert whole(LOOK, tries).stdout == ""
    assert tries.count == TRIES


@pytest.mark.parametrize(
    ("command", "outcome"),
    [
        (WRITE, NOTHING),
        ("kubectl describe pod meteo-kafka-0", NOTHING),
        (LOOK, Done([], 1, "", "")),
        (LOOK, Done([], 0, "", "a warning")),
    ],
)
def test_nothing_else_is_typed_twice(command: str, outcome: Done) -> None:
    tries = Tries(outcome)
    assert whole(command, tries) is outcome
    assert tries.count == 1
