"""One pooled connection to the Kubernetes API, speaking raw JSON.

Raw JSON, because model classes cost more time and memory than the rest of the operator together;
by orjson, because a sixth of what a roll-out cost the operator was the reading of it (decision 85).
Credentials come from kopf's own logins, so that operator and kopf always act as the same account.
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import kopf
import orjson

from streaminglab_operator.adapters.lane import Lane
from streaminglab_operator.errors import AnswerTooLong, ApiError, OperatorError, api_error

METADATA_ONLY = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
METADATA_LIST_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
JSON = "application/json"

_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=30)
MAX_RETRY_AFTER = 60.0
"""However long an answer asks us to wait: something between us and the API server can ask too."""
MAX_PAGE_BYTES = 2 * 2**20
"""Of one page of a list. The API server counts objects, and each may have 1.5 MB: who may make
objects in a namespace would choose how much memory a list takes here, and for how long the event
loop is held to read it. Objects of labs have some 10 KB."""
LISTS_AT_ONCE = 4
"""While one page is read, the others are made. More of them side by side are no quicker, because to
read is what takes long: they take their memory together, and make each turn of the loop longer."""
_CHUNK = 2**16
_TOKEN_FILE = Path("/var/run/secrets/kubernetes.io/serviceaccount/token")


_HEADERS = {"User-Agent": "streaminglab-operator", "Accept-Encoding": "identity"}
"""Nothing compressed: within a cluster, to pack and unpack lists takes longer than to send them
(what ``disable-compression`` of a kubeconfig is for, Kubernetes' issue 112296)."""


class Account(NamedTuple):
    """Who we are, and where. ``context``: made once, because it reads all certificates of the
    system where no other is named, which takes 0.02 s."""

    server: str
    context: ssl.SSLContext
    headers: Mapping[str, str]


def log_in() -> Account:
    """As the pod's service account, or else as KUBECONFIG says."""
    settings = kopf.OperatorSettings()
    info = kopf.login_with_service_account(settings=settings)
    info = info or kopf.login_with_kubeconfig(settings=settings)
    if info is None:
        raise OperatorError("no service account and no KUBECONFIG: cannot reach a cluster")
    return Account(str(info.server), info.as_ssl_context(), info.as_http_headers())


class _Call(NamedTuple):
    """``most``: bytes of its answer; 0: as many as it likes."""

    method: str
    path: str
    params: Mapping[str, str] | None
    data: bytes | None
    headers: Mapping[str, str]
    most: int = 0


class Api:
    """``async with Api.connect() as api``: requests with errors as :mod:`errors`."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        server: str,
        lane: Lane | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._session = session
        self._server = server.rstrip("/")
        self._lane = lane
        self._headers = headers or {}
        self._lists = asyncio.Semaphore(LISTS_AT_ONCE)

    @classmethod
    @asynccontextmanager
    async def connect(
        cls, lane: Lane | None = None, account: Account | None = None
    ) -> AsyncIterator["Api"]:
        """Connections of its own. ``lane``: where requests wait for their turn; None: none of them
        waits for another. ``account``: see :func:`log_in`, which is asked where there is none."""
        account = account or log_in()
        # Without a limit of its own: a watch holds its connection for as long as it lasts.
        connector = aiohttp.TCPConnector(ssl=account.context, limit=0)
        async with aiohttp.ClientSession(connector=connector, headers=_HEADERS) as session:
            yield cls(session, account.server, lane, account.headers)

    def _authorization(self) -> Mapping[str, str]:
        # Projected service account tokens are replaced on disk about every hour.
        if _TOKEN_FILE.exists():
            return {"Authorization": f"Bearer {_TOKEN_FILE.read_text().strip()}"}
        return self._headers

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: bytes | Mapping[str, Any] | Sequence[Any] | None = None,
        content_type: str = JSON,
        accept: str = JSON,
    ) -> dict[str, Any]:
        """One call; its JSON answer. Raises :class:`errors.ApiError`, also when unreachable."""
        data = body if body is None or isinstance(body, bytes) else orjson.dumps(body)
        headers = {"Accept": accept}
        if data is not None:
            headers["Content-Type"] = content_type
        return await self._send(_Call(method, path, params, data, headers))

    async def pages(
        self, path: str, params: Mapping[str, str], accept: str, at_once: int
    ) -> AsyncGenerator[dict[str, Any], None]:
        """A list, page by page; other lists wait until few enough are read. ``at_once``: objects of
        a page, at the most: a page that is too long is asked for again with a quarter of them, down
        to one, and longer ones follow."""
        async with self._lists:
            async for page in self._pages(path, params, accept, at_once):
                yield page
                del page

    async def _pages(
        self, path: str, params: Mapping[str, str], accept: str, at_once: int
    ) -> AsyncGenerator[dict[str, Any], None]:
        limit, more = at_once, ""
        while True:
            part = {**params, "limit": str(limit), **({"continue": more} if more else {})}
            most = MAX_PAGE_BYTES if limit > 1 else 0
            try:
                page = await self._send(_Call("GET", path, part, None, {"Accept": accept}, most))
            except AnswerTooLong:
                limit = max(1, limit // 4)
                continue
            more = page.get("metadata", {}).get("continue") or ""
            yield page
            # A page of 1 MB is 6 MB as objects: let go before the next is waited for.
            del page
            if not more:
                return
            limit = min(at_once, 2 * limit)

    def _turn(self, kind: str) -> AbstractAsyncContextManager[None]:
        return self._lane.call(kind) if self._lane else nullcontext()

    async def _send(self, call: _Call) -> dict[str, Any]:
        async with self._turn(f"{call.method} {_resource(call.path)}"):
            return await self._answer(call)

    async def _answer(self, call: _Call) -> dict[str, Any]:
        try:
            async with self._session.request(
                call.method,
                self._server + call.path,
                params=call.params,
                data=call.data,
                headers={**self._authorization(), **call.headers},
                timeout=_TIMEOUT,
            ) as response:
                text = await _text(response, call.most)
                if response.status >= 400:  # noqa: PLR2004 (HTTP)
                    raise _error(response, text, f"{call.method} {call.path}")
                answer: dict[str, Any] = orjson.loads(text)
                return answer
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            # ValueError: something between us and the API server answered, and not in JSON.
            raise ApiError(0, f"the API server does not answer ({error})", call.path) from error

    async def stream(
        self, path: str, params: Mapping[str, str], accept: str, silence: float
    ) -> AsyncIterator[dict[str, Any]]:
        """Events of a watch, until it ends or is silent for longer than ``silence`` seconds."""
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=silence)
        headers = {**self._authorization(), "Accept": accept}
        async with self._session.get(
            self._server + path,
            params=params,
            headers=headers,
            timeout=timeout,
            read_bufsize=2**20,
        ) as response:
            if response.status >= 400:  # noqa: PLR2004 (HTTP)
                raise _error(response, await response.read(), path)
            pending = b""
            async for chunk in response.content.iter_any():
                *lines, pending = (pending + chunk).split(b"\n")
                for line in lines:
                    if line:
                        yield orjson.loads(line)
                # A burst must not starve the passes that it wakes.
                await asyncio.sleep(0)


async def _text(response: aiohttp.ClientResponse, most: int) -> bytes | bytearray:
    """What it says, unpacked; what is longer is not read to its end."""
    if not most:
        return await response.read()
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > most:
            response.close()
            raise AnswerTooLong(response.status, f"an answer has more than {most} bytes")
    return body


def _resource(path: str) -> str:
    """``services`` of ``/api/v1/namespaces/x/services/y``: a bounded number of words."""
    words = path.strip("/").split("/")
    if "namespaces" in words[:-2]:
        return words[words.index("namespaces") + 2]
    return words[2] if len(words) > 2 else ""  # noqa: PLR2004 (api, version, resource)


def _error(response: aiohttp.ClientResponse, text: bytes | bytearray, what: str) -> ApiError:
    wait = _retry_after(response.headers.get("Retry-After", ""))
    return api_error(response.status, _message(text), what, wait)


def _retry_after(header: str) -> float:
    """The seconds of ``Retry-After``, bounded: API Priority and Fairness sends it with 429, and a
    server that starts or stops with 5xx. A date (RFC 9110, 10.2.3), which the API server never
    sends, counts for nothing: back-off is enough."""
    text = header.strip()
    known = text.isascii() and text.isdigit() and len(text) < 10  # noqa: PLR2004 (centuries)
    return min(MAX_RETRY_AFTER, float(text)) if known else 0.0


def _message(text: bytes | bytearray) -> str:
    said = text.decode(errors="replace")
    try:
        return str(orjson.loads(text).get("message", said))
    except (ValueError, AttributeError):
        return said[:300]
