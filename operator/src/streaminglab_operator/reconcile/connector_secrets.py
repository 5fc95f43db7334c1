"""The Secrets that connectors refer to: whether they are there, and what must never be shown."""

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from streaminglab_operator import names
from streaminglab_operator.errors import Forbidden
from streaminglab_operator.masking import KnownSecrets, Mask, maskable, masker, withheld
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed.connectors import ConnectorSeen
from streaminglab_operator.ports import Cluster
from streaminglab_operator.services import OFFERED
from streaminglab_operator.services.connect_spec import ConnectSpec
from streaminglab_operator.services.references import LAB, parts_and_passwords, secret_references

A = TypeVar("A")
R = TypeVar("R")

_THREAD = ThreadPoolExecutor(max_workers=1, thread_name_prefix="masking")
MAX_SECRETS = 64
_SIDE_BY_SIDE = 4
_CONFIDENTIAL = ("password", "passwd", "secret", "token", "credential", "passphrase", "jaas")
_USERS = ("-username", "-user")


_UNREAD = "the Secret {} cannot be read"
_TOO_LARGE = "the Secret {} is too large to be looked for in it"
_TOO_MANY = "the lab's connectors refer to more than {} Secrets"
_UNFIT = (
    "the value of the key {} of the Secret {} {}, which Connect would pass on: make it anew "
    "without (kubectl create secret generic {} --from-literal={}=..., or printf, not echo)"
)
_LINE_END = "ends in a line end"
_MARK = "begins with a byte order mark"
_NO_TEXT = "is no text in UTF-8, as PowerShell's > writes none"
_OWN_TOO_LARGE = "its own passwords are too large to be looked for in it"


@dataclass(frozen=True, slots=True)
class ConnectorSecrets:
    """What the Secrets hold, without their values (only ``mask`` knows them).

    - ``missing``: by connector, the Secret or key that is not there
    - ``unfit``: by connector, the value that cannot be meant as it is
    - ``versions``: by connector, a digest of the values it refers to
    - ``unmasked``: by Secret, why it cannot be masked: what can quote it is not shown
    """

    mask: Mask = field(default_factory=lambda: masker(()), repr=False)
    missing: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    unmasked: Mapping[str, str] = field(default_factory=dict)
    unfit: Mapping[str, str] = field(default_factory=dict)

    def mask_of(self, config: Mapping[str, str], what: str = "what Connect says of it") -> Mask:
        """The mask for words that can quote a config and the Secrets that it refers to.

        ``what``: they are, for the sentence that is said where they may not be shown.
        """
        referred = {name for name, _ in secret_references(config)}
        why = next((self.unmasked[name] for name in sorted(referred & self.unmasked.keys())), "")
        own = [v for k, v in config.items() if _is_confidential(k, v)]
        if not why and not maskable(own):
            why = _OWN_TOO_LARGE
        if why:
            return withheld(f"{what} is not shown, because {why}")
        return masker(own).then(self.mask) if own else self.mask

    def masked(self, seen: ConnectorSeen) -> ConnectorSeen:
        """A connector with traces of one line that hold no password; of its tasks only that of the
        first that has failed, which is the one that is told of."""
        failed = seen.first_failed()
        if not (seen.trace or failed):
            return seen.with_traces("", {})
        mask = self.mask_of(seen.config, "its trace")
        reported = {failed.id: mask.trace(failed.trace)} if failed and failed.trace else {}
        return seen.with_traces(mask.trace(seen.trace) if seen.trace else "", reported)


@dataclass(frozen=True, slots=True)
class _Read:
    """What is kept of a Secret: a digest of each value, and those to mask, if that can be done.
    Whole Secrets of a megabyte each are not held side by side."""

    digests: Mapping[str, str] = field(default_factory=dict)
    hide: tuple[str, ...] = field(default=(), repr=False)
    there: bool = True
    unmasked: str = ""
    unfit: Mapping[str, tuple[str, bool]] = field(default_factory=dict)
    """By key what is wrong with its value, and whether that can be meant nowhere."""


