"""Whatever one student's servers and texts are, his neighbour's lab comes up all the same.

The bounds are far above what a busy machine needs, and far below what one of these did to an
operator that waited for answers, kept them whole, or looked at all of a text.
"""

import base64
import json
from typing import Any

import pytest

from tests.component.hostile import impostors
from tests.component.hostile.impostors import Impostor
from tests.component.hostile.town import HONEST, HOSTILE, WORKERS, Town, town

LABS = 4
MANY = 2 * WORKERS
MAX_LAG_SECONDS = 5.0
MAX_GAP_SECONDS = 1.0
MAX_GROWTH = 100 * 2**20
MAX_STATUS = 64 * 1024

CONNECTORS: list[dict[str, Any]] = [
    {"name": f"c{i}", "class": "x.Y", "config": {"db.password": "${secret:boom:v}"}}
    for i in range(16)
]
TRAP: dict[str, Any] = {"connect": {"connectors": CONNECTORS}}
ANSWERS = [
    impostors.silent,
    impostors.endless,
    impostors.dripping,
    impostors.deep,
    impostors.wide,
    impostors.bomb,
    impostors.redirecting,
    impostors.baking,
    impostors.echoing,
    impostors.lying,
    impostors.failing,
    impostors.idle,
]


def _secret(made: Town, text: str) -> None:
    data = {"v": base64.b64encode(text.encode()).decode()}
    where = {"name": "boom", "namespace": HOSTILE}
    made.server.create({"apiVersion": "v1", "kind": "Secret", "metadata": where, "data": data}, "x")


async def _neighbour_comes_up(made: Town, impostor: Impostor) -> None:
    """And nothing else of the operator suffers."""
    await made.until_ready(made.add_lab(name="meteo", namespace=HONEST))
    measures = made.measures
    assert max(measures.lags) < MAX_LAG_SECONDS
    assert measures.gap < MAX_GAP_SECONDS
    assert measures.grown < MAX_GROWTH
    assert (made.broken.count, made.lies) == (0, [])
    assert impostor.asked
    assert (impostor.lured, impostor.cookies) == (0, [])


def _nothing_of_it_is_said(made: Town) -> None:
    """What hostile labs say of themselves is short, and quotes no credential."""
    for key in made.reconciler._memories:
        said = json.dumps(made.status(key))
        assert len(said) < MAX_STATUS
        secret = made.server.get("Secret", key.namespace, f"{key.name}-credentials")["data"]
        values = {k: base64.b64decode(v).decode() for k, v in secret.items()}
        assert not [k for k, v in values.items() if "user" not in k and v in said]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.__name__)
async def test_servers_of_the_worst_kind(answer: impostors.Answer) -> None:
    impostor = Impostor(answer, named=answer is impostors.baking)
    async with town(impostor) as made:
        _secret(made, "://:" * 250_000)
        made.invade(LABS, TRAP)
        await impostor.reached(2 * LABS + 2)
        await _neighbour_comes_up(made, impostor)
        _nothing_of_it_is_said(made)


async def test_more_labs_than_workers_whose_influxdb_does_not_answer() -> None:
    impostor = Impostor(impostors.silent)
    async with town(impostor) as made:
        made.invade(MANY, {})
        await impostor.reached(MANY)
        await _neighbour_comes_up(made, impostor)


@pytest.mark.parametrize("shape", ["://:", "token", '"password":"', "\n", "x\n", "[", "\\u0001"])
async def test_texts_of_the_worst_shape_and_the_largest_size(shape: str) -> None:
    impostor = Impostor(impostors.failing)
    async with town(impostor) as made:
        _secret(made, shape * (10**6 // len(shape)))
        words = (shape * 4096)[:4096]
        init = made.controllers.programs["init"]
        made.controllers.programs["init"] = lambda pod: (
            (1, words) if pod["metadata"]["namespace"] == HOSTILE else init(pod)
        )
        for key in made.invade(LABS, TRAP):
            change = {"metadata": {"annotations": {"x": (shape * 250_000)[:250_000]}}}
            made.server.edit("StreamingLab", key.namespace, key.name, change, "kubectl")
        await impostor.reached(2 * LABS)
        await _neighbour_comes_up(made, impostor)
        _nothing_of_it_is_said(made)
