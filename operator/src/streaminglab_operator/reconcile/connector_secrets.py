"""The Secrets that connectors refer to: whether they are there, and what must never be shown."""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from streaminglab_operator import names
from streaminglab_operator.errors import Forbidden
from streaminglab_operator.masking import Mask, masker, trace_line
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed.connectors import ConnectorSeen
from streaminglab_operator.ports import Cluster
from streaminglab_operator.services import OFFERED
from streaminglab_operator.services.connect_spec import ConnectSpec
from streaminglab_operator.services.references import LAB, secret_references

_CONFIDENTIAL = ("password", "passwd", "secret", "token", "credential", "passphrase", "jaas")
_USERS = ("-username", "-user")


@dataclass(frozen=True, slots=True)
class ConnectorSecrets:
    """What the Secrets hold, without their values (only ``mask`` knows them).

    - ``missing``: by connector, the Secret or key that is not there
    - ``versions``: by connector, a digest of the values it refers to
    - ``unread``: names of Secrets that could not be read, so that they cannot be masked either
    """

    mask: Mask = field(default=str, repr=False)
    missing: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()

    def masked(self, seen: ConnectorSeen) -> ConnectorSeen:
        """A connector with traces of one line that hold no password."""
        if not seen.has_trace:
            return seen
        referred = {name for name, _ in secret_references(seen.config)}
        if hidden := sorted(referred & self.unread):
            sentence = f"its trace is not shown, because the Secret {hidden[0]} cannot be read"
            return seen.with_traces(
                sentence if seen.trace else "", {t.id: sentence for t in seen.tasks if t.trace}
            )
        own = masker(v for k, v in seen.config.items() if _is_confidential(k, v))

        def line(trace: str) -> str:
            return trace_line(own(self.mask(trace)))

        return seen.with_traces(line(seen.trace), {t.id: line(t.trace) for t in seen.tasks})


async def read_secrets(
    cluster: Cluster, key: LabKey, connect: ConnectSpec, seen: Iterable[ConnectorSeen]
) -> ConnectorSecrets:
    """Read every Secret that a connector refers to, or that workers have mounted for others."""
    declared = {c.name: secret_references(c.config) for c in connect.connectors}
    referred = {name for found in declared.values() for name, _ in found}
    referred |= {name for c in seen for name, _ in secret_references(c.config)}
    wanted = sorted(referred | set(connect.secrets) | {LAB})
    read = await asyncio.gather(*(_read(cluster, key, name) for name in wanted))
    secrets = dict(zip(wanted, read, strict=True))
    values = [v for name in wanted for v in _to_hide(name, secrets[name] or {})]
    return ConnectorSecrets(
        mask=masker(values),
        missing={n: why for n, found in declared.items() if (why := _missing(found, secrets))},
        versions={name: _version(found, secrets) for name, found in declared.items()},
        unread=frozenset(name for name, secret in secrets.items() if secret is None),
    )


async def _read(cluster: Cluster, key: LabKey, name: str) -> Mapping[str, str] | None:
    real = names.credentials(key.name) if name == LAB else name
    try:
        stored = await cluster.read_secret(key.namespace, real)
    except Forbidden:
        return None
    return stored.values if stored is not None else None


def _to_hide(name: str, secret: Mapping[str, str]) -> Iterable[str]:
    """All values; of the lab's own not the user names, which are no secret: ``admin`` is a part of
    too many Java classes."""
    return (v for k, v in secret.items() if name != LAB or not k.endswith(_USERS))


def _missing(
    found: Iterable[tuple[str, str]], secrets: Mapping[str, Mapping[str, str] | None]
) -> str:
    for name, key in sorted(found):
        secret = secrets[name]
        if name == LAB and (key not in OFFERED or not (secret and secret.get(key))):
            return f"the lab has no credential {key} for connectors (${{secret:lab:{key}}})"
        if secret is None:
            return f"the Secret {name} is not there (its key {key} is needed)"
        if key not in secret:
            return f"the Secret {name} has no key {key}"
    return ""


def _version(
    found: Iterable[tuple[str, str]], secrets: Mapping[str, Mapping[str, str] | None]
) -> str:
    text = [f"{name}:{key}={(secrets[name] or {}).get(key, '')}" for name, key in sorted(found)]
    return hashlib.sha256("\n".join(text).encode()).hexdigest() if text else ""


def _is_confidential(option: str, value: str) -> bool:
    """An option of a connector made by REST that can hold a password in plain text."""
    plain = value and "${" not in value
    return bool(plain) and any(word in option.lower() for word in _CONFIDENTIAL)
