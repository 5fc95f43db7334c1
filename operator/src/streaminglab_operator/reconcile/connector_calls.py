"""Calls to Connect: begun, waited for a moment, and left to go on in the background.

Connect may take half a minute to judge a config, because connectors try to reach their database
meanwhile. A later look finds the outcome of such a call.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.errors import ConnectBusy, ConnectError, PluginMissing
from streaminglab_operator.masking import Mask
from streaminglab_operator.observed import Culprit
from streaminglab_operator.plan.connector_track import Action
from streaminglab_operator.plan.connectors import ConnectorStep
from streaminglab_operator.ports import CheckedConfig, Cluster, Connect, Endpoint

PATIENCE_SECONDS = 2.0
MAX_ERRORS = 3
MAX_OPTION = 100

MaskOf = Callable[[Mapping[str, str]], Mask]
"""The mask for words that may quote a config, its Secrets resolved."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a lab's Secrets and its Connect are."""

    cluster: Cluster
    connect: Connect
    at: Endpoint


@dataclass(frozen=True, slots=True)
class CallResult:
    """What came of a call. ``culprit``: it was refused; ``soon``: try again at the next look;
    ``gone``: there was nothing to delete. Its words are masked."""

    culprit: Culprit | None = None
    soon: bool = False
    gone: bool = False


@dataclass(slots=True)
class Work:
    """A call that is under way."""

    action: Action
    task: asyncio.Task[CallResult] = field(repr=False)


async def carry_out(
    steps: Iterable[ConnectorStep], reach: Reach, mask_of: MaskOf, under_way: dict[str, Work]
) -> dict[str, CallResult]:
    """Begin the calls, and wait a moment for them; by connector, the outcome of those done.

    ``under_way``: by connector; what goes on longer stays in it for the next look. It may be
    cancelled at any moment: calls go on, and the next look finds their outcomes.
    """
    actions = {s.action.name: s.action for s in steps if s.action is not None}
    for name in list(under_way):
        work = under_way[name]
        if actions.get(name) != work.action and not work.task.done():
            # The spec has changed, or somebody else has done it: the newer spec wins at once.
            work.task.cancel()
            del under_way[name]
    for name, action in actions.items():
        if name not in under_way:
            call = _call(action, reach, mask_of(action.config))
            task = asyncio.create_task(call, name=f"connector {name}")
            under_way[name] = Work(action, task)
    if under_way:
        await asyncio.wait([w.task for w in under_way.values()], timeout=PATIENCE_SECONDS)
    done = {name: work for name, work in under_way.items() if work.task.done()}
    for name in done:
        del under_way[name]
    return {n: w.task.result() for n, w in done.items() if actions.get(n) == w.action}


async def _call(action: Action, reach: Reach, mask: Mask) -> CallResult:
    """One call, whatever it leads to; all words in its outcome are masked."""
    try:
        if action.writes_config:
            checked = await reach.connect.check(reach.at, action.config)
            if why := _objection(checked, mask):
                return CallResult(why)
        return CallResult(gone=not await _send(action, reach))
    except PluginMissing as error:
        return CallResult(Culprit(Reason.PLUGIN_MISSING, mask.line(str(error), 600)))
    except ConnectBusy:
        return CallResult(soon=True)
    except ConnectError as error:
        said = mask.line(str(error))
        wrong = action.writes_config and 400 <= error.status < 500  # noqa: PLR2004 (HTTP)
        return CallResult(Culprit(Reason.CONFIG_INVALID if wrong else Reason.NOT_RUNNING, said))


async def _send(action: Action, reach: Reach) -> bool:
    """False if there was nothing to do it to."""
    connect, at, name = reach.connect, reach.at, action.name
    match action.order:
        case "put":
            await connect.put(at, name, action.config)
        case "create":
            await connect.create(at, name, action.config, action.state)
        case "restart":
            await connect.restart_failed(at, name)
        case "delete":
            return await connect.delete(at, name)
        case "pause" | "resume" | "stop":
            await connect.transition(at, name, action.order)
    return True


def _objection(checked: CheckedConfig, mask: Mask) -> Culprit | None:
    """What Connect has against a config, option by option."""
    if checked.errors:
        first, count = checked.errors[:MAX_ERRORS], len(checked.errors)
        named = [f"option `{mask.line(o, MAX_OPTION)}`: {mask.line(text)}" for o, text in first]
        more = f"; and {count - MAX_ERRORS} more" if count > MAX_ERRORS else ""
        return Culprit(Reason.CONFIG_INVALID, "; ".join(named) + more)
    if checked.unresolved:
        option = mask.line(checked.unresolved[0], MAX_OPTION)
        sentence = (
            f"option `{option}`: the worker does not have the Secret yet; "
            "Kubernetes takes up to two minutes to hand a new one over"
        )
        return Culprit(Reason.SECRET_MISSING, sentence)
    return None