async def read_secrets(
    cluster: Cluster, key: LabKey, connect: ConnectSpec, seen: Iterable[ConnectorSeen]
) -> ConnectorSecrets:
    """Read every Secret that a connector refers to, or that workers have mounted for others; at
    most ``MAX_SECRETS``, those of the spec first."""
    declared = {c.name: secret_references(c.config) for c in connect.connectors}
    ours = {name for found in declared.values() for name, _ in found} | set(connect.secrets)
    others = {name for c in seen for name, _ in secret_references(c.config)}
    wanted = list(dict.fromkeys([LAB, *sorted(ours), *sorted(others)]))
    side_by_side = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def one(name: str) -> _Read:
        async with side_by_side:
            return await _read(cluster, key, name)

    read = dict.fromkeys(wanted, _Read(unmasked=_TOO_MANY.format(MAX_SECRETS)))
    first = wanted[:MAX_SECRETS]
    read |= dict(zip(first, await asyncio.gather(*map(one, first)), strict=True))
    values, unmasked = _known(read)
    return ConnectorSecrets(
        mask=await in_thread(masker, values),
        missing={n: why for n, found in declared.items() if (why := _missing(found, read))},
        unfit={c.name: why for c in connect.connectors if (why := _unfit(c.config, read))},
        versions={name: _version(found, read) for name, found in declared.items()},
        unmasked=unmasked,
    )


async def _read(cluster: Cluster, key: LabKey, name: str) -> _Read:
    real = names.credentials(key.name) if name == LAB else name
    try:
        stored = await cluster.read_secret(key.namespace, real)
    except Forbidden:
        stored = None
    if stored is None:
        return _Read(there=False, unmasked=_UNREAD.format(name))
    digests = {k: _digest(v) if v else "" for k, v in stored.values.items()}
    unfit = {k: fault for k, v in stored.values.items() if (fault := _fault(v))}
    hide = KnownSecrets()
    if hide.add(_to_hide(name, stored.values)):
        return _Read(digests, tuple(hide.values), unfit=unfit)
    return _Read(digests, unmasked=_TOO_LARGE.format(name), unfit=unfit)


def _fault(value: str) -> tuple[str, bool] | None:
    """What makes a value unfit for an option. What is no UTF-8 was replaced when it was read."""
    if "\0" in value or "\ufffd" in value:
        return _NO_TEXT, True
    if value.startswith("\ufeff"):
        return _MARK, True
    return (_LINE_END, _is_line(value)) if value.endswith(("\n", "\r")) else None


def _is_line(value: str) -> bool:
    """Whether it looks like a line of ``echo``: a document of one line may end so."""
    text = value.rstrip("\r\n")
    return "\n" not in text and not text.lstrip().startswith(("{", "[", "<"))


def _to_hide(name: str, secret: Mapping[str, str]) -> Iterable[str]:
    """All values; of the lab's own not the user names, which are no secret: ``admin`` is a part of
    too many Java classes."""
    return (v for k, v in secret.items() if name != LAB or not k.endswith(_USERS))


def _known(read: Mapping[str, _Read]) -> tuple[list[str], dict[str, str]]:
    """The values to mask; and by Secret, why it cannot be: also where there are too many of them
    all together."""
    known, unmasked = KnownSecrets(), {}
    for name, secret in read.items():
        if secret.unmasked:
            unmasked[name] = secret.unmasked
        elif not known.add(secret.hide):
            unmasked[name] = _TOO_LARGE.format(name)
    return known.values, unmasked


def _missing(found: Iterable[tuple[str, str]], read: Mapping[str, _Read]) -> str:
    for name, key in sorted(found):
        secret = read[name]
        if name == LAB and (key not in OFFERED or not secret.digests.get(key)):
            return f"the lab has no credential {key} for connectors (${{secret:lab:{key}}})"
        if not secret.there:
            return f"the Secret {name} is not there (its key {key} is needed)"
        if secret.unmasked and not secret.digests:
            return secret.unmasked
        if key not in secret.digests:
            return f"the Secret {name} has no key {key}"
    return ""


def _unfit(config: Mapping[str, str], read: Mapping[str, _Read]) -> str:
    strict = parts_and_passwords(config)
    for name, key in sorted(secret_references(config)):
        fault, always = read[name].unfit.get(key, ("", False))
        if fault and (always or (name, key) in strict):
            return _UNFIT.format(key, name, fault, name, key)
    return ""


def _version(found: Iterable[tuple[str, str]], read: Mapping[str, _Read]) -> str:
    text = [f"{name}:{key}={read[name].digests.get(key, '')}" for name, key in sorted(found)]
    return _digest("\n".join(text)) if text else ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


async def in_thread(function: Callable[[A], R], argument: A) -> R:
    """Let work go on beside the event loop. There is one thread for it: of all the labs with words
    of the worst kind, one at a time takes its share of the processor."""
    return await asyncio.get_running_loop().run_in_executor(_THREAD, function, argument)


def _is_confidential(option: str, value: str) -> bool:
    """An option of a connector made by REST that can hold a password in plain text."""
    plain = value and "${" not in value
    return bool(plain) and any(word in option.lower() for word in _CONFIDENTIAL)
