"""What the Secret with a lab's credentials should hold. Pure.

The Secret is a cache. What the operator wrote stays as it is; anything else, or nothing, is put
back: as it is remembered, or else as it follows from the master key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from streaminglab_operator.plan import credentials
from streaminglab_operator.plan.lab import Lab
from streaminglab_operator.plan.seals import Keeper, Sealed


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a lab's credentials; each part may have been lost.

    - ``stored``: what the Secret holds, None if there is none
    - ``seals``: the seals as text, from wherever they are kept: the status, and the Secret last
    - ``remembered``: the values that this process last wrote or found intact
    - ``asked``: the lab's annotation ``streaminglab.dev/rotate``
    - ``chosen``: passwords that its spec chooses, which no rotation changes
    """

    stored: Mapping[str, str] | None = field(default=None, repr=False)
    seals: tuple[str, ...] = ()
    remembered: Mapping[str, str] = field(default_factory=dict, repr=False)
    asked: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Secret:
    """What should be stored; ``put_back``: keys that somebody else had changed or taken out."""

    values: Mapping[str, str] = field(repr=False)
    sealed: Sealed
    put_back: tuple[str, ...] = ()


def secret(lab: Lab, keeper: Keeper, known: Known) -> Secret:
    """The credentials of a lab, whatever has become of its Secret."""
    stored = {k: v for k, v in (known.stored or {}).items() if v and k in credentials.KNOWN}
    sealed = _sealed(keeper, known)
    # Never sealed with this master key: by an older operator, or with a key that is lost. Then
    # what is stored is what the volumes know.
    trusted = sealed.key != keeper.master.id
    good = stored if trusted else keeper.intact(sealed, stored)
    put_back = {*stored, *sealed.seals} - good.keys()
    values = {**known.remembered, **good}
    if known.asked and known.asked != sealed.rotation:
        sealed = _next(lab, sealed, known.asked)
        values = {k: v for k, v in values.items() if credentials.in_influxdb(k)}
    for name in credentials.drawn(lab):
        values[name] = known.chosen.get(name) or values.get(name) or keeper.derived(sealed, name)
    values |= credentials.derived(lab, {**values, **known.chosen})
    return Secret(values, replace(sealed, key=keeper.master.id), tuple(sorted(put_back)))


def _next(lab: Lab, sealed: Sealed, asked: str) -> Sealed:
    """The epoch after this one. What lives in InfluxDB follows when InfluxDB has it."""
    epoch = sealed.epoch + 1
    if lab.spec.weather:
        return replace(sealed, epoch=epoch, rotation=asked)
    return replace(sealed, epoch=epoch, rotation=asked, influxdb=epoch, revoked=epoch)


def _sealed(keeper: Keeper, known: Known) -> Sealed:
    """How far the rotations are: of Secret and status the one that is further, because the pass
    may have ended between the two. A seal counts wherever it is kept, the last one most."""
    marks = [m for m in map(keeper.read, known.seals) if m is not None]
    ours = [m for m in marks if m.key == keeper.master.id]
    if not marks:
        # What a lab was made with asks for nothing new.
        return Sealed(rotation=known.asked if known.stored is None else "")
    newest = max(_count(m) for m in ours or marks)
    same = [m for m in ours or marks if _count(m) == newest]
    if not ours:
        return replace(same[-1], seals={})
    return replace(same[-1], seals={k: v for m in same for k, v in m.seals.items()})


def _count(mark: Sealed) -> tuple[int, int, int]:
    return mark.epoch, mark.influxdb, mark.revoked
