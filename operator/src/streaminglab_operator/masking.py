"""Words of other programs without the passwords that they may quote. Pure.

A trace of a connector and Connect's judgement on a config hold what their authors put there: a
URI with its password, a whole config, ``Invalid value X``. What is masked here may be shown.
"""

import base64
import json
import re
from collections.abc import Callable, Iterable
from urllib.parse import quote, quote_plus, unquote

HIDDEN = "***"
LINE = 300
_SHORT = 4

Mask = Callable[[str], str]
"""From a text to the same text without secrets."""

_WORD = r"(?:password|passwd|passphrase|pwd|secret|token|credentials?|apikey|api\.key)"
# Where a password ends nobody can tell: it may hold blanks and commas. So the line ends with it.
_ASSIGNED = re.compile(rf"(?i)({_WORD}[\w.-]*[\"']?\s*=[ \t]*).+")
_JSON = re.compile(rf'(?i)("[^"\n]*{_WORD}[^"\n]*"\s*:\s*)"(?:[^"\\\n]|\\.)*"?')
_IN_URL = re.compile(r"(://[^/\s:@]*:)(\S+)@")


def masker(secrets: Iterable[str]) -> Mask:
    """A function that hides these values, in whatever coding they appear, and whatever else looks
    like a password."""
    forms = {form for secret in secrets for form in _forms(secret)}
    longest_first = sorted(forms, key=lambda form: (-len(form), form))
    known = re.compile("|".join(map(_pattern, longest_first))) if forms else None

    def mask(text: str) -> str:
        if known is not None:
            text = known.sub(HIDDEN, text)
        text = _IN_URL.sub(rf"\1{HIDDEN}@", text)
        text = _JSON.sub(rf'\1"{HIDDEN}"', text)
        return _ASSIGNED.sub(rf"\1{HIDDEN}", text)

    return mask


def first_line(text: str, limit: int = LINE) -> str:
    """The first line that says something, in one line and not too long. Mask first: what is cut
    could be half of a password."""
    line = next((" ".join(line.split()) for line in text.splitlines() if line.strip()), "")
    return shortened(line, limit)


def trace_line(trace: str) -> str:
    """What a Java trace says: its first line, and the last ``Caused by`` if it says more."""
    first = first_line(trace)
    causes = [line for line in trace.splitlines() if line.startswith("Caused by: ")]
    cause = shortened(" ".join(causes[-1].removeprefix("Caused by: ").split())) if causes else ""
    return f"{first} (cause: {cause})" if cause and cause not in first else first


def shortened(text: str, limit: int = LINE) -> str:
    """The text, with an ellipsis where it was too long."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _forms(secret: str) -> Iterable[str]:
    """A value as it is, by its lines (a key in PEM), the password of an address, and as URLs, JSON
    and base64 have it."""
    parts = {secret, secret.strip(), *(line.strip() for line in secret.splitlines())}
    inner = {found[2] for found in _IN_URL.finditer(secret)}
    parts |= inner | {unquote(part) for part in inner}
    for part in parts - {""}:
        yield from (part, quote(part, safe=""), quote(part), quote_plus(part))
        yield json.dumps(part)[1:-1]
        yield base64.b64encode(part.encode()).decode()


def _pattern(form: str) -> str:
    """A very short value is hidden only where it stands alone: "1" is no secret in "10 of 11"."""
    if len(form) >= _SHORT:
        return re.escape(form)
    return rf"(?<!\w){re.escape(form)}(?!\w)"
