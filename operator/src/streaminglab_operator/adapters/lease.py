"""One writer: a Lease, held and renewed (coordination.k8s.io/v1, as client-go does it)."""

import asyncio
import contextlib
import socket
import uuid
from datetime import UTC, datetime
from typing import Any, NamedTuple

import structlog

from streaminglab_operator.adapters.api import Api
from streaminglab_operator.adapters.kinds import LEASES
from streaminglab_operator.errors import ApiError, Conflict, NotFound, OperatorError

log = structlog.get_logger()

NAME = "streaminglab-operator"
DURATION_SECONDS = 15
DEADLINE_SECONDS = 10.0
RENEW_SECONDS = 4.0
RETRY_SECONDS = 2.0


class _Try(NamedTuple):
    held: bool
    why: str


class LeaseLost(OperatorError):
    """Another operator writes now; this one must end, and is started anew by its Deployment."""


class Lease:
    """Acquire once, renew for ever. Losing it raises :class:`LeaseLost`."""

    def __init__(self, api: Api, namespace: str) -> None:
        self._api = api
        self._path = LEASES.path(namespace, NAME)
        self._collection = LEASES.path(namespace)
        self._me = f"{socket.gethostname()}_{uuid.uuid4().hex[:8]}"
        self._seen = ""
        self._seen_at = 0.0
        self._mine: dict[str, Any] | None = None
        """As it was stored at the last renewal: the next one needs no read (client-go's fast
        path)."""

    async def acquire(self) -> None:
        """Wait until nobody else holds it. Another's clock is never trusted: a Lease counts as
        expired only after it has not changed for its duration on our own clock."""
        reported = ""
        while not (held := await self._try_quietly()).held:
            if reported != held.why:
                log.info("waiting for the lease", reason=held.why)
                reported = held.why
            await asyncio.sleep(RETRY_SECONDS)
        log.info("holding the lease", holder=self._me)

    async def renew(self) -> None:
        """Renew until cancelled; raises :class:`LeaseLost`.

        It is given up before others may take it: what they wait for is longer than our deadline,
        which counts from the start of the last renewal that was answered.
        """
        loop = asyncio.get_running_loop()
        renewed, wait = loop.time(), RENEW_SECONDS
        while True:
            await asyncio.sleep(wait)
            started = loop.time()
            left = renewed + DEADLINE_SECONDS - started
            try:
                async with asyncio.timeout(max(RETRY_SECONDS, left)):
                    if not await self._try():
                        raise LeaseLost("another operator took the lease")
                renewed, wait = started, RENEW_SECONDS
            except (ApiError, TimeoutError) as error:
                words = str(error) or "no answer"
                if loop.time() - renewed >= DEADLINE_SECONDS:
                    raise LeaseLost(f"the lease could not be renewed: {words}") from error
                log.warning("lease not renewed", error=words)
                wait = RETRY_SECONDS

    async def release(self) -> None:
        """Let the next operator in at once; where that fails it only waits longer."""
        with contextlib.suppress(ApiError):
            lease = await self._read()
            if lease and lease["spec"].get("holderIdentity") == self._me:
                lease["spec"]["holderIdentity"] = ""
                await self._api.request("PUT", self._path, body=lease)

    async def _try_quietly(self) -> _Try:
        try:
            return _Try(await self._try(), "another operator holds it")
        except Conflict:
            return _Try(False, "another operator was faster")
        except ApiError as error:
            if 400 <= error.status < 500 and error.status != 429:  # noqa: PLR2004 (HTTP)
                raise
            return _Try(False, str(error))

    async def _try(self) -> bool:
        """True if it is ours now. Raises :class:`errors.Conflict` if anybody was faster."""
        mine, self._mine = self._mine, None
        if mine is not None:
            with contextlib.suppress(Conflict):
                await self._put(mine)
                return True
        lease = await self._read()
        if lease is None:
            await self._make()
            return True
        if not self._free(lease):
            return False
        await self._put(lease)
        return True

    async def _make(self) -> None:
        body = {
            "apiVersion": LEASES.api_version,
            "kind": "Lease",
            "metadata": {"name": NAME},
            "spec": {**self._claim(), "acquireTime": _now()},
        }
        self._mine = await self._api.request("POST", self._collection, body=body)

    async def _put(self, lease: dict[str, Any]) -> None:
        """The resourceVersion in it makes this fail if anybody was faster."""
        spec = lease["spec"]
        if spec.get("holderIdentity") != self._me:
            spec["acquireTime"] = _now()
        spec.update(self._claim())
        self._mine = await self._api.request("PUT", self._path, body=lease)

    def _claim(self) -> dict[str, Any]:
        return {
            "holderIdentity": self._me,
            "leaseDurationSeconds": DURATION_SECONDS,
            "renewTime": _now(),
        }

    def _free(self, lease: dict[str, Any]) -> bool:
        holder = lease.setdefault("spec", {}).get("holderIdentity")
        if not holder or holder == self._me:
            return True
        now = asyncio.get_running_loop().time()
        version = str(lease["metadata"]["resourceVersion"])
        if version != self._seen:
            self._seen, self._seen_at = version, now
            return False
        duration = int(lease["spec"].get("leaseDurationSeconds", DURATION_SECONDS))
        return now - self._seen_at > duration

    async def _read(self) -> dict[str, Any] | None:
        try:
            return await self._api.request("GET", self._path)
        except NotFound:
            return None


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
