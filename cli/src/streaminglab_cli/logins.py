"""Users, passwords and tokens of a lab, from the keys of its Secret. Pure.

A key is named after its part (``kafka-ui-password``), so a new service needs no word here.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from streaminglab_cli.lab import Lab

PASSWORD, USER, PEOPLE = "password", "username", "users"
READ_WRITE = "influxdb-verify-token"
"""Of all tokens in the Secret the one that may read and write the lab's bucket."""
KINDS = ("password", "username", "token", "uri", "users")
"""What the key of a login ends in. The Secret is its namespace's: whoever may edit it can add any
key, and of some variables (PATH, PROMPT_COMMAND, KAFKA_OPTS) a shell or a client runs the value."""
OUTSIDE = "-via-"
"""Between a part and the way to it from outside, in names of endpoints."""


@dataclass(frozen=True, slots=True)
class Login:
    """One secret of one part. ``what``: password, or a token's name."""

    part: str
    user: str
    what: str
    value: str


def logins(lab: Lab, values: Mapping[str, str]) -> list[Login]:
    """Every password and token, by part; passwords first."""
    names = sorted((part.name for part in lab.parts), key=len, reverse=True)
    found, more = list[Login](), list[Login]()
    for key, value in values.items():
        # The longest name wins: kafka-ui-password is not Kafka's.
        part = next((n for n in names if key.startswith(f"{n}-")), key.partition("-")[0])
        what = key.removeprefix(f"{part}-")
        if what == PEOPLE:
            more += _people(part, _user(lab, values, part), value)
        elif what != USER:
            found.append(Login(part, _user(lab, values, part), what, value))
    # The first user of a part before the others.
    return sorted(found + more, key=lambda login: (login.part, login.what != PASSWORD, login.what))


def _people(part: str, first: str, lines: str) -> Iterator[Login]:
    """More users of one part, a line ``name:password`` each; the first has a key of his own."""
    for line in lines.splitlines():
        name, _, password = line.partition(":")
        if name != first and password:
            yield Login(part, name, PASSWORD, password)


def _user(lab: Lab, values: Mapping[str, str], part: str) -> str:
    """The Secret says who logs in; otherwise the part of the spec does, if anybody is asked."""
    own = {key.lower(): value for key, value in lab.spec.items()}.get(part.replace("-", ""))
    said = own.get(USER, "") if isinstance(own, Mapping) else ""
    return values.get(f"{part}-{USER}") or str(said)


def variables(lab: Lab, values: Mapping[str, str], *, outside: bool) -> dict[str, str]:
    """Environment variables for programs: where the parts are, and how to log in.

    ``outside``: Kafka's way for clients that are not in the cluster, if the lab has one.
    """
    found = {"STREAMINGLAB": lab.name, "STREAMINGLAB_NAMESPACE": lab.namespace}
    places = lab.addresses()
    for name, address in places.items():
        if OUTSIDE not in name:
            found[f"{_variable(name)}_{'URL' if '://' in address else 'ADDRESS'}"] = address
    ways = [address for name, address in places.items() if name.startswith(f"kafka{OUTSIDE}")]
    bootstrap = (ways or [places.get("kafka", "")])[0] if outside else places.get("kafka", "")
    if bootstrap:
        found["KAFKA_BOOTSTRAP_SERVERS"] = bootstrap
    parts = tuple(f"{part.name}-" for part in lab.parts)
    own = (k for k in values if k.startswith(parts) and k.rpartition("-")[2] in KINDS)
    found |= {_variable(key): values[key] for key in own}
    return found | _influx(lab, places, values)


def _influx(lab: Lab, places: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """The names that InfluxDB's own clients read; the token is the one that reads and writes."""
    own = lab.spec.get("influxdb") or {}
    if "influxdb" not in places or not lab.spec.get("weather", True):
        return {}
    found = {
        "INFLUX_HOST": places["influxdb"],
        "INFLUX_ORG": str(own.get("org", "")),
        "INFLUX_BUCKET": str(own.get("bucket", "")),
        "INFLUX_TOKEN": values.get(READ_WRITE, ""),
    }
    return {name: value for name, value in found.items() if value}


def _variable(name: str) -> str:
    return name.upper().replace("-", "_").replace(".", "_")


def lines(found: Mapping[str, str], shell: str) -> list[str]:
    """Variables as lines that a shell reads."""
    return [SHELLS[shell](name, value) for name, value in found.items()]


SHELLS: dict[str, Callable[[str, str], str]] = {
    "sh": lambda name, value: f"export {name}={shlex.quote(value)}",
    "fish": lambda name, value: f"set -gx {name} '{_escaped(value)}'",
    "powershell": lambda name, value: f"$Env:{name} = '{value.replace(chr(39), chr(39) * 2)}'",
}
"""How a shell sets a variable, by the shell's name."""


def _escaped(value: str) -> str:
    """Inside fish's single quotes only the backslash and the quote are special."""
    return value.replace("\\", "\\\\").replace("'", "\\'")
