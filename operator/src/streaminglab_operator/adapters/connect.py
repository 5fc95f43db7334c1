"""Kafka Connect's REST API (Kafka 4.3; KIP-475, KIP-745, KIP-875, KIP-980).

A lab's Connect is in the hands of its student: see :mod:`adapters.http`. Nothing in an answer is
logged here, because it can quote passwords.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from streaminglab_operator.adapters.http import Budget, LabHttp
from streaminglab_operator.errors import ConnectBusy, ConnectError, NoAnswer, PluginMissing
from streaminglab_operator.observed.connectors import ConnectorSeen, connectors_seen
from streaminglab_operator.ports import CheckedConfig, Endpoint, Transition
from streaminglab_operator.services.references import ROOT

MAX_ANSWER = 2 * 2**20
"""Sixteen connectors of ten failed tasks each, with traces of 10 KiB, are 1.6 MB."""
MAX_TOLD = 50

_LOOK = Budget(5, MAX_ANSWER)
_CALL = Budget(20, MAX_ANSWER, slow=True)
# Debezium and MongoDB try to reach their database while their config is checked: up to 30 s.
_CHECK = Budget(60, MAX_ANSWER, slow=True)

_MOVED, _NOT_FOUND, _CONFLICT = 300, 404, 409
_MALFORMED = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

# Also where there is no body: aiohttp would call it a stream of bytes, and Connect answers 415.
_JSON = {"Content-Type": "application/json"}


class ConnectClient:
    """Connectors over HTTP."""

    def __init__(self, http: LabHttp) -> None:
        self._http = http

    async def connectors(self, at: Endpoint) -> Sequence[ConnectorSeen]:
        """All connectors that have a status, with config, states and traces, in one call."""
        path = "/connectors?expand=info&expand=status"
        answer = await self._call("GET", at, path, _LOOK)
        if not isinstance(answer, Mapping):
            raise ConnectError(0, "Connect answers GET /connectors with something else")
        try:
            return connectors_seen(answer)
        except _MALFORMED as error:
            raise ConnectError(0, "Connect lists a connector in another form") from error

    async def check(self, at: Endpoint, config: Mapping[str, str]) -> CheckedConfig:
        """Have a config judged. An unknown class is an error 500 of Connect, with a text made for
        developers, so the installed classes are asked for whenever the check itself fails."""
        wanted = config.get("connector.class", "")
        path = f"/connector-plugins/{quote(wanted, safe='')}/config/validate"
        try:
            answer = await self._call("PUT", at, path, _CHECK, config)
        except ConnectBusy:
            raise
        except ConnectError as error:
            if error.status:
                installed = await self._installed(at)
                if not any(_is(wanted, known) for known in installed):
                    raise PluginMissing(wanted, installed[:MAX_TOLD]) from error
            raise
        try:
            return _judgement(answer)
        except _MALFORMED as error:
            raise ConnectError(0, "Connect answers a check in another form") from error

    async def put(self, at: Endpoint, name: str, config: Mapping[str, str]) -> None:
        """Make a connector, or give it another config; its state stays."""
        await self._call("PUT", at, f"{_path(name)}/config", _CHECK, config)

    async def create(self, at: Endpoint, name: str, config: Mapping[str, str], state: str) -> None:
        """Make a connector that never runs before it is told to (``initial_state``)."""
        body = {"name": name, "config": dict(config), "initial_state": state.upper()}
        await self._call("POST", at, "/connectors", _CHECK, body)

    async def transition(self, at: Endpoint, name: str, to: Transition) -> None:
        """Pause, resume or stop."""
        await self._call("PUT", at, f"{_path(name)}/{to}")

    async def restart_failed(self, at: Endpoint, name: str) -> None:
        """Start anew the connector and its tasks, as far as they have failed."""
        path = f"{_path(name)}/restart?includeTasks=true&onlyFailed=true"
        await self._call("POST", at, path)

    async def delete(self, at: Endpoint, name: str) -> bool:
        """Remove a connector; False if it was gone already."""
        try:
            await self._call("DELETE", at, _path(name))
        except ConnectError as error:
            if error.status == _NOT_FOUND:
                return False
            raise
        return True

    async def _installed(self, at: Endpoint) -> list[str]:
        answer = await self._call("GET", at, "/connector-plugins")
        found = answer if isinstance(answer, list) else []
        classes = [plugin.get("class") for plugin in found if isinstance(plugin, Mapping)]
        return [name for name in classes if isinstance(name, str)]

    async def _call(
        self,
        method: str,
        at: Endpoint,
        path: str,
        budget: Budget = _CALL,
        body: Mapping[str, Any] | None = None,
    ) -> Any:
        what = f"{method} {path.partition('?')[0]}"
        try:
            answer = await self._http.call(method, at, path, budget, json=body, headers=_JSON)
        except NoAnswer as error:
            raise ConnectError(0, f"Connect does not answer {what}: {error}") from error
        if answer.status >= _MOVED:
            said = f"Connect: {what}: {answer.status} {answer.message}".rstrip()
            kind = ConnectBusy if answer.status == _CONFLICT else ConnectError
            raise kind(answer.status, said)
        if answer.malformed:
            raise ConnectError(0, f"Connect answers {what}, and not in JSON")
        return answer.body


def _judgement(answer: Any) -> CheckedConfig:
    """``configs[].value`` of a validation: each option with its errors."""
    configs = answer.get("configs") if isinstance(answer, Mapping) else None
    if not isinstance(configs, list):
        raise ConnectError(0, "Connect answers a check with something else")
    values = [c["value"] for c in configs if isinstance(c, Mapping) and c.get("value")]
    errors = ((_text(v.get("name")), _text(e)) for v in values for e in v.get("errors") or ())
    # A reference whose file is not there is left as it is, and would be taken for the password.
    left = (_text(v.get("name")) for v in values if f"${{secret:{ROOT}/" in _text(v.get("value")))
    return CheckedConfig(_once(errors), _once(left))


def _text(value: Any) -> str:
    """Connect's names and words are texts; what is not may be of any depth."""
    return value if isinstance(value, str) else ""


def _once(found: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(found))


def _is(wanted: str, known: str) -> bool:
    """Connect takes the whole name of a class, its last part, or that without ``Connector``."""
    simple = known.rpartition(".")[2]
    return wanted in (known, simple, simple.removesuffix("Connector"))


def _path(name: str) -> str:
    return f"/connectors/{quote(name, safe='')}"
