"""Passwords in plain text in the options of a connector. Pure.

A lab is readable by everybody who may look into the namespace, so a password stands in a Secret and
the option holds ``${secret:NAME:KEY}``. Nobody can know every connector, so this looks for the
forms that passwords have: the option's name, logins in addresses, assignments (queries, JAAS,
connection strings), JSON, headers and private keys. It errs on the side of letting through: what it
refuses is named, and can always be written as a reference.

`CONFIDENTIAL_KEY`, `LOGIN_IN_URL` and `ASSIGNED` are also rules of the CRD, where the API
server bounds the cost of a rule by the length of its expression: 44 characters for one that is held
against every value. The other forms are seen by the operator alone.

A spec has up to 256 KiB of options, and all other labs wait for each search. So each is linear in
the length of a value: what a user name, a password or a reference may be long is bounded.
"""

from __future__ import annotations

import re
from itertools import islice

REFERENCE = "${secret:"

CONFIDENTIAL_KEY = (
    r"^(.*[._-])?([Pp]ass|[Pp]wd|PWD)$|"
    r"^.*([Pp]assword|[Pp]asswd|[Ss]ecret|[Tt]oken|[Pp]assphrase|PASSWORD|SECRET|TOKEN|"
    r"([Aa]pi|[Aa]ccess|[Ss]ecret|[Aa]ccount|[Pp]rivate|[Aa]uth|[Kk]eystore|API|ACCESS)"
    r"[._-]?([Kk]ey|KEY)|[Cc]redentials?[._-]?[Jj]son)$"
)
"""Names of options that hold a password: ``aws.secret.access.key``, ``db.pass``, ``apiKey``."""

LOGIN_IN_URL = r"(://[^\s/@:{]*|\}):[^\s@$\d][^\s@]*@"
"""A login in an address of any scheme: ``mongodb://student:pa/ss@mongodb``. A port is a number."""

ASSIGNED = r"""(?i)(passw(or)?d|pwd)=["'\\]*[^$\s"'\\&;,)]"""
"""``?password=x``, ``;Password=x``, and JAAS's ``password="x"``."""

NO_PASSWORD = ("", "true", "false")
_CONFIDENTIAL = re.compile(CONFIDENTIAL_KEY)
_LONGEST_SUFFIX = 24
"""Characters; the names that such an expression ends with have 22 at most."""
_LOGIN_IN_URL = re.compile(LOGIN_IN_URL, re.ASCII)
_ASSIGNED = re.compile(ASSIGNED, re.ASCII)
_ONLY_REFERENCES = re.compile(r"((?i:basic|bearer|token) +)?(\$\{secret:[^}]*\})+")

_LOGIN_KEY = re.compile(r"(?i)^.*(user[._-]?info|basic[._-]auth[._-]credentials)$")
_LOGIN = re.compile(r"(\$\{[^}]*\}|[^:\s{])*:(?!\$\{secret:[^}]*\}$).+")

_START = (
    r"""\\?["']?(?!["'])(?:\$\{secret:[^}]{0,255}+\}(?=[^\s"'\\&;,)}\]])|"""
    r"""(?!\$\{secret:)[^\s"'\\&;,)=])"""
)
"""The first character of a value that is not, or not only, a reference."""

