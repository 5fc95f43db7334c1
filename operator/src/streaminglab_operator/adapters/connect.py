"""Kafka Connect's REST API (Kafka 4.3; KIP-475, KIP-745, KIP-875, KIP-980).

A lab's Connect is in the hands of its student: answers are bounded in size and time, redirects
are not followed, and nothing in an answer is logged here, because it can quote passwords.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import aiohttp

from streaminglab_operator.errors import ConnectBusy, ConnectError, PluginMissing
from streaminglab_operator.observed.connectors import ConnectorSeen, connector_seen
from streaminglab_operator.ports import CheckedConfig, Transition
from streaminglab_operator.services.references import ROOT

_LOOK = aiohttp.ClientTimeout(total=5, connect=3)
_CALL = aiohttp.ClientTimeout(total=20, connect=3)
# Debezium and MongoDB try to reach their database while their config is checked: up to 30 s.
_CHECK = aiohttp.ClientTimeout(total=60, connect=3)
MAX_ANSWER = 8 * 2**20

_MOVED, _NOT_FOUND, _CONFLICT = 300, 404, 409


# Also where there is no body: aiohttp would call it a stream of bytes, and Connect answers 415.
_JSON = {"Content-Type": "application/json"}


class ConnectClient:
    """Connectors over HTTP."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def connectors(self, url: str) -> Sequence[ConnectorSeen]:
        """All connectors that have a status, with config, states and traces, in one call."""
        path = "/connectors?expand=info&expand=status"
        answer = await self._call("GET", url, path, timeout=_LOOK)
        if not isinstance(answer, Mapping):
            raise ConnectError(0, "Connect answers GET /connectors with something else")
        try:
            found = [connector_seen(name, raw) for name, raw in answer.items()]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ConnectError(0, "Connect lists a connector in another form") from error
        return [connector for connector in found if connector is not None]

    async def check(self, url: str, config: Mapping[str, str]) -> CheckedConfig:
        """Have a config judged. An unknown class is an error 500 of Connect, with a text made for
        developers, so the installed classes are asked for whenever the check itself fails."""
        wanted = config.get("connector.class", "")
        path = f"/connector-plugins/{quote(wanted, safe='')}/config/validate"
        try:
            answer = await self._call("PUT", url, path, body=config, timeout=_CHECK)
        except ConnectBusy:
            raise
        except ConnectError as error:
            if error.status:
                installed = await self._installed(url)
                if not any(_is(wanted, known) for known in installed):
                    raise PluginMissing(wanted, installed) from error
            raise
        return _judgement(answer)

    async def put(self, url: str, name: str, config: Mapping[str, str]) -> None:
        """Make a connector, or give it another config; its state stays."""
        await self._call("PUT", url, f"{_path(name)}/config", body=config, timeout=_CHECK)

    async def create(self, url: str, name: str, config: Mapping[str, str], state: str) -> None:
        """Make a connector that never runs before it is told to (``initial_state``)."""
        body = {"name": name, "config": dict(config), "initial_state": state.upper()}
        await self._call("POST", url, "/connectors", body=body, timeout=_CHECK)

    async def transition(self, url: str, name: str, to: Transition) -> None:
        """Pause, resume or stop."""
        await self._call("PUT", url, f"{_path(name)}/{to}")

    async def restart_failed(self, url: str, name: str) -> None:
        """Start anew the connector and its tasks, as far as they have failed."""
        path = f"{_path(name)}/restart?includeTasks=true&onlyFailed=true"
        await self._call("POST", url, path)

    async def delete(self, url: str, name: str) -> bool:
        """Remove a connector; False if it was gone already."""
        try:
            await self._call("DELETE", url, _path(name))
        except ConnectError as error:
            if error.status == _NOT_FOUND:
                return False
            raise
        return True

    async def _installed(self, url: str) -> list[str]:
        answer = await self._call("GET", url, "/connector-plugins")
        found = answer if isinstance(answer, list) else []
        return [str(plugin.get("class", "")) for plugin in found if isinstance(plugin, Mapping)]

    async def _call(
        self,
        method: str,
        url: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        timeout: aiohttp.ClientTimeout = _CALL,  # noqa: ASYNC109 (aiohttp's own)
    ) -> Any:
        what = f"{method} {path.partition('?')[0]}"
        try:
            async with self._session.request(
                method,
                url + path,
                json=body,
                headers=_JSON,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                text = await _bounded(response)
                status = response.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            kind = type(error).__name__
            raise ConnectError(0, f"Connect does not answer {what}: {kind}") from error
        answer = _json(text)
        if status >= _MOVED:
            message = answer.get("message") if isinstance(answer, Mapping) else None
            said = f"Connect: {what}: {status} {message or ''}".rstrip()
            raise ConnectBusy(status, said) if status == _CONFLICT else ConnectError(status, said)
        if answer is None and text.strip():
            raise ConnectError(0, f"Connect answers {what}, and not in JSON")
        return answer


async def _bounded(response: aiohttp.ClientResponse) -> str:
    body = bytearray()
    async for chunk in response.content.iter_chunked(2**16):
        body += chunk
        if len(body) > MAX_ANSWER:
            raise ConnectError(0, f"Connect answers with more than {MAX_ANSWER} bytes")
    return body.decode(errors="replace")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _judgement(answer: Any) -> CheckedConfig:
    """``configs[].value`` of a validation: each option with its errors."""
    configs = answer.get("configs") if isinstance(answer, Mapping) else None
    if not isinstance(configs, list):
        raise ConnectError(0, "Connect answers a check with something else")
    values = [c["value"] for c in configs if isinstance(c, Mapping) and c.get("value")]
    errors = [(str(v.get("name")), str(text)) for v in values for text in v.get("errors") or ()]
    # A reference whose file is not there is left as it is, and would be taken for the password.
    left = [str(v.get("name")) for v in values if f"${{secret:{ROOT}/" in str(v.get("value"))]
    return CheckedConfig(tuple(dict.fromkeys(errors)), tuple(dict.fromkeys(left)))


def _is(wanted: str, known: str) -> bool:
    """Connect takes the whole name of a class, its last part, or that without ``Connector``."""
    simple = known.rpartition(".")[2]
    return wanted in (known, simple, simple.removesuffix("Connector"))


def _path(name: str) -> str:
    return f"/connectors/{quote(name, safe='')}"
