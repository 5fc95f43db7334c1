"""Words of other programs without the passwords that they may quote. Pure.

A trace of a connector and Connect's judgement on a config hold what their authors put there: a
URI with its password, a whole config, ``Invalid value X``. What is masked here may be shown.

Both the words and the secrets come from students, so all work is linear in them, and bounded: of a
text only the beginning of the line that is shown is looked at, and secrets that are too large to
be looked for are told apart by :func:`maskable`: words that can quote them are withheld.
"""

import base64
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus, unquote

HIDDEN = "***"
LINE = 300
WINDOW = 4096
"""So much of a line is looked at, and the length of the longest secret besides."""
MAX_VALUE = 8192
MAX_TOTAL = 65_536
MAX_LINES = 256
"""Bytes of one secret, of all those of one mask, and their lines. Coded for a URL or for JSON, a
secret may be twice as long."""

_SHORT = 4
_CAUSE = "Caused by: "
_WORD = re.compile(r"(?i)password|passwd|passphrase|pwd|secret|token|credentials?|apikey|api\.key")
# Each of these begins only where the one before it cannot have begun, and gives nothing back
# (possessive): so no character is looked at more than a few times, whatever the text.
_RUN = re.compile(r"\S+")
_USER = re.compile(r"://[^/\s:@]*+:")
_KEY = re.compile(r'"([^"\n]*+)"\s*+:\s*+(?=")')
_VALUE = re.compile(r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?')
_NAME = re.compile(r"(?<![\w.-])([\w.-]++)[\"']?\s*+=[ \t]*+(?=.)")


@dataclass(frozen=True, slots=True)
class Mask:
    """From a text to the same text without secrets. ``longest``: that a secret can be in it;
    ``instead``: what is said in the place of every text."""

    hide: Callable[[str], str]
    longest: int = 0
    instead: str = ""

    def __call__(self, text: str) -> str:
        """All of a text. Linear, but as long as the text: see :meth:`line` for foreign ones."""
        return self.hide(text)

    def line(self, text: str, limit: int = LINE) -> str:
        """The first line that says something, masked, in one line and not too long."""
        if self.instead:
            return self.instead
        return shortened(" ".join(self._seen(_first(text)).split()), limit)

    def trace(self, trace: str) -> str:
        """What a Java trace says: its first line, and its last ``Caused by`` if it says more."""
        first = self.line(trace)
        at = trace.rfind("\n" + _CAUSE)
        cause = self.line(trace[at + 1 + len(_CAUSE) :].partition("\n")[0]) if at >= 0 else ""
        return f"{first} (cause: {cause})" if cause and cause not in first else first

    def then(self, other: "Mask") -> "Mask":
        """What both hide."""
        return Mask(lambda text: other.hide(self.hide(text)), max(self.longest, other.longest))

    def _seen(self, line: str) -> str:
        """The beginning of a line, masked. Where it was cut a secret can be cut too, and what is
        left of that would not be known: so as much as it can be is dropped."""
        end = WINDOW + self.longest
        if len(line) <= end:
            return self.hide(line)
        seen = self.hide(line[:end])
        return seen[: max(0, len(seen) - self.longest)] + "…"


def masker(secrets: Iterable[str]) -> Mask:
    """A mask that hides these values, in whatever coding they appear, and whatever else looks like
    a password. The values are :func:`maskable`."""
    forms = {form for secret in secrets for form in _forms(secret)}
    ordered = sorted(forms, key=lambda form: (-len(form), form))
    long = [form for form in ordered if len(form) >= _SHORT]
    alone = _alone(form for form in ordered if len(form) < _SHORT)

    def hide(text: str) -> str:
        for form in long:
            text = text.replace(form, HIDDEN)
        if alone is not None:
            text = alone.sub(HIDDEN, text)
        return _without_assigned(_without_json(_RUN.sub(_without_user, text)))

    return Mask(hide, len(ordered[0]) if ordered else 0)


def withheld(sentence: str) -> Mask:
    """A mask that says this, and nothing of the text."""
    return Mask(lambda _: sentence, instead=sentence)


def maskable(secrets: Iterable[str]) -> bool:
    """Whether all of these values can be looked for in a text, at a bounded price."""
    return KnownSecrets().add(secrets)


@dataclass(slots=True)
class KnownSecrets:
    """Values to mask, collected until they would cost too much."""

    values: list[str] = field(default_factory=list, repr=False)
    _total: int = 0
    _lines: int = 0

    def add(self, secrets: Iterable[str]) -> bool:
        """Take up all of these, or none and say False."""
        total, lines, taken = self._total, self._lines, []
        for secret in secrets:
            total, lines = total + len(secret), lines + len(secret[:MAX_VALUE].splitlines())
            if total > MAX_TOTAL or lines > MAX_LINES or _is_long(secret):
                return False
            taken.append(secret)
        self.values += taken
        self._total, self._lines = total, lines
        return True


def _is_long(secret: str) -> bool:
    if len(secret) > MAX_VALUE or len(_bytes(secret)) > MAX_VALUE:
        return True
    return max(len(json.dumps(secret)), len(quote(_bytes(secret), safe=""))) > 2 * MAX_VALUE


def first_line(text: str, limit: int = LINE) -> str:
    """The first line that says something, in one line and not too long; nothing is masked. Of a
    foreign text use :meth:`Mask.line`: what is cut could be half of a password."""
    return shortened(" ".join(_first(text).split()), limit)


def shortened(text: str, limit: int = LINE) -> str:
    """The text, with an ellipsis where it was too long."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _first(text: str) -> str:
    return next(iter(text.lstrip().splitlines()), "")


def _alone(forms: Iterable[str]) -> re.Pattern[str] | None:
    """A very short value is hidden only where it stands alone: "1" is no secret in "10 of 11"."""
    either = "|".join(map(re.escape, forms))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)") if either else None


def _password(run: str) -> tuple[int, int] | None:
    """Where in a run without blanks the password of an address is: it may hold ``/`` and ``@``."""
    end = run.rfind("@")
    user = _USER.search(run, 0, max(end, 0))
    return (user.end(), end) if user and user.end() < end else None


def _without_user(found: re.Match[str]) -> str:
    run = found[0]
    where = _password(run)
    return f"{run[: where[0]]}{HIDDEN}{run[where[1] :]}" if where else run


def _without_json(text: str) -> str:
    """``"password": "x"``, also where the text ends within the value."""
    parts, done = [], 0
    for key in _KEY.finditer(text):
        if key.start() < done or not _WORD.search(key[1]):
            continue
        value = _VALUE.match(text, key.end())
        parts += [text[done : key.end()], f'"{HIDDEN}"']
        done = value.end() if value else key.end()
    return "".join([*parts, text[done:]])


def _without_assigned(text: str) -> str:
    """``password = x y``. Where a password ends nobody can tell: it may hold blanks and commas. So
    the line ends with it."""
    parts, done = [], 0
    for name in _NAME.finditer(text):
        if name.start() < done or not _WORD.search(name[1]):
            continue
        parts += [text[done : name.end()], HIDDEN]
        end = text.find("\n", name.end())
        done = end if end >= 0 else len(text)
    return "".join([*parts, text[done:]])


def _forms(secret: str) -> Iterable[str]:
    """A value as it is, by its lines (a key in PEM), the password of an address, and as URLs, JSON
    and base64 have it."""
    parts = {secret, secret.strip(), *(line.strip() for line in secret.splitlines())}
    found = ((run[0], _password(run[0])) for run in _RUN.finditer(secret))
    inner = {run[where[0] : where[1]] for run, where in found if where}
    parts |= inner | {unquote(part) for part in inner}
    for part in parts - {""}:
        raw = _bytes(part)
        yield from (part, quote(raw, safe=""), quote(raw), quote_plus(raw))
        yield json.dumps(part)[1:-1]
        yield base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    """Half a surrogate pair, which JSON can hold and UTF-8 cannot, is a question mark."""
    return text.encode(errors="replace")
