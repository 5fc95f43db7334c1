"""Which credentials a lab needs. Pure: their values are drawn elsewhere."""

from collections.abc import Iterator, Mapping

from streaminglab_operator import names
from streaminglab_operator.observed import CredentialsView
from streaminglab_operator.plan import services
from streaminglab_operator.plan.lab import Lab
from streaminglab_operator.plan.services import mongodb
from streaminglab_operator.plan.values import kafka

WEATHER = ("influxdb-password", "influxdb-admin-token", "telegraf-token")
HEXADECIMAL = frozenset({mongodb.KEYFILE})
"""Keys whose alphabet is narrower: MongoDB reads its key file as base64."""


def drawn(lab: Lab) -> tuple[str, ...]:
    """Keys of secrets that are drawn at random, once."""
    return tuple(sorted(set(_drawn(lab))))


def _drawn(lab: Lab) -> Iterator[str]:
    if lab.spec.weather:
        yield from WEATHER
    if kafka.outside(lab):
        yield kafka.PASSWORD_KEY
    for service in services.wanted(lab.spec):
        yield from service.drawn


def derived(lab: Lab, values: Mapping[str, str]) -> dict[str, str]:
    """Keys that follow from the spec and the drawn ones: user names, and MongoDB's address."""
    found = {}
    if lab.spec.weather:
        found["influxdb-username"] = "admin"
    if kafka.outside(lab):
        found[kafka.USER_KEY] = kafka.USER
    wish = lab.spec.wish.mongodb
    if wish is not None and (password := values.get(mongodb.PASSWORD)):
        found[mongodb.URI] = mongodb.uri(lab.key.name, wish.username, password, wish.database)
    return found


def needed(lab: Lab) -> frozenset[str]:
    """All keys that the operator itself sees to."""
    uri = {mongodb.URI} if lab.spec.wish.mongodb is not None else set()
    return frozenset({*drawn(lab), *derived(lab, {}), *uri})


def checksum(view: CredentialsView, keys: tuple[str, ...]) -> str:
    """Changes with the value of any of these keys: pods that read them restart then."""
    return names.digest(*(f"{k}={view.digests.get(k, '')}" for k in keys), length=12)
