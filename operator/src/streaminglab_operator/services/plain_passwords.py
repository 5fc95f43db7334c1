"""Passwords in plain text in the options of a connector. Pure.

A lab is readable by everybody who may look into the namespace, so a password stands in a Secret and
the option holds ``${secret:NAME:KEY}``. Nobody can know every connector, so this looks for the
forms that passwords have: the option's name, logins in addresses, assignments (queries, JAAS,
connection strings), JSON, headers and private keys. It errs on the side of letting through: what it
refuses is named, and can always be written as a reference.

`CONFIDENTIAL_KEY`, `LOGIN_IN_URL` and `ASSIGNED` are also rules of the CRD, where the API
server bounds the cost of a rule by the length of its expression: 44 characters for one that is held
against every value. The other forms are seen by the operator alone.
"""

from __future__ import annotations

import re

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
_ONLY_REFERENCES = re.compile(r"((?i:basic|bearer|token) +)?(\$\{secret:[^}]*\})+")

_LOGIN_KEY = re.compile(r"(?i)^.*(user[._-]?info|basic[._-]auth[._-]credentials)$")
_LOGIN = re.compile(r"(\$\{[^}]*\}|[^:\s{])*:(?!\$\{secret:[^}]*\}$).+")

_START = (
    r"""\\?["']?(?!["'])(?:\$\{secret:[^}]*\}(?=[^\s"'\\&;,)}\]])|(?!\$\{secret:)[^\s"'\\&;,)=])"""
)
"""The first character of a value that is not, or not only, a reference."""

_NAMES = (
    r"(?:passw(?:or)?d|passphrase|pwd|secret|token|"
    r"(?:api|access|account|private|secret|auth)[-_.]?key)"
)
_HOST = r"[^\s/@:{]*"
_IN_ADDRESSES = tuple(
    re.compile(form, re.ASCII)
    for form in (
        # A number as the password, or at its beginning; a port ends with the address, or at a '/'.
        rf"://{_HOST}:\d+(?:[^\d\s/,;?#@][^\s@]*)?@",
        # A '$' that begins no reference; and text behind one.
        rf"://{_HOST}:[^\s@{{]*\$(?!\{{)[^\s@]*@",
        # jdbc:oracle:thin:scott/tiger@//db:1521/service
        r":(?:thin|oci):[^\s/@]+/(?!\$\{secret:)[^\s@]+@",
    )
)
_BLANK = re.compile(r"\s+", re.ASCII)
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"://[^\s/@]*:\$\{[^}]*\}[^\s@/,$][^\s@]*@",
        # The same without a scheme, as Go's drivers have it: user:password@tcp(db:3306)/name
        rf"^{_HOST}:[^/\s@:{{][^\s@:{{]*@\S*[:/(]",
        # With blanks around it, as JAAS and SQL allow, only in quotes: a = b is a comparison. Names
        # are looked for once: that takes longer than all the rest.
        rf"(?i){_NAMES}(?:={_START}|"
        r"\s*=\s*\\?[\"'](?!\$\{secret:)[^\"'\\]|"
        r"\\?[\"']\s*:\s*\\?[\"'](?!\$\{secret:)[^\"'\\])",
        rf"(?i)[?&;](?:sig|pass)={_START}",
        # Kafka's PlainLoginModule on a broker's side: user_alice="..."
        r"(?:^|;)(?>[^;]*?LoginModule)[^;]*\suser_\w+\s*=\s*\\?\"(?!\$\{secret:)[^\"\\]",
        r"(?i)(?:^|[:=]\s*)(?:basic|bearer)\s+(?!\$\{secret:)\S{6,}(?=[,;|]|$)",
        r"(?i)\bx-[a-z-]{0,24}(?:key|token|secret)\s*:\s*(?!\$\{secret:)\S",
        r"(?i)<[\w:.]*(?:password|secret|token)>(?!\$\{secret:)[^<\s]",
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    )
)


def by_name(key: str, value: str) -> bool:
    """Whether the option is one of a password, and its value is neither reference nor switch."""
    return _confidential(key) and value not in NO_PASSWORD and REFERENCE not in value


def login_in_url(value: str) -> bool:
    """Whether there is an address with a login, of the form that the CRD knows too."""
    return any(re.search(LOGIN_IN_URL, part, re.ASCII) for part in _addresses(value))


def password_assigned(value: str) -> bool:
    """Whether a password is assigned, in the form that the CRD knows too."""
    return re.search(ASSIGNED, value, re.ASCII) is not None


def beyond_the_crd(key: str, value: str) -> bool:
    """Whether there is a password that only the operator finds."""
    if by_name(key, value) or login_in_url(value) or password_assigned(value):
        return False
    if _confidential(key):
        return value not in NO_PASSWORD and _ONLY_REFERENCES.fullmatch(value) is None
    if _LOGIN_KEY.match(key) and _LOGIN.fullmatch(value):
        return True
    parts = _addresses(value)
    return any(form.search(part) for form in _IN_ADDRESSES for part in parts) or any(
        form.search(value) for form in _FORMS
    )


def _addresses(value: str) -> list[str]:
    """What can hold a login: up to the last ``@`` of each word. Without the ends that have none a
    search goes on from each ``://`` to the end, in a time that is the square of the length."""
    if "@" not in value:
        return []
    return [word[: word.rfind("@") + 1] for word in _BLANK.split(value) if "@" in word]


def _confidential(key: str) -> bool:
    return re.fullmatch(CONFIDENTIAL_KEY, key) is not None
