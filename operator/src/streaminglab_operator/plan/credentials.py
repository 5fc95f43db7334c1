"""Which credentials a lab needs. Pure: their values are made elsewhere."""

from collections.abc import Mapping
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.observed import CredentialsView
from streaminglab_operator.plan.lab import Lab, context, wanted
from streaminglab_operator.services import PROGRAMS, SERVICES, Service
from streaminglab_operator.services.influxdb import (
    ADMIN_TOKEN,
    PASSWORD,
    READER_TOKEN,
    token,
)
from streaminglab_operator.services.producer import TOKEN as PRODUCER_TOKEN

HEXADECIMAL = frozenset(key for service in SERVICES for key in service.hexadecimal)
"""Keys whose alphabet is narrower than that of the others."""

TOKENS = frozenset({READER_TOKEN, PRODUCER_TOKEN, *(token(p.name) for p in PROGRAMS if p.token)})
"""Keys of the tokens that InfluxDB draws itself, in every lab with the weather."""

MORE_TOKENS = frozenset(service.token for service in SERVICES if service.token)
"""Keys of those that only some labs have."""

KNOWN = TOKENS | MORE_TOKENS | {*(k for s in SERVICES for k in (*s.drawn, *s.derived))}
"""Every key that the operator ever writes into a Secret. Others that lie there are left alone."""


def drawn(lab: Lab) -> tuple[str, ...]:
    """Keys of secrets that follow from the master key."""
    return tuple(sorted({key for service in _drawing(lab) for key in service.drawn}))


def choosable(lab: Lab) -> tuple[str, ...]:
    """Those of them that people log in with, and may choose, and passwords of more users that lie
    in one key. InfluxDB keeps its own."""
    own = (k for k in drawn(lab) if k.endswith("-password") and not in_influxdb(k))
    more = (k for s in _drawing(lab) if s.chosen for k in s.chosen(lab.spec.parts[s.part.field]))
    return (*own, *more)


def derived(lab: Lab, values: Mapping[str, str]) -> dict[str, str]:
    """Keys that follow from the spec and the others: user names, and a database's address."""
    found: dict[str, str] = {}
    for service in _drawing(lab):
        if service.follows is not None:
            part = lab.spec.parts[service.part.field]
            found |= service.follows(part, lab.key.name, values)
    return found


def tokens(lab: Lab) -> frozenset[str]:
    """Keys of the tokens that InfluxDB draws for this lab."""
    return TOKENS | {service.token for service in wanted(lab.spec) if service.token}


def needed(lab: Lab) -> frozenset[str]:
    """All keys that the operator itself sees to."""
    return frozenset({*drawn(lab), *(key for s in _drawing(lab) for key in s.derived)})


def in_influxdb(name: str) -> bool:
    """Whether a credential lives inside InfluxDB, and changes there first if it does."""
    return name in {ADMIN_TOKEN, PASSWORD, *TOKENS, *MORE_TOKENS}


def read_by(service: Service[Any]) -> tuple[str, ...]:
    """The keys that a service's pods read, also of services that a lab has not."""
    own = list(service.secrets)
    if service.takes_offers:
        own += sorted(key for other in SERVICES for key in other.offers)
    if service.takes_env:
        own += [key for other in SERVICES for key in other.secret_env.values()]
    if service.takes_logins:
        own += sorted({key for other in SERVICES for key in other.logins}.difference(own))
    return tuple(own)


def checksum(view: CredentialsView, keys: tuple[str, ...]) -> str:
    """Changes with the value of any of these keys: pods that read them restart then."""
    return names.digest(*(f"{k}={view.digests.get(k, '')}" for k in keys), length=12)


def _drawing(lab: Lab) -> tuple[Service[Any], ...]:
    around = context(lab)
    return tuple(s for s in wanted(lab.spec) if s.drawn_when(around))