_NAMES = (
    r"(?:passw(?:or)?d|passphrase|pwd|secret|token|"
    r"(?:api|access|account|private|secret|auth)[-_.]?key)"
)
_HOST = r"[^\s/@:{]*+"
# In what `_addresses` gives: its blanks are ends of lines.
_NAME_OF_HOST = r"[^\n/@:{]*+"
_IN_ADDRESSES = tuple(
    re.compile(form, re.ASCII)
    for form in (
        # Text behind a reference.
        r"://[^\n/@]*:\$\{[^}]{0,255}+\}[^\n@/,$][^\n@]*@",
        # A number as the password, or at its beginning; a port ends with the address, or at a '/'.
        rf"://{_NAME_OF_HOST}:\d+(?:[^\d\n/,;?#@][^\n@]*)?@",
        # A '$' that begins no reference; and text behind one.
        rf"://{_NAME_OF_HOST}:[^\n@{{$]{{0,255}}+\$(?!\{{)[^\n@]*@",
    )
)
# jdbc:oracle:thin:scott/tiger@//db:1521/service; what ends before a '/' is entered at its beginning
# alone, and not from each of its colons.
_ORACLE = re.compile(r"(?<![^\n/@])(?>[^\n/@]*?:(?:thin|oci):)[^\n/@]+/(?!\$\{secret:)[^\n@]+@")
MAX_ADDRESSES = 64
"""Of one option. A list of servers has some ten."""
_BLANK = re.compile(r"\s+", re.ASCII)
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        # The same without a scheme, as Go's drivers have it: user:password@tcp(db:3306)/name
        rf"^{_HOST}:[^/\s@:{{][^\s@:{{]*@\S*[:/(]",
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    )
)
# Kafka's PlainLoginModule on a broker's side: user_alice="..."
_USER_OF_MODULE = re.compile(
    r"(?:^|;)(?>[^;]*?LoginModule)[^;]*\suser_\w+\s*=\s*\\?\"(?!\$\{secret:)[^\"\\]", re.ASCII
)
_HEADER = re.compile(r"(?:^|[:=]\s*)(?:basic|bearer)\s+(?!\$\{secret:)\S{6,}(?=[,;|]|$)", re.ASCII)
# Held against the value in lower case: without a flag for it Python skips what begins no name.
_LOWER_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        # With blanks around it, as JAAS and SQL allow, only in quotes: a = b is a comparison. Names
        # are looked for once: that takes longer than all the rest.
        rf"{_NAMES}(?:={_START}|"
        r"\s*=\s*\\?[\"'](?!\$\{secret:)[^\"'\\]|"
        r"\\?[\"']\s*:\s*\\?[\"'](?!\$\{secret:)[^\"'\\])",
        rf"[?&;](?:sig|pass)={_START}",
        r"\bx-[a-z-]{0,30}+(?:(?<=key)|(?<=token)|(?<=secret))\s*:\s*(?!\$\{secret:)\S",
        r"<[\w:.]*(?:password|secret|token)>(?!\$\{secret:)[^<\s]",
    )
)


def by_name(key: str, value: str) -> bool:
    """Whether the option is one of a password, and its value is neither reference nor switch."""
    return value not in NO_PASSWORD and REFERENCE not in value and _confidential(key)


def login_in_url(value: str) -> bool:
    """Whether there is an address with a login, of the form that the CRD knows too."""
    return _LOGIN_IN_URL.search(_addresses(value)) is not None


def password_assigned(value: str) -> bool:
    """Whether a password is assigned, in the form that the CRD knows too."""
    return "=" in value and _ASSIGNED.search(value) is not None


def beyond_the_crd(key: str, value: str) -> bool:
    """Whether there is a password that only the operator finds."""
    named = _confidential(key)
    if named and REFERENCE not in value:
        return False
    addresses, lower = _addresses(value), value.lower()
    if _LOGIN_IN_URL.search(addresses) or password_assigned(value):
        return False
    if named:
        return _ONLY_REFERENCES.fullmatch(value) is None
    if _LOGIN_KEY.match(key[-_LONGEST_SUFFIX:]) and _LOGIN.fullmatch(value):
        return True
    return (
        any(form.search(addresses) for form in _IN_ADDRESSES)
        or (
            (":thin:" in addresses or ":oci:" in addresses)
            and _ORACLE.search(addresses) is not None
        )
        or any(form.search(value) for form in _FORMS)
        or ("LoginModule" in value and _USER_OF_MODULE.search(value) is not None)
        or any(form.search(lower) for form in _LOWER_FORMS)
        or (("basic" in lower or "bearer" in lower) and _HEADER.search(lower) is not None)
    )


def _addresses(value: str) -> str:
    """What can hold a login: of each word what ends with its last ``@``. Without the ends that have
    none a search goes on from each ``://`` to the end, in a time that is the square of the length.
    """
    if "@" not in value or ":" not in value:
        return ""
    words = (word for word in _BLANK.split(value) if "@" in word and ":" in word)
    return "\n".join(word[: word.rfind("@") + 1] for word in islice(words, MAX_ADDRESSES))


def _confidential(key: str) -> bool:
    return _CONFIDENTIAL.fullmatch(key[-_LONGEST_SUFFIX:]) is not None
