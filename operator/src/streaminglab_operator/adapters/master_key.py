"""The master key: a Secret in the operator's own namespace, made once."""

import asyncio
import base64
import secrets

import structlog

from streaminglab_operator.adapters.api import METADATA_ONLY, Api
from streaminglab_operator.adapters.kinds import SECRETS
from streaminglab_operator.errors import ApiError, Conflict, Forbidden, NotFound, SettingsError
from streaminglab_operator.names import FIELD_MANAGER
from streaminglab_operator.plan.master_key import FEWEST_CHARACTERS, MasterKey

log = structlog.get_logger()

KEY = "master-key"
RETRY_SECONDS = 1.0


async def master_key(api: Api, namespace: str, name: str) -> MasterKey:
    """Read the key; where the Secret is not there, it is made. Tried until the API server answers.

    The administrator may make the Secret before, or bring it back from a backup. One that holds
    no key is never written over: with another key no credential would follow from it any more.
    Raises :class:`SettingsError` for it, and where the operator lacks the right.
    """
    while True:
        try:
            return await _read_or_make(api, namespace, name)
        except Forbidden as error:
            raise SettingsError(
                f"the operator may not read or make the Secret {namespace}/{name} with its master "
                f"key: {error.message}"
            ) from error
        except ApiError as error:
            log.warning("the master key cannot be read yet", error=str(error))
            await asyncio.sleep(RETRY_SECONDS)


async def _read_or_make(api: Api, namespace: str, name: str) -> MasterKey:
    path = SECRETS.path(namespace, name)
    try:
        return _key(await api.request("GET", path), f"{namespace}/{name}")
    except NotFound:
        pass
    text = secrets.token_hex(32)
    body = {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "Opaque",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": {"app.kubernetes.io/part-of": "streaminglab"},
        },
        "data": {KEY: base64.b64encode(text.encode()).decode()},
    }
    params = {"fieldManager": FIELD_MANAGER}
    try:
        await api.request(
            "POST", SECRETS.path(namespace), params=params, body=body, accept=METADATA_ONLY
        )
    except Conflict:
        # Another operator was quicker: its key counts.
        return _key(await api.request("GET", path), f"{namespace}/{name}")
    log.info("made the master key", secret=f"{namespace}/{name}")
    return MasterKey(text.encode())


def _key(raw: dict[str, object], where: str) -> MasterKey:
    data = raw.get("data")
    found = base64.b64decode(data.get(KEY, "")) if isinstance(data, dict) else b""
    found = found.strip()
    if len(found) < FEWEST_CHARACTERS:
        raise SettingsError(
            f"the Secret {where} has no master key: its key {KEY} must hold at least "
            f"{FEWEST_CHARACTERS} random characters"
        )
    return MasterKey(found)
