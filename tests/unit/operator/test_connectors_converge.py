"""Whatever is declared and whatever is found: it comes to be as declared, and then all is quiet."""

import asyncio
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from streaminglab_operator.plan.connectors import wanted_config
from streaminglab_operator.reconcile.connectors import ConnectorsMemory
from streaminglab_operator.services.connect import CONNECT
from tests.fakes.connect import SOURCE, FakeConnector
from tests.unit.operator.connect_loop import Loop, connector

NAMES = ("a", "b", "c", "d")
STATES = {"running": "RUNNING", "paused": "PAUSED", "stopped": "STOPPED"}


@st.composite
def declared(draw: st.DrawFn) -> list[dict[str, Any]]:
    """What a spec may ask for."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4))
    return [
        connector(
            name,
            state=draw(st.sampled_from(sorted(STATES))),
            tasksMax=draw(st.integers(1, 3)),
            config={"topic": draw(st.sampled_from(["t", "u"]))},
        )
        for name in names
    ]


@st.composite
def found(draw: st.DrawFn) -> dict[str, FakeConnector]:
    """What there may be in Connect, failures and other people's work included."""
    there = {}
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4)):
        config = {"name": name, "connector.class": SOURCE, "tasks.max": "1", "topic": "t"}
        made = FakeConnector(
            config,
            target=draw(st.sampled_from(sorted(STATES.values()))),
            breaks=draw(st.integers(0, 3)),
            whole=draw(st.booleans()),
        )
        made.begin()
        there[name] = made
    return there


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Loop, list[dict[str, Any]], int]:
    """A lab and its Connect, the next spec, and after how many looks it comes."""
    loop = Loop(*draw(declared()), lag=draw(st.integers(0, 2)))
    loop.connect.connectors_there = draw(found())
    ours = draw(st.sets(st.sampled_from(NAMES)))
    loop.status = {"connectors": [{"name": name, "managed": True} for name in sorted(ours)]}
    return loop, draw(declared()), draw(st.integers(0, 12))


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_it_converges_and_then_no_call_is_made(
    world: tuple[Loop, list[dict[str, Any]], int],
) -> None:
    asyncio.run(_run(*world))


async def _run(loop: Loop, second: list[dict[str, Any]], change_after: int) -> None:
    there = loop.connect.connectors_there
    before = {name: (dict(c.config), c.target) for name, c in there.items()}
    ever_ours = loop.ours | {c["name"] for c in second}
    for _ in range(change_after):
        await loop.look()
        ever_ours |= loop.ours
    others = set(before) - ever_ours
    # The operator is restarted, and the spec was changed meanwhile.
    loop.memory = ConnectorsMemory()
    loop.declare(*second)
    for _ in range(80):
        await loop.look()
    calls = list(loop.calls)
    for _ in range(5):
        await loop.look()
        assert loop.ready, loop.condition
    assert loop.calls == calls
    _check(loop, second, others, {name: before[name] for name in others})


def _check(
    loop: Loop,
    second: list[dict[str, Any]],
    others: set[str],
    before: dict[str, tuple[dict[str, str], str]],
) -> None:
    there = loop.connect.connectors_there
    connect = loop.lab.spec.part(CONNECT.part)
    assert connect is not None
    for spec in connect.connectors:
        made = there[spec.name]
        assert made.config == wanted_config(spec)
        assert made.state == STATES[spec.state]
        count = 0 if spec.state == "stopped" else spec.tasks_max
        assert made.tasks == [STATES[spec.state]] * count
    kept = {c["name"] for c in second} | others
    assert set(there) == kept, "nothing of ours is left, all of others is"
    assert before == {n: (dict(there[n].config), there[n].target) for n in others}
