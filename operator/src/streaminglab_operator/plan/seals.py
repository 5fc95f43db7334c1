"""Seals: what of a credentials Secret is the operator's own work. Pure.

They stand in an annotation beside the values, and show nothing of them: each is an HMAC with the
master key. The same annotation counts the rotations, under a seal of its own.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from streaminglab_operator.names import LabKey
from streaminglab_operator.plan.credentials import HEXADECIMAL, in_influxdb
from streaminglab_operator.plan.master_key import MasterKey
from streaminglab_operator.services.influxdb import PASSWORD

_MOST = 10**9


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the annotation ``streaminglab.dev/seals`` says.

    - ``key``: the id of the master key that it was sealed with
    - ``epoch``: how often the lab's credentials were rotated; ``rotation``: the last value of the
      annotation ``streaminglab.dev/rotate`` that was followed
    - ``influxdb``: the epoch of what is inside InfluxDB, its tokens and its user's password, which
      follow a little later
    - ``revoked``: InfluxDB knows no token of an older epoch than this
    - ``database``: stands for InfluxDB's volume: a digest of its first token for `inject`
    - ``seals``: by key of the Secret, the seal of its value
    """

    key: str = ""
    epoch: int = 0
    rotation: str = ""
    influxdb: int = 0
    revoked: int = 0
    database: str = ""
    seals: Mapping[str, str] = field(default_factory=dict)

    def epoch_of(self, name: str) -> int:
        """The epoch that one key of the Secret is of."""
        if name == PASSWORD:
            return self.influxdb
        # The operator token was given to InfluxDB at its first set-up, which takes a text of one's
        # choice there alone; no pod has it.
        return 0 if in_influxdb(name) else self.epoch


@dataclass(frozen=True, slots=True)
class Keeper:
    """The master key, and the lab whose Secret it is about."""

    master: MasterKey
    lab: LabKey

    def read(self, text: str) -> Sealed | None:
        """The annotation, or None where nobody with a master key can have written it.

        One that another master key has sealed is taken as it is: its ``key`` says so.
        """
        try:
            raw = json.loads(text)
            seals = {str(k): str(v) for k, v in raw["seals"].items()}
            epoch, influxdb, revoked = (_count(raw[n]) for n in ("epoch", "influxdb", "revoked"))
            key, rotation = str(raw["key"]), str(raw["rotation"])
            database = str(raw["database"])
            found = Sealed(key, epoch, rotation, influxdb, revoked, database, seals)
            whole = str(raw["whole"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        if found.key == self.master.id and not _equal(whole, self._whole(found)):
            return None
        return found

    def write(self, sealed: Sealed, values: Mapping[str, str]) -> str:
        """The annotation for these values."""
        seals = {k: self._seal(k, v) for k, v in values.items() if v}
        new = replace(sealed, key=self.master.id, seals=seals)
        body: dict[str, Any] = {
            "database": new.database,
            "epoch": new.epoch,
            "influxdb": new.influxdb,
            "key": new.key,
            "revoked": new.revoked,
            "rotation": new.rotation,
            "seals": seals,
            "whole": self._whole(new),
        }
        return json.dumps(body, sort_keys=True, separators=(",", ":"))

    def intact(self, sealed: Sealed, values: Mapping[str, str]) -> dict[str, str]:
        """Of these values those that the operator wrote itself."""
        seals = sealed.seals if sealed.key == self.master.id else {}
        return {
            k: v
            for k, v in values.items()
            if _equal(seals.get(k, ""), self._seal(k, v)) or _equal(v, self.derived(sealed, k))
        }

    def derived(self, sealed: Sealed, name: str) -> str:
        """The value that a key of the Secret has by itself."""
        epoch = sealed.epoch_of(name)
        return self.master.password(self.lab, name, epoch, hexadecimal=name in HEXADECIMAL)

    def _seal(self, name: str, value: str) -> str:
        return self.master.seal(self.lab, "value", name, value)

    def _whole(self, sealed: Sealed) -> str:
        numbers = (sealed.epoch, sealed.influxdb, sealed.revoked)
        return self.master.seal(self.lab, "whole", *numbers, sealed.rotation, sealed.database)


def _count(raw: object) -> int:
    if not isinstance(raw, int) or not 0 <= raw < _MOST:
        raise ValueError("no count")
    return raw


def _equal(one: str, other: str) -> bool:
    return bool(one) and hmac.compare_digest(one.encode(), other.encode())
