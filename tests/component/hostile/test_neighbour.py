"""Whatever one student's servers and texts are, his neighbour's lab comes up all the same.

No bound is one of the clock, which a busy machine would make a liar: see `make bench-hostile`.
"""

import base64
import json
from collections.abc import Sequence

import pytest

from streaminglab_operator.names import LabKey
from streaminglab_operator.reconcile.steps import set_up
from tests.component.hostile.attacks import CROWD, SERVERS, SPECS, TEXTS, Attack
from tests.component.hostile.impostors import Impostor
from tests.component.hostile.quick import run
from tests.component.hostile.town import HONEST, Town, town

SPEED = 5.0
"""What waits here waits a fifth of its time."""
MAX_HELD_SECONDS = 1.0
"""Of CPU, from the neighbour's wake-up to the end of its pass."""
MAX_STEP_SECONDS = 0.1
"""Of CPU, of one step of the event loop. Seen on two cores at a load of 14: 33 ms, of a spec of the
largest size at the store's door."""
MAX_GROWTH = 100 * 2**20
MAX_STATUS = 64 * 1024


async def _attacked(attacks: Sequence[Attack]) -> None:
    """The neighbour comes up, and nothing else of the operator suffers."""
    impostors = {attack.namespace: attack.impostor() for attack in attacks}
    async with town(impostors) as (made, _):
        for attack in attacks:
            attack.begin(made)
        for attack in attacks:
            await attack.under_way(made, impostors[attack.namespace])
        await made.until_ready(made.add_lab(name="meteo", namespace=HONEST))
        _nothing_suffers(made)
        for attack in attacks:
            assert impostors[attack.namespace].asked >= attack.requests
            _is_not_followed(impostors[attack.namespace])
        for key in [k for k in made.reconciler._memories if k.namespace in impostors]:
            _nothing_is_said_of_it(made, key)


def _nothing_suffers(made: Town) -> None:
    measures = made.measures
    assert max(measures.held) < MAX_HELD_SECONDS
    assert measures.steps.longest < MAX_STEP_SECONDS, measures.steps.holder
    assert measures.grown < MAX_GROWTH
    assert (made.broken.count, made.lies) == (0, [])


def _is_not_followed(impostor: Impostor) -> None:
    assert (impostor.lured, impostor.cookies) == (0, [])


def _nothing_is_said_of_it(made: Town, key: LabKey) -> None:
    """What a hostile lab says of itself is short, and quotes no credential."""
    said = json.dumps(made.status(key))
    assert len(said) < MAX_STATUS
    stored = made.server.objects.get(("Secret", key.namespace, f"{key.name}-credentials"), {})
    values = {k: base64.b64decode(v).decode() for k, v in stored.get("data", {}).items()}
    assert not [k for k, v in values.items() if "user" not in k and v in said]


def test_servers_of_the_worst_kind() -> None:
    run(_attacked(SERVERS), SPEED)


def test_texts_of_the_worst_shape_and_the_largest_size() -> None:
    run(_attacked(TEXTS), SPEED)


def test_specs_and_events_of_the_largest_size() -> None:
    run(_attacked(SPECS), SPEED)


def test_more_labs_than_workers_whose_influxdb_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nor does it ever: the neighbour is Ready before any call has ended, in whatever way."""
    monkeypatch.setattr(set_up, "DEADLINE_SECONDS", 1e6)

    async def neighbour() -> None:
        impostor = CROWD.impostor()
        async with town({CROWD.namespace: impostor}, patience=1e6) as (made, http):
            CROWD.begin(made)
            await CROWD.under_way(made, impostor)
            await made.until_ready(made.add_lab(name="meteo", namespace=HONEST))
            assert CROWD.namespace not in http.ended
            _nothing_suffers(made)
            assert impostor.asked
            _is_not_followed(impostor)

    run(neighbour(), SPEED)
