"""How a student writes amounts in a StreamingLab, and what they mean in plain numbers.

Every format is one regular expression. The same text is used here, in the CEL rules of the
CRD and in the tests, so that the API server and the operator can never read a value
differently. The expressions keep to what RE2 (CEL) and Python's `re` read alike.
"""

from __future__ import annotations

import re

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
RATE_SECONDS = {"s": 1, "min": 60}

# InfluxDB refuses a retention under one hour ("retention policy duration must be at least
# 1h0m0s"), hence minutes start at 60.
RETENTION = (
    r"^(0|([6-9][0-9]|[1-9][0-9]{2,5})m|[1-9][0-9]{0,4}h|[1-9][0-9]{0,3}d|[1-9][0-9]{0,2}w)$"
)
INTERVAL = r"^[1-9][0-9]{0,4}[smh]$"
RATE = r"^[1-9][0-9]{0,5}/(s|min)$"
# At least 100Mi: a smaller volume fills with Kafka's and InfluxDB's own files.
STORAGE = r"^([1-9][0-9]{2,5}(Mi|M)|[1-9][0-9]{0,3}(Gi|G)|[1-9][0-9]?(Ti|T))$"
CPU = r"^([1-9][0-9]?|[1-9][0-9]{1,4}m)$"
# At least 64Mi for any pod, and 384Mi for a broker: its JVM does not come up with less.
MEMORY = r"^((6[4-9]|[7-9][0-9]|[1-9][0-9]{2,5})Mi|[1-9][0-9]{0,2}Gi)$"
BROKER_MEMORY = r"^((38[4-9]|39[0-9]|[4-9][0-9]{2}|[1-9][0-9]{3,5})Mi|[1-9][0-9]{0,2}Gi)$"
# At least 1536Mi for JupyterLab, a kernel and Spark's JVM side by side.
SPARK_MEMORY = (
    r"^((153[6-9]|15[4-9][0-9]|1[6-9][0-9]{2}|[2-9][0-9]{3}|[1-9][0-9]{4,5})Mi|"
    r"([2-9]|[1-9][0-9]{1,2})Gi)$"
)

TOPIC = r"^[a-zA-Z0-9._-]{1,249}$"
DNS_LABEL = r"^[a-z]([-a-z0-9]*[a-z0-9])?$"
DNS_SUBDOMAIN = r"^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$"
# The last label of a name has a letter: what ends in a number is an address to browsers and
# resolvers, or none at all (WHATWG URL, "ends in a number"; RFC 1123, section 2.1).
HOST = (
    r"^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)*"
    r"([a-z]([-a-z0-9]{0,61}[a-z0-9])?|[0-9]{1,20}-{0,9}[a-z]([-a-z0-9]{0,32}[a-z0-9])?)$"
)
_BYTE = "25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9]"
# Not 0.0.0.0 and its like: no client can be sent there, and Kafka does not start with it.
IPV4 = rf"(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]?)([.]({_BYTE})){{3}}"
_H = "[0-9a-f]{1,4}"
# RFC 4291, section 2.2, without the form that ends in an IPv4 address; nor "::", which is nowhere.
IPV6 = "|".join(
    (
        f"({_H}:){{7}}{_H}",
        f"({_H}:){{1,7}}:",
        *(f"({_H}:){{1,{7 - n}}}(:{_H}){{1,{n}}}" for n in range(1, 7)),
        f":(:{_H}){{1,7}}",
    )
)
PLUGIN_NAME = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
MAVEN = r"^[a-zA-Z0-9_.-]+(:[a-zA-Z0-9_.-]+){2,4}$"
PASSWORD = "^[A-Za-z0-9._~-]{8,64}$"  # noqa: S105 (a format)
"""As it is in an address (RFC 3986, unreserved), in JSON, YAML and a shell."""
URL = r"^https?://(\[[0-9A-Fa-f:.]+\]|[-A-Za-z0-9._~%])[-A-Za-z0-9._~:/?#=&%+,;$!()*]*$"
# A proxy's name and port, and nothing behind it: Java is told them as two words.
_NAME = "[A-Za-z0-9]([-A-Za-z0-9._]{0,251}[A-Za-z0-9])?"
PROXY = rf"^http://(\[[0-9A-Fa-f:.]+\]|{_NAME})(:[1-9][0-9]{{0,4}})?/?$"
NO_PROXY = rf"^([*]|[.]?{_NAME}|[0-9A-Fa-f.:]{{2,45}}(/[0-9]{{1,3}})?)$"
_BLANK = r"[ \t\r\n]"
CERTIFICATES = (
    rf"^{_BLANK}*(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/= \t\r\n]+-----END CERTIFICATE-----"
    rf"{_BLANK}*)+$"
)
SHA512 = r"^[0-9a-f]{128}$"
SHA256 = r"^[0-9a-f]{64}$"
# A registry may be an IPv6 address (github.com/distribution/reference, "host").
IMAGE = r"^([a-zA-Z0-9]|\[[0-9a-fA-F:]+\][:/])[a-zA-Z0-9._:/@-]*$"
JAVA_CLASS = r"^[a-zA-Z_$][a-zA-Z0-9_$]*([.][a-zA-Z_$][a-zA-Z0-9_$]*)*$"
# Names of databases and their objects that no SQL needs quotes for.
SQL_NAME = r"^[a-z_][a-z0-9_]*$"
PUBLIC_KEY = (
    r"^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-ssh-ed25519@openssh[.]com|"
    r"sk-ecdsa-sha2-nistp256@openssh[.]com) [A-Za-z0-9+/]+=*( [ -~]*)?$"
)
USER_NAME = r"^[a-z_][a-z0-9_-]*$"
# A connector's own options know capitals (mongodb's, camel's), and hyphens.
OPTION_KEY = r"^[a-zA-Z][a-zA-Z0-9._-]{0,127}$"
INFLUX_NAME = r"^[a-zA-Z0-9][a-zA-Z0-9._-]*$"
# No control characters but tab and line break: YAML reads some of them as line breaks (1.1, 5.4).
ANNOTATION = r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$"
# https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
LABEL_KEY = (
    r"^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"
)
LABEL_VALUE = r"^(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?$"
WHOLE_NUMBER = r"^[0-9]{1,18}$"
CONFIG_KEY = r"^[a-z][a-z0-9._-]{0,127}$"
# Printable ASCII without the backslash: in a properties file a line break would begin another
# property, and a backslash at the end would swallow the next one.
# Nor a blank at either end: a properties file, or its reader, would lose it.
CONFIG_VALUE = r"^([!-\[\]-~]([ -\[\]-~]*[!-\[\]-~])?)?$"


def fits(pattern: str, text: str) -> bool:
    """Whether `text` has the format `pattern`, as CEL's `matches` would say.

    Python's `$` also accepts a last newline and RE2's does not; `fullmatch` makes them agree.
    """
    return re.fullmatch(pattern, text) is not None


def parse_retention(text: str) -> int:
    """Seconds that InfluxDB keeps a point: "7d" is 604800; "0" (for ever) is 0.

    Raises ValueError when the text is no retention, as in "7 days" or "30m" (under an hour).
    """
    if not fits(RETENTION, text):
        raise ValueError(f"not a retention: {text!r}")
    return 0 if text == "0" else int(text[:-1]) * SECONDS[text[-1]]


def parse_rate(text: str) -> float:
    """Points per second: "1000/s" is 1000.0, "600/min" is 10.0. Raises ValueError."""
    if not fits(RATE, text):
        raise ValueError(f"not a rate: {text!r}")
    number, unit = text.split("/")
    return int(number) / RATE_SECONDS[unit]
